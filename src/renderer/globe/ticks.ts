const fewestDecimals = 3
const mostDecimals = 6

/** Both ends of a range and its middle with as many decimals as tell them apart, at least three; one where they are the same. */
export function tickTexts(low: number, high: number): readonly string[] {
  const span = high - low
  if (!(span > 0)) return [text(low, fewestDecimals)]
  const needed = Math.ceil(-Math.log10(span / 2))
  const decimals = Math.min(Math.max(needed, fewestDecimals), mostDecimals)
  const texts = [low, (low + high) / 2, high].map((value) => text(value, decimals))
  return texts[0] === texts[2] ? [texts[0]!] : texts
}

const text = (value: number, decimals: number) => value.toFixed(decimals).replace('-', '−')

// str() of a numpy float32 vector under default print options (precision 8, threshold 1000, 3 edge items, 75 columns),
// as numpy 1.24 writes it: Major TOM hashes this text into unique_id. Follows FloatingFormat and _formatArray of
// numpy/core/arrayprint.py and the shortest-digits rules of dragon4.

const maxFractionDigits = 8
const summaryThreshold = 1000
const edgeItems = 3
const lineWidth = 74

/** What `str(np.asarray(vector, dtype=np.float32))` prints. */
export function numpyFloat32Text(vector: Float32Array): string {
  if (vector.length === 0) return '[]'
  const isSummary = vector.length > summaryThreshold
  const shown = isSummary ? [...vector.subarray(0, edgeItems), ...vector.subarray(-edgeItems)] : [...vector]
  const words = formatWords(shown)
  if (isSummary) words.splice(edgeItems, 0, '...')
  return `[${wrapWords(words)}]`
}

function wrapWords(words: readonly string[]): string {
  const indent = ' '
  let text = ''
  let line = indent
  for (const [index, word] of words.entries()) {
    if (line.length + word.length > lineWidth && line.length > indent.length) {
      text += `${line.trimEnd()}\n`
      line = indent
    }
    line += index === words.length - 1 ? word : `${word} `
  }
  return (text + line).slice(indent.length)
}

function formatWords(values: readonly number[]): string[] {
  const finite = values.filter(Number.isFinite)
  const parts = usesExponent(finite) ? exponentParts(finite) : positionalParts(finite)
  let padLeft = Math.max(0, ...parts.map((part) => part.left.length))
  const padRight = Math.max(0, ...parts.map((part) => part.right.length))
  if (finite.length < values.length) {
    // numpy lets an infinity or nan reach over the place of the point
    const hasNegativeInfinity = values.includes(Number.NEGATIVE_INFINITY)
    padLeft = Math.max(padLeft, 3 - (padRight + 1), 3 + (hasNegativeInfinity ? 1 : 0) - (padRight + 1))
  }
  let next = 0
  return values.map((value) => {
    if (!Number.isFinite(value)) {
      const name = Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf'
      return name.padStart(padLeft + padRight + 1)
    }
    const { left, right } = parts[next++]!
    return `${left.padStart(padLeft)}.${right.padEnd(padRight)}`
  })
}

function usesExponent(finite: readonly number[]): boolean {
  const magnitudes = finite.filter((value) => value !== 0).map(Math.abs)
  if (magnitudes.length === 0) return false
  const max = Math.max(...magnitudes)
  const min = Math.min(...magnitudes)
  return max >= 1e8 || min < 0.0001 || Math.fround(max / min) > 1000
}

interface Parts {
  /** text before the point */
  readonly left: string
  /** text after the point */
  readonly right: string
}

function positionalParts(values: readonly number[]): Parts[] {
  return values.map((value) => {
    const text = positionalText(Math.abs(value))
    const point = text.indexOf('.')
    const whole = point < 0 ? text : text.slice(0, point)
    return { left: signOf(value) + whole, right: point < 0 ? '' : text.slice(point + 1).replace(/0+$/, '') }
  })
}

const exactIntegers = 2 ** 24
const powersOfTen = Array.from({ length: maxFractionDigits + 1 }, (_, digits) => 10 ** digits)

/**
 * Shortest digits with at most 8 decimals. Below 2^24 all of it is exact in doubles: 24 or 25 bits times 10^8 (19 bits
 * besides the power of two).
 */
function positionalText(value: number): string {
  if (value >= exactIntegers) {
    const { digits, exponent } = shortestDigits(value)
    return placePoint(digits, exponent)
  }
  const { low, high, isEven } = roundingBoundaries(value)
  for (let decimals = 0; decimals < maxFractionDigits; decimals++) {
    const scale = powersOfTen[decimals]!
    const nearest = roundHalfToEven(value * scale)
    // Below a power of two the interval is lopsided: the next decimal above may lie in it when the nearest does not.
    for (const units of nearest < value * scale ? [nearest, nearest + 1] : [nearest]) {
      if (isEven ? units >= low * scale && units <= high * scale : units > low * scale && units < high * scale) {
        return decimalText(units, decimals)
      }
    }
  }
  return decimalText(roundHalfToEven(value * powersOfTen[maxFractionDigits]!), maxFractionDigits)
}

function decimalText(units: number, decimals: number): string {
  if (decimals === 0) return String(units)
  const scale = powersOfTen[decimals]!
  return `${Math.floor(units / scale)}.${String(units % scale).padStart(decimals, '0')}`
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

/** No float32 needs more digits than nine. */
const maxExponentFraction = 8

function exponentParts(values: readonly number[]): Parts[] {
  const fractionDigits = values.some(needsNineDigits) ? maxExponentFraction : longestFraction(values)
  return values.map((value) => {
    // Every value gets as many digits as the longest one, and these are digits of the exact value, not zeros.
    const text = roundedExponential(Math.abs(value), fractionDigits)
    const own = isPowerOfTwo(value) ? shortestDigits(Math.abs(value)) : undefined
    const { digits, exponent } = own?.digits.length === fractionDigits + 1 ? own : splitAll(text)
    const exponentText = `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
    return { left: signOf(value) + digits[0], right: digits.slice(1) + exponentText }
  })
}

/** Almost every vector has such a value, which spares looking for the shortest digits of the others. */
function needsNineDigits(value: number): boolean {
  return !isPowerOfTwo(value) && Math.fround(Number(value.toExponential(7))) !== value
}

function longestFraction(values: readonly number[]): number {
  return Math.max(0, ...values.map((value) => shortestDigits(Math.abs(value)).digits.length - 1))
}

/** toExponential, but a tie goes to the even digit. */
function roundedExponential(value: number, fractionDigits: number): string {
  const rounded = value.toExponential(fractionDigits)
  if (!mayTie(value) || !/5e/.test(value.toExponential(fractionDigits + 1))) return rounded
  const exact = splitAll(value.toExponential(100)).digits
  if (!/^50*$/.test(exact.slice(fractionDigits + 1))) return rounded
  const floor = exact.slice(0, fractionDigits + 1)
  return Number(floor.at(-1)) % 2 === 1 ? rounded : `${floor[0]}.${floor.slice(1)}e${rounded.split('e')[1]}`
}

/** A value with 15 or more binary decimals has more than ten significant ones (5^15), so no ninth digit ends in a tie. */
function mayTie(value: number): boolean {
  return value >= exactIntegers || Number.isInteger(value * 2 ** 14)
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? '-' : ''
}

/** `digits[0].digits[1..] x 10^exponent`, positional. */
function placePoint(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  return `${whole}.${digits.slice(exponent + 1)}`
}

const smallestNormal = 2 ** -126
const float32 = new Float32Array(1)
const bits32 = new Uint32Array(float32.buffer)

/** The fewest significant digits that read back to the same float32, and the decimal exponent. */
function shortestDigits(value: number): { digits: string; exponent: number } {
  if (value === 0) return { digits: '0', exponent: 0 }
  const { low, high, isEven } = roundingBoundaries(value)
  // Decimals of six digits lie further apart than normal floats, so at most one of them reads back: no need to try fewer.
  for (let precision = value < smallestNormal ? 0 : 5; precision < 9; precision++) {
    for (const text of decimalsNear(value, precision)) {
      const read = Number(text)
      if (isEven ? read >= low && read <= high : read > low && read < high) return splitExponent(text)
    }
  }
  return splitExponent(roundedExponential(value, 8))
}

/** Midpoints to the neighbouring floats; a decimal right on one reads back as the float with the even mantissa. */
function roundingBoundaries(value: number): { low: number; high: number; isEven: boolean } {
  float32[0] = value
  const bits = bits32[0]!
  bits32[0] = bits + 1
  const above = float32[0]!
  if (bits === 0) return { low: 0, high: above / 2, isEven: true }
  bits32[0] = bits - 1
  const below = float32[0]!
  const high = Number.isFinite(above) ? (value + above) / 2 : value + (value - below) / 2
  return { low: (value + below) / 2, high, isEven: (bits & 1) === 0 }
}

function isPowerOfTwo(value: number): boolean {
  float32[0] = value
  return (bits32[0]! & 0x7f_ffff) === 0
}

/** The nearest decimal of `precision + 1` digits, then the next above: below a power of two the interval is lopsided. */
function decimalsNear(value: number, precision: number): string[] {
  const nearest = roundedExponential(value, precision)
  if (Number(nearest) >= value) return [nearest]
  const { digits, exponent } = splitAll(nearest)
  const above = `${BigInt(digits) + 1n}`
  const carried = above.length > digits.length
  const shown = carried ? above.slice(0, -1) : above
  return [nearest, `${shown[0]}.${shown.slice(1) || '0'}e${exponent + (carried ? 1 : 0)}`]
}

/** Digits and exponent of what toExponential prints; by position, as this runs for every number of every vector. */
function splitAll(text: string): { digits: string; exponent: number } {
  const end = text.indexOf('e')
  return { digits: end === 1 ? text[0]! : text[0] + text.slice(2, end), exponent: Number(text.slice(end + 1)) }
}

function splitExponent(text: string): { digits: string; exponent: number } {
  const { digits, exponent } = splitAll(text)
  return { digits: digits.replace(/0+$/, '') || '0', exponent }
}

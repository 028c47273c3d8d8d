// Similarity as colour: cividis (Nunez, Anderton and Renslow 2018), even to the eye and the same to the colour-blind. Stops every
// eighth, as matplotlib 3.11 prints them: python3 -c "from matplotlib import colormaps, colors as c; print(*[c.to_hex(colormaps['cividis'](k / 8)) for k in range(3, 9)])"

const stops = ['#61656f', '#7d7c78', '#9b9476', '#bcae6c', '#dec958', '#fee838'] as const

/** Where the ramp begins in cividis: what is darker has less than three times the luminance of the halo around a ring. */
export const rampStart = 3 / 8

export interface SimilarityRange {
  readonly lowest: number
  readonly highest: number
}

/** @returns undefined without results */
export function similarityRange(hits: readonly { readonly similarity: number }[]): SimilarityRange | undefined {
  if (hits.length === 0) return undefined
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { similarity } of hits) {
    lowest = Math.min(lowest, similarity)
    highest = Math.max(highest, similarity)
  }
  return { lowest, highest }
}

/** Colour of a similarity within the range of its search, `#rrggbb`; the brightest where all are alike. */
export function similarityInk(similarity: number, { lowest, highest }: SimilarityRange): string {
  return rampColour(highest > lowest ? (similarity - lowest) / (highest - lowest) : 1)
}

/** @param share 0..1 along the ramp */
export function rampColour(share: number): string {
  const at = Math.min(Math.max(share, 0), 1) * (stops.length - 1)
  const below = Math.min(Math.floor(at), stops.length - 2)
  const [low, high] = [stops[below]!, stops[below + 1]!].map((stop) => Number.parseInt(stop.slice(1), 16)) as [
    number,
    number,
  ]
  const channel = (shift: number) => {
    const [from, to] = [(low >> shift) & 255, (high >> shift) & 255]
    return Math.round(from + (to - from) * (at - below))
  }
  return `#${[16, 8, 0].map((shift) => channel(shift).toString(16).padStart(2, '0')).join('')}`
}

/** For the legend: brightest at that end. */
export const rampGradient = (end: 'left' | 'right') => `linear-gradient(to ${end}, ${stops.join(', ')})`

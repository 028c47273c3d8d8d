// The space in which a metric compares: raw vectors, vectors minus the mean of the set, or whitened ones (Jegou & Chum 2012:
// coordinates along the leading principal axes, each divided by its spread, so that no direction outweighs another).

export type Metric = 'cosine' | 'cosine-centred' | 'l2' | 'whitened'

/** Rows of `map` are the leading principal axes, each divided by the standard deviation along it. */
export interface Whitening {
  readonly components: number
  /** row-major `components x dimensions` */
  readonly map: Float64Array
}

export interface MetricSpace {
  readonly metric: Metric
  readonly dimensions: number
  /** of the searchable rows; `cosine-centred` and `whitened` have it */
  readonly mean?: Float64Array
  /** `whitened` has it */
  readonly whitening?: Whitening
}

/** Coordinates of a vector in the space: as many as it has dimensions, or components when whitened. */
export function placeIn(space: MetricSpace, vector: ArrayLike<number>): Float64Array {
  const { dimensions, mean, whitening } = space
  const place = new Float64Array(dimensions)
  for (let i = 0; i < dimensions; i++) place[i] = vector[i]! - (mean?.[i] ?? 0)
  return whitening === undefined ? place : whiten(whitening, place)
}

/** The vector whose product with a row minus the mean is the product of `place` with that row's place. */
export function backFrom(space: MetricSpace, place: Float64Array): Float64Array {
  const { dimensions, whitening } = space
  if (whitening === undefined) return place
  const vector = new Float64Array(dimensions)
  for (let component = 0; component < whitening.components; component++) {
    const start = component * dimensions
    for (let i = 0; i < dimensions; i++) vector[i]! += whitening.map[start + i]! * place[component]!
  }
  return vector
}

function whiten({ components, map }: Whitening, centred: Float64Array): Float64Array {
  const place = new Float64Array(components)
  for (let component = 0; component < components; component++) {
    const start = component * centred.length
    let sum = 0
    for (let i = 0; i < centred.length; i++) sum += map[start + i]! * centred[i]!
    place[component] = sum
  }
  return place
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

export function lengthOf(vector: ArrayLike<number>): number {
  return Math.sqrt(dot(vector, vector))
}

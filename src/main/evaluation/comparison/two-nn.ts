// TwoNN (Facco, d'Errico, Rodriguez and Laio 2017): the intrinsic dimension told from the ratio of the distances to the two nearest
// neighbours. Its logarithm is distributed exponentially with the dimension as rate; the highest tenth is left out of the fit.

const KEPT_FRACTION = 0.9

export interface TwoNN {
  /** NaN for fewer than three usable rows */
  readonly dimension: number
  /** rows with an equal vector, which have no ratio */
  readonly duplicates: number
}

/**
 * @param nearest two rows of `vectors` a row of `rows`, nearest first; -1 where missing
 */
export function twoNN(vectors: Float32Array, dimensions: number, rows: Int32Array, nearest: Int32Array): TwoNN {
  const ratios: number[] = []
  let duplicates = 0
  rows.forEach((row, index) => {
    const [first, second] = [nearest[2 * index]!, nearest[2 * index + 1]!]
    if (first < 0 || second < 0) return
    const distances = [first, second]
      .map((other) => unitDistance(vectors, dimensions, row, other))
      .sort((a, b) => a - b)
    if (distances[0]! > 0) ratios.push(distances[1]! / distances[0]!)
    else duplicates++
  })
  return { dimension: fittedRate(ratios.sort((a, b) => a - b)), duplicates }
}

/** Slope through the origin of -log(1 - F) against log of the ratio. */
function fittedRate(ratios: readonly number[]): number {
  const kept = Math.floor(ratios.length * KEPT_FRACTION)
  let [products, squares] = [0, 0]
  for (let i = 0; i < kept; i++) {
    const x = Math.log(ratios[i]!)
    products += -Math.log(1 - (i + 1) / ratios.length) * x
    squares += x * x
  }
  return kept < 2 ? Number.NaN : products / squares
}

/** Between the vectors as unit vectors, in float64: what tells near neighbours apart is lost in float32. */
function unitDistance(vectors: Float32Array, dimensions: number, a: number, b: number): number {
  const norm = (row: number) => {
    let squares = 0
    for (let i = 0; i < dimensions; i++) squares += vectors[row * dimensions + i]! ** 2
    return Math.sqrt(squares)
  }
  const [normA, normB] = [norm(a), norm(b)]
  let sum = 0
  for (let i = 0; i < dimensions; i++) {
    sum += (vectors[a * dimensions + i]! / normA - vectors[b * dimensions + i]! / normB) ** 2
  }
  return Math.sqrt(sum)
}

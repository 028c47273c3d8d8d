// Whether two models call the same places alike.

export interface Neighbourhoods {
  /** share of the k nearest that both name, of each place */
  readonly overlapOfPlace: Float64Array
  /** mean of these: the mutual k-NN alignment of Huh et al. 2024 */
  readonly overlap: number
  /** pairs that are among each other's k nearest in both sets, as a share of those that are in either */
  readonly mutualPairs: number
}

/**
 * @param a and b: `k` places a place, as numbers of places from 0; -1 where missing
 */
export function compareNeighbourhoods(a: Int32Array, b: Int32Array, k: number): Neighbourhoods {
  const placeCount = a.length / k
  const overlapOfPlace = new Float64Array(placeCount)
  for (let place = 0; place < placeCount; place++) {
    const others = new Set(b.subarray(place * k, (place + 1) * k))
    const shared = a.subarray(place * k, (place + 1) * k).filter((other) => other >= 0 && others.has(other))
    overlapOfPlace[place] = shared.length / k
  }
  const [pairsA, pairsB] = [mutualPairs(a, k), mutualPairs(b, k)]
  let both = 0
  for (const pair of pairsA) if (pairsB.has(pair)) both++
  return {
    overlapOfPlace,
    overlap: overlapOfPlace.reduce((sum, value) => sum + value, 0) / placeCount,
    mutualPairs: both / Math.max(1, pairsA.size + pairsB.size - both),
  }
}

/** Pairs as `first * places + second`, the lower number first. */
function mutualPairs(nearest: Int32Array, k: number): Set<number> {
  const placeCount = nearest.length / k
  const pairs = new Set<number>()
  for (let place = 0; place < placeCount; place++) {
    for (const other of nearest.subarray(place * k, (place + 1) * k)) {
      if (other > place && nearest.subarray(other * k, (other + 1) * k).includes(place))
        pairs.add(place * placeCount + other)
    }
  }
  return pairs
}

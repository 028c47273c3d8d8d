/** 95 % interval of a share (Wilson 1927). */
export function wilson(hits: number, count: number): readonly [number, number] {
  const z = 1.959964
  const share = hits / count
  const middle = (share + (z * z) / (2 * count)) / (1 + (z * z) / count)
  const half = (z / (1 + (z * z) / count)) * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}

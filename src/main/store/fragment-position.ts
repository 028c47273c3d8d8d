/** Fragment row and column of each row within its image; -1 where the file has no pixel_bbox. */
export interface FragmentPositions {
  readonly rows: Int16Array
  readonly cols: Int16Array
}

/** Fraction of a fragment that the standard plans between two neighbours when nothing else is known. */
const USUAL_STRIDE = 0.9

/**
 * Ranks pixel offsets: the distinct offsets of all fragments of one size, in order, are fragment rows 0, 1, 2, ...
 * Where a set holds a single offset (only central fragments) the row is estimated from the usual stride.
 * @param pixelBboxes four values a row, `[row0, col0, row1, col1]`; -1 where unknown
 */
export function fragmentPositions(pixelBboxes: Int32Array, count: number): FragmentPositions {
  return {
    rows: ranks(pixelBboxes, count, 0),
    cols: ranks(pixelBboxes, count, 1),
  }
}

function ranks(pixelBboxes: Int32Array, count: number, axis: 0 | 1): Int16Array {
  const offsetsOfSize = new Map<number, Set<number>>()
  for (let row = 0; row < count; row++) {
    const { offset, size } = span(pixelBboxes, row, axis)
    if (offset < 0) continue
    const offsets = offsetsOfSize.get(size)
    if (offsets === undefined) offsetsOfSize.set(size, new Set([offset]))
    else offsets.add(offset)
  }
  const rankOfSize = new Map([...offsetsOfSize].map(([size, offsets]) => [size, rankOf(offsets, size)]))
  return Int16Array.from({ length: count }, (_, row) => {
    const { offset, size } = span(pixelBboxes, row, axis)
    return offset < 0 ? -1 : rankOfSize.get(size)!.get(offset)!
  })
}

function span(pixelBboxes: Int32Array, row: number, axis: 0 | 1): { offset: number; size: number } {
  const offset = pixelBboxes[row * 4 + axis]!
  return { offset, size: pixelBboxes[row * 4 + axis + 2]! - offset }
}

function rankOf(offsets: ReadonlySet<number>, size: number): Map<number, number> {
  const sorted = [...offsets].sort((a, b) => a - b)
  if (sorted.length > 1) return new Map(sorted.map((offset, rank) => [offset, rank]))
  return new Map(sorted.map((offset) => [offset, Math.round(offset / (USUAL_STRIDE * size))]))
}

// One bit a row, tested inside the scan: a filtered search still returns its full top-k.

export type RowMask = Uint32Array

/** A mask with the rows for which `isIn` answers true. */
export function rowMask(count: number, isIn: (row: number) => boolean): RowMask {
  const mask = new Uint32Array(Math.ceil(count / 32))
  for (let row = 0; row < count; row++) {
    if (isIn(row)) mask[row >>> 5]! |= 1 << (row & 31)
  }
  return mask
}

export function isInMask(mask: RowMask, row: number): boolean {
  return ((mask[row >>> 5]! >>> (row & 31)) & 1) === 1
}

/** Rows in `mask`. */
export function countInMask(mask: RowMask): number {
  let count = 0
  for (let word of mask) {
    for (; word !== 0; word &= word - 1) count++
  }
  return count
}

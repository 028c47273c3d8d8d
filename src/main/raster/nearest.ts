// OpenCV's INTER_NEAREST, which the standard uses to bring coarser bands to 10 m: source index = floor(index * source / target).

/** Source index for each target index on one axis. */
export function nearestMap(sourceSize: number, targetSize: number): Int32Array {
  // as cv2: the inverse scale is rounded once to double, then multiplied
  const scale = 1 / (targetSize / sourceSize)
  return Int32Array.from({ length: targetSize }, (_, index) => Math.min(sourceSize - 1, Math.floor(index * scale)))
}

export interface PlaneSize {
  readonly width: number
  readonly height: number
}

/**
 * Repeats the pixels of one band to a finer grid.
 * @param plane `(rows, cols)` of `from`
 * @param into where the result goes, at least `to.width * to.height` long; a new array when absent
 */
export function upsampleNearest(
  plane: Float32Array,
  from: PlaneSize,
  to: PlaneSize,
  into: Float32Array = new Float32Array(to.width * to.height),
): Float32Array {
  if (plane.length !== from.width * from.height || into.length < to.width * to.height) {
    throw new Error(
      `upsampleNearest: expected ${from.width * from.height} values into ${to.width * to.height}, got ${plane.length} into ${into.length}`,
    )
  }
  const rows = nearestMap(from.height, to.height)
  const cols = nearestMap(from.width, to.width)
  repeatPixels(plane, from.width, { rows, cols }, into)
  return into
}

/**
 * Writes the pixel at `rows[row], cols[col]` of `plane` for every row and column.
 * @param rows ascending, as are `cols`
 * @param into `rows.length x cols.length`
 */
export function repeatPixels(
  plane: Float32Array,
  planeWidth: number,
  { rows, cols }: { readonly rows: Int32Array; readonly cols: Int32Array },
  into: Float32Array,
): void {
  let previous = -1
  for (let row = 0; row < rows.length; row++) {
    const source = rows[row] as number
    const start = row * cols.length
    if (source === previous) {
      into.copyWithin(start, start - cols.length, start)
      continue
    }
    const line = source * planeWidth
    for (let col = 0; col < cols.length; col++) into[start + col] = plane[line + (cols[col] as number)] as number
    previous = source
  }
}

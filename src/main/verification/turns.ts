// The eight ways to lay a square on itself, for the pixels of a fragment and for the fragments of a cell.

/** Applied in this order to the place asked for: swap row and column, then count rows or columns from the other end. */
export interface Turn {
  readonly isTransposed: boolean
  readonly fromBelow: boolean
  readonly fromRight: boolean
}

const turn = (isTransposed: boolean, fromBelow: boolean, fromRight: boolean): Turn => ({
  isTransposed,
  fromBelow,
  fromRight,
})

/** What the network may have seen of a fragment. */
export const flips: ReadonlyMap<string, Turn> = new Map([
  ['pixels as they are', turn(false, false, false)],
  ['flipped vertically', turn(false, true, false)],
  ['flipped horizontally', turn(false, false, true)],
  ['transposed', turn(true, false, false)],
  ['rotated by 180 degrees', turn(false, true, true)],
  ['rotated by 90 degrees clockwise', turn(true, true, false)],
  ['rotated by 90 degrees anticlockwise', turn(true, false, true)],
  ['transposed along the other diagonal', turn(true, true, true)],
])

/** Those that are tried with every recipe; the others are variations of the best. */
export const commonFlips = [...flips.keys()].slice(0, 4)

/** Whose pixels the vector of fragment (row, column) may show. */
export const fragmentOrders: ReadonlyMap<string, Turn> = new Map([
  ['fragments row-column', turn(false, false, false)],
  ['fragments column-row', turn(true, false, false)],
  ['fragment rows from below', turn(false, true, false)],
  ['fragment columns from the right', turn(false, false, true)],
])

/** The place `(row, col)` of a square of `size` comes from. */
export function sourceOf(row: number, col: number, size: number, turn: Turn): readonly [row: number, col: number] {
  const [a, b] = turn.isTransposed ? [col, row] : [row, col]
  return [turn.fromBelow ? size - 1 - a : a, turn.fromRight ? size - 1 - b : b]
}

/**
 * Turns every band of a square image.
 * @param pixels planar `(bands, size, size)`
 * @returns a new image, or `pixels` itself when nothing turns
 */
export function turnPixels(pixels: Float32Array, size: number, turn: Turn): Float32Array {
  if (!turn.isTransposed && !turn.fromBelow && !turn.fromRight) return pixels
  const turned = new Float32Array(pixels.length)
  const area = size * size
  for (let row = 0; row < size; row++) {
    for (let col = 0; col < size; col++) {
      const [fromRow, fromCol] = sourceOf(row, col, size, turn)
      for (let start = 0; start < pixels.length; start += area) {
        turned[start + row * size + col] = pixels[start + fromRow * size + fromCol]!
      }
    }
  }
  return turned
}

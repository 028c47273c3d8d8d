import type { PixelField } from './pixel-field.ts'

/** Values decoded at once. */
const stripValues = 16 * 1024 * 1024

/**
 * Cosine similarity of every pixel to one of them.
 * @returns `(rows, cols)`, NaN for pixels without data or with only zeros; all NaN when the chosen one is such a pixel
 */
export async function similarityTo(
  field: PixelField,
  [row, col]: readonly [row: number, col: number],
  {
    signal,
    onProgress,
  }: { signal?: AbortSignal | undefined; onProgress?: ((done: number, total: number) => void) | undefined } = {},
): Promise<Float32Array> {
  const { width, height, dimensions } = field
  const query = await field.readWindow({ row0: row, col0: col, row1: row + 1, col1: col + 1 }, signal)
  const queryNorm = Math.hypot(...query)
  const similarity = new Float32Array(width * height)
  const stripRows = Math.max(1, Math.floor(stripValues / (width * dimensions)))
  for (let row0 = 0; row0 < height; row0 += stripRows) {
    signal?.throwIfAborted()
    const row1 = Math.min(height, row0 + stripRows)
    const vectors = await field.readWindow({ row0, col0: 0, row1, col1: width }, signal)
    for (let pixel = 0, at = 0; at < vectors.length; pixel++) {
      let dot = 0
      let square = 0
      for (let channel = 0; channel < dimensions; channel++, at++) {
        dot += vectors[at]! * query[channel]!
        square += vectors[at]! * vectors[at]!
      }
      similarity[row0 * width + pixel] = dot / (Math.sqrt(square) * queryNorm)
    }
    onProgress?.(row1, height)
  }
  return similarity
}

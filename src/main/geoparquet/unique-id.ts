import { createHash } from 'node:crypto'
import { numpyFloat32Text } from './numpy-text.ts'

/**
 * Major TOM's unique_id: sha256 over the text `{geometry}_{timestamp}_{product_id}_{embedding}`, lower-case hex. Above
 * 1,000 dimensions numpy prints only the first and last three values, so the hash covers no more than those.
 * @param parts `geometryWkt` in degrees; an absent part is written `None`, as Python would
 */
export function uniqueId(parts: {
  readonly geometryWkt: string | null
  readonly timestamp: string | null
  readonly productId: string | null
  readonly vector: Float32Array
}): string {
  const { geometryWkt, timestamp, productId, vector } = parts
  const text = `${geometryWkt ?? 'None'}_${timestamp ?? 'None'}_${productId ?? 'None'}_${numpyFloat32Text(vector)}`
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

import type { EmbeddingProduct, FileDescription } from '../../shared/contract.ts'
import { projectionOf } from '../grid/projection.ts'
import { lonLatExtent } from '../grid/ring-footprint.ts'
import type { PixelField } from './pixel-field.ts'
import { sentencesOf } from './product-adapter.ts'
import { productCredits } from './product-credits.ts'

/** Fields of up to this many decoded bytes have every pixel looked at. */
const fullCheckBytes = 64 * 1024 * 1024

export interface PixelProduct extends Pick<FileDescription, 'dates' | 'quantisation' | 'version' | 'notes'> {
  readonly product: EmbeddingProduct
  /** as stored */
  readonly dtype: string
  readonly licence?: string | undefined
}

/** The description of a field of a product. */
export async function describePixels(
  path: string,
  field: PixelField,
  { product, licence, notes = [], ...facts }: PixelProduct,
  signal?: AbortSignal,
): Promise<FileDescription> {
  const problems: string[] = []
  let counted: readonly string[] = []
  const place = placeFacts(field)
  problems.push(...place.problems)
  problems.push(
    ...(await sentencesOf(async () => {
      counted = await emptyPixels(field, signal)
    })),
  )
  const credit = productCredits[product as keyof typeof productCredits]
  const allNotes = [...notes, ...counted]
  return {
    file: path,
    product,
    kind: 'pixel',
    width: field.width,
    height: field.height,
    dimensions: field.dimensions,
    ...facts,
    ...place.facts,
    ...(credit === undefined
      ? licence === undefined
        ? {}
        : { licence }
      : { ...credit, ...(licence === undefined ? {} : { licence }) }),
    ...(allNotes.length === 0 ? {} : { notes: allNotes }),
    problems,
  }
}

function placeFacts({ name, crs, bounds }: PixelField): {
  readonly facts: Pick<FileDescription, 'crs' | 'extent'>
  readonly problems: readonly string[]
} {
  const facts = crs === undefined ? {} : { crs }
  if (crs === undefined || bounds === undefined) {
    const lacks = crs === undefined ? 'coordinate reference system' : 'position (geotransform)'
    const problem = `${name}: expected a ${lacks}, got none; its pixels will have no place on the globe unless you georeference it`
    return { facts, problems: [problem] }
  }
  try {
    const extent = lonLatExtent(projectionOf(crs), bounds)
    return { facts: { ...facts, ...(extent === undefined ? {} : { extent }) }, problems: [] }
  } catch (error) {
    const problem = `${name}: ${error instanceof Error ? error.message : String(error)}; reproject it to its UTM zone`
    return { facts, problems: [problem] }
  }
}

/** How many pixels have no data; nothing for a field too large to look at every pixel, whose corners are read instead. */
async function emptyPixels(field: PixelField, signal: AbortSignal | undefined): Promise<string[]> {
  const { width, height, dimensions } = field
  if (width * height * dimensions * 4 > fullCheckBytes) {
    await field.readWindow({ row0: 0, col0: 0, row1: 1, col1: 1 }, signal)
    await field.readWindow({ row0: height - 1, col0: width - 1, row1: height, col1: width }, signal)
    return []
  }
  const vectors = await field.readWindow({ row0: 0, col0: 0, row1: height, col1: width }, signal)
  let empty = 0
  let zero = 0
  for (let pixel = 0; pixel < width * height; pixel++) {
    const vector = vectors.subarray(pixel * dimensions, (pixel + 1) * dimensions)
    if (vector.some(Number.isNaN)) empty++
    else if (vector.every((value) => value === 0)) zero++
  }
  const sentence = (count: number, what: string) =>
    `${count} of ${width * height} pixels ${what}; searches leave them out`
  return [
    ...(empty === 0 ? [] : [sentence(empty, 'have no data')]),
    ...(zero === 0 ? [] : [sentence(zero, 'have only zeros')]),
  ]
}

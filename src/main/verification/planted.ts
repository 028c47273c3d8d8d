// Used by tests only: embeddings of the sample planet with one fault planted, none of it by the code that looks for it. Faults
// are planted in the network in front of its input, in the order of the card's bands, in the request of `embed`, or in the file.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { embedRequest, type VerifyReport, type VerifyRequest, verifyRequest } from '../../shared/contract.ts'
import type { PixelBbox } from '../../shared/terms.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import type { EmbeddingBatch } from '../geoparquet/embedding-batch.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { readVectors } from '../geoparquet/read-vectors.ts'
import { writeEmbeddings } from '../geoparquet/write-embeddings.ts'
import type { ModelCard } from '../models/model-card.ts'
import { runEmbed } from '../pipeline/run-embed.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { runVerification } from './run-verification.ts'
import {
  encodeTestNetwork,
  type PlantedFault,
  type TestNetwork,
  testDimensions,
  testInputSize,
} from './test-network.ts'

/** of the recipe's normalisation; the faults in front of the network undo it */
const [mean, std] = [0.2, 0.15]
/** a factor on the values before they are normalised, as a factor and a shift of the normalised values */
const timesBefore = (factor: number): PlantedFault => ({ factor, shift: ((factor - 1) * mean) / std })

export const trainingMode = 'batch norm in training mode'
export const tanhGelu = 'tanh GELU'
export const testBands = ['B02', 'B03', 'B04', 'B8A', 'B09']

/** an image of 156 px has nine fragments of 64 px, as one of 1068 px has nine of 384 px */
export const imageSize = 156

export interface Plant {
  /** what the verdict should name, besides the recipe */
  readonly expected: string
  readonly network?: Partial<TestNetwork>
  /** another network altogether */
  readonly bytes?: Uint8Array
  readonly bands?: readonly string[]
  readonly request?: { readonly recipe?: string; readonly radiometricOffset?: 0 | -1000 }
  /** added to the digital numbers of the published set */
  readonly add?: number
  readonly change?: SetChange
}

export const plants: Readonly<Record<string, Plant>> = {
  nothing: { expected: 'recipe intended' },
  'the other recipe': { expected: 'recipe released', request: { recipe: 'released' } },
  'fragments column-row': {
    expected: 'recipe intended, fragments column-row',
    change: { box: ([row0, col0, row1, col1]) => [col0, row0, col1, row1] },
  },
  'a vertical flip': { expected: 'recipe intended, flipped vertically', network: { fault: { flip: 'vertical' } } },
  'a horizontal flip': {
    expected: 'recipe intended, flipped horizontally',
    network: { fault: { flip: 'horizontal' } },
  },
  'a transposition': { expected: 'recipe intended, transposed', network: { fault: { flip: 'transpose' } } },
  'red and blue exchanged': {
    expected: 'recipe intended, bands B02 and B04 exchanged',
    bands: ['B04', 'B03', 'B02', 'B8A', 'B09'],
  },
  'B8A and B09 exchanged': {
    expected: 'recipe intended, bands B8A and B09 exchanged',
    bands: ['B02', 'B03', 'B04', 'B09', 'B8A'],
  },
  'bands reversed': { expected: 'recipe intended, bands reversed', bands: testBands.toReversed() },
  'values x 255': { expected: 'recipe intended, values x 255', network: { fault: timesBefore(255) } },
  'values / 255': { expected: 'recipe intended, values / 255', network: { fault: timesBefore(1 / 255) } },
  '10000 twice': { expected: 'recipe intended, divided by 10000 twice', network: { fault: timesBefore(1e-4) } },
  'an offset of -1000': { expected: 'recipe intended, offset by -1000', request: { radiometricOffset: -1000 } },
  'an offset of +1000': { expected: 'recipe intended, offset by +1000', add: 1000 },
  'batch norm in training mode': {
    expected: `recipe intended, ${trainingMode}`,
    network: { statistics: 'batch' },
  },
  'tanh GELU': { expected: `recipe intended, ${tanhGelu}`, network: { gelu: 'tanh' } },
}

function testCard(id: string, { bands = testBands, add = 0 }: Pick<Plant, 'bands' | 'add'> = {}) {
  const offset = add === 0 ? [] : [{ step: 'offset', add }]
  const toNumbers = [{ step: 'scale', divide: 10_000 }]
  const end = [{ step: 'normalise', mean, std }]
  return {
    ...{ id, name: id, source: 'made for a test', licence: 'Apache-2.0' },
    bands,
    unit: 'reflectance-1e4',
    fragment: { size: testInputSize },
    recipes: [
      { name: 'intended', reason: 'for tests', steps: [...offset, ...toNumbers, ...end] },
      {
        name: 'released',
        reason: 'brighter, and cut at 1',
        steps: [...offset, ...toNumbers, { step: 'scale', multiply: 2.5 }, { step: 'clip', low: 0, high: 1 }, ...end],
      },
    ],
    input: { name: 'pixels', size: testInputSize },
    output: { name: 'embedding', dimensions: testDimensions },
    onnx: {
      kind: 'file',
      file: `${id}.onnx`,
      variants: [
        { name: trainingMode, file: `${id}-batch.onnx`, batch: 'image' },
        { name: tanhGelu, file: `${id}-tanh.onnx` },
      ],
    } satisfies Partial<Extract<ModelCard['onnx'], { kind: 'file' }>> | object,
    weights: { howToGet: 'made for a test' },
    ...{ verified: true, verification: 'made for a test' },
  }
}

/** Writes the honest model: its card and its networks. @returns path of the card */
export async function writeTestModel(
  folder: string,
  seed: number,
  bands: readonly string[] = testBands,
): Promise<string> {
  const network = { seed, bandCount: bands.length }
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'honest.json'), JSON.stringify(testCard('honest', { bands })))
  await writeFile(join(folder, 'honest.onnx'), encodeTestNetwork(network))
  await writeFile(join(folder, 'honest-batch.onnx'), encodeTestNetwork({ ...network, statistics: 'batch' }))
  await writeFile(join(folder, 'honest-tanh.onnx'), encodeTestNetwork({ ...network, gelu: 'tanh' }))
  return join(folder, 'honest.json')
}

export const silent = (): CallContext => ({ signal: new AbortController().signal, onProgress: () => {} })

/** Embeds a Core part with a fault in it. @returns path of the published file */
export async function publishWithFault(folder: string, part: string, plant: Plant, seed: number): Promise<string> {
  const { network, request = {}, change } = plant
  const bands = plant.bands ?? testBands
  await mkdir(folder, { recursive: true })
  const card = join(folder, 'planted.json')
  await writeFile(card, JSON.stringify(testCard('planted', plant)))
  const bytes = plant.bytes ?? encodeTestNetwork({ seed, bandCount: bands.length, ...network })
  await writeFile(join(folder, 'planted.onnx'), bytes)
  const embedded = await publishWith({ model: card }, folder, part, request)
  const path = join(folder, 'published.parquet')
  await rewriteSet(embedded, path, change)
  return path
}

/** Embeds a Core part as the published code does: the nine fragments of an image are one batch. @returns path of the file */
export async function publishWith(
  model: { readonly model: string; readonly card?: string },
  folder: string,
  part: string,
  request: Plant['request'] = {},
): Promise<string> {
  const out = join(folder, 'out')
  const parsed = embedRequest.parse({
    ...{ inputs: [part], ...model, out, device: 'cpu', unit: 'reflectance-1e4' },
    ...{ radiometricOffset: 0, batchSize: 9, geometry: 'as-released', ...request },
  })
  const context = { modelFolders: [], version: '0', threads: 1 }
  const { files } = await runEmbed({ request: { ...parsed, out }, context }, silent())
  return files[0]!
}

/** Ten bits behind the first one, as numpy's float16 of a value in its normal range. */
export function roundToFloat16(x: number): number {
  if (x === 0) return 0
  const step = Math.max(2 ** (Math.floor(Math.log2(Math.abs(x))) - 10), 2 ** -24)
  const count = x / step
  const below = Math.floor(count)
  const isTie = count - below === 0.5
  return (isTie ? below + (below % 2) : Math.round(count)) * step
}

/** Cells of the shipped sample planet. */
export async function landCells(): Promise<string[]> {
  const source = await openFileSource(join(import.meta.dirname, '../../../sample/sample-planet.parquet'))
  try {
    const { grid_cell: cells } = await readColumns(await openParquet(source), ['grid_cell'])
    return [...new Set(cells as string[])]
  } finally {
    await source.close()
  }
}

export interface SetChange {
  readonly box?: (box: PixelBbox) => PixelBbox
  readonly value?: (x: number) => number
  readonly isKept?: (row: number) => boolean
  readonly productId?: (productId: string) => string
}

/** Copies an embeddings file with changes. */
export async function rewriteSet(from: string, to: string, change: SetChange = {}): Promise<void> {
  const source = await openFileSource(from)
  const file = await openParquet(source)
  const { vectors, dimensions } = await readVectors(file)
  const columns = await readColumns(
    file,
    file.columns.map(({ name }) => name).filter((name) => name !== 'embedding'),
  )
  await source.close()
  const { box = (x) => x, value = (x) => x, isKept = () => true, productId = (x) => x } = change
  const rows = Array.from({ length: file.rowCount }, (_, row) => row).filter(isKept)
  const pick = <T>(name: string) => rows.map((row) => columns[name]![row] as T)
  const batch: EmbeddingBatch = {
    count: rows.length,
    vectors: Float32Array.from(
      rows.flatMap((row) => [...vectors.subarray(row * dimensions, (row + 1) * dimensions)]),
      value,
    ),
    ...{ uniqueId: pick('unique_id'), timestamp: pick('timestamp') },
    productId: pick<string>('product_id').map(productId),
    ...{ gridCell: pick('grid_cell'), gridRowU: pick('grid_row_u'), gridColR: pick('grid_col_r') },
    ...{ geometry: pick('geometry'), centreLat: pick('centre_lat'), centreLon: pick('centre_lon') },
    ...{ utmFootprint: pick('utm_footprint'), utmCrs: pick('utm_crs') },
    pixelBbox: pick<PixelBbox>('pixel_bbox').map(box),
  }
  await writeEmbeddings(to, [batch], { dimensions, geometryTypes: ['Polygon'], provenance: file.groundControl! })
}

export async function verifyPublished(
  published: string,
  request: Partial<VerifyRequest> & { readonly model: string; readonly images: string[] },
  context: CallContext = silent(),
): Promise<VerifyReport> {
  const parsed = verifyRequest.parse({
    ...{ published, device: 'cpu', unit: 'reflectance-1e4', radiometricOffset: 0 },
    ...request,
  })
  return await runVerification({ request: parsed, context: { modelFolders: [], version: '0', threads: 1 } }, context)
}

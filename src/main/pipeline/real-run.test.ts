// The real networks and scenes beside the checkout; expected vectors from fixtures/models/mobilenet-fragments.py.

import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbedReport, type EmbedRequest, embedRequest } from '../../shared/contract.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { readVectors } from '../geoparquet/read-vectors.ts'
import { PipelineHost } from './pipeline-host.ts'

const root = join(import.meta.dirname, '../../..')
const data = join(root, '../shared/data')
const weights = join(data, 'weights/mobilenet-v1-embedding.onnx')
const isHere = existsSync(weights)
const reason = 'no ../shared/data/weights/mobilenet-v1-embedding.onnx on this machine'

interface ExpectedRow {
  part: string
  name: string
  row0: number
  col0: number
  float16: string
}
const expected: { rows: ExpectedRow[] } = JSON.parse(
  readFileSync(join(root, 'fixtures/models/mobilenet-fragments.json'), 'utf8'),
)

/** IEEE 754 half precision, little endian. */
function halfFloats(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64')
  return Array.from({ length: bytes.length / 2 }, (_, i) => {
    const bits = bytes.readUInt16LE(i * 2)
    const exponent = (bits >> 10) & 31
    const fraction = (bits & 1023) / 1024
    const size = exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15)
    return bits >> 15 ? -size : size
  })
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!
    aa += a[i]! ** 2
    bb += b[i]! ** 2
  }
  return ab / Math.sqrt(aa * bb)
}

async function readRows(path: string) {
  const source = await openFileSource(path)
  const file = await openParquet(source)
  const columns = await readColumns(file, ['product_id', 'grid_cell', 'pixel_bbox'])
  const { vectors, count, dimensions } = await readVectors(file)
  await source.close()
  return Array.from({ length: count }, (_, i) => ({
    productId: columns['product_id']?.[i] as string,
    gridCell: columns['grid_cell']?.[i] as string,
    pixelBbox: columns['pixel_bbox']?.[i] as number[],
    vector: vectors.subarray(i * dimensions, (i + 1) * dimensions),
  }))
}

describe('an embed of real imagery with MobileNet, in its own process', () => {
  const host = new PipelineHost()
  let out = ''
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'real-run-'))
  })
  afterAll(async () => {
    host.dispose()
    await rm(out, { recursive: true })
  })

  async function embed(settings: Partial<EmbedRequest> & { inputs: string[] }): Promise<EmbedReport> {
    const parsed = embedRequest.parse({
      ...{ model: weights, card: join(root, 'models/mobilenet-v1.json'), out, device: 'cpu' },
      ...settings,
    })
    const request = { ...parsed, out: parsed.out ?? out }
    return await host.call('embed', { request, context: { modelFolders: [join(root, 'models')], version: '0' } })
  }

  it('gives 25 fragments for each full cell and 1 for each chip, as recomputed outside', async (context) => {
    if (!isHere) context.skip(reason)
    const inputs = [join(data, 'core/part_00001.parquet'), join(data, 'terramesh/S2L2A')]
    const report = await embed({ inputs })
    expect(report).toMatchObject({ rows: 54, cells: 6, failures: [], unit: 'reflectance-1e4' })
    const parts = new Map<string, Awaited<ReturnType<typeof readRows>>>()
    for (const name of ['part_00001.parquet', 'images.parquet']) parts.set(name, await readRows(join(out, name)))
    expect([...parts.values()].map((rows) => rows.length)).toEqual([50, 4])
    for (const { part, name, row0, col0, float16 } of expected.rows) {
      const row = parts.get(part)?.find((one) => {
        const [top, left] = one.pixelBbox
        return (one.gridCell === name || one.productId === name) && top === row0 && left === col0
      })
      expect(cosine(row!.vector, halfFloats(float16)), `${name} ${row0} ${col0}`).toBeGreaterThan(0.99999)
    }
  }, 120_000)

  it('counts the clouds of each fragment as numpy does', async (context) => {
    if (!isHere) context.skip(reason)
    const inputs = [join(data, 'core/part_00001.parquet')]
    const report = await embed({ inputs, model: 'rcf-64', card: undefined, fractions: true, out: join(out, 'clouds') })
    const source = await openFileSource(report.files[0]!)
    const columns = await readColumns(await openParquet(source), ['grid_cell', 'cloud_fraction', 'nodata_fraction'])
    await source.close()
    // np.isin(mask[r:r+224, c:c+224], [1, 2]).mean() of the masks as rasterio reads them, first two rows of fragments
    const cell = [0.001195791, 0.003268495, 0.008769133, 0.136798469, 0.527503189]
    const below = [0.000318878, 0.000079719, 0, 0.006377551, 0.192522321]
    const got = columns['cloud_fraction']!.filter((_, row) => columns['grid_cell']![row] === '277U_118L')
    expect(got).toHaveLength(25)
    for (const [i, share] of [...cell, ...below].entries()) expect(got[i]).toBeCloseTo(share, 7)
    expect(new Set(columns['nodata_fraction'])).toEqual(new Set([0]))
  }, 60_000)

  it('keeps Sentinel-1 chips in dB apart', async (context) => {
    if (!isHere) context.skip(reason)
    const card = join(root, 'fixtures/models/tiny-vv-vh.json')
    const report = await embed({
      ...{ inputs: [join(data, 'terramesh/S1RTC')], out: join(out, 's1') },
      ...{ model: join(root, 'fixtures/models/tiny-vv-vh.onnx'), card },
    })
    expect(report.unit).toBe('db')
    const rows = await readRows(report.files[0]!)
    const first = (name: string) => rows.find((row) => row.productId.startsWith(name))!.vector
    const names = [...new Set(rows.map((row) => row.productId))]
    expect(names).toHaveLength(4)
    for (const [i, a] of names.entries()) {
      for (const b of names.slice(i + 1)) expect(cosine(first(a), first(b))).toBeLessThan(0.999)
    }
  }, 60_000)
})

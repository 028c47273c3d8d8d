import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readGolden } from '../bytes/golden-file.ts'
import { numpyFloat32Text } from './numpy-text.ts'
import { uniqueId } from './unique-id.ts'
import { footprintOfWkb, parseWkb, wkbOf, wkbOfPoint } from './wkb.ts'
import { decimalText, polygonsOfWkt, wktOfFootprint } from './wkt.ts'

interface UniqueIdRow {
  geometry_wkt: string
  geometry_wkb: string
  timestamp: string
  product_id: string
  embedding_f32_b64: string
  unique_id: string
}
const texts = readGolden<{ cases: { name: string; f32_b64: string; str: string }[] }>('numpy_float32_str').cases
const ids = readGolden<{ rows: UniqueIdRow[] }>('unique_id').rows
const released = readGolden<{ rows: { geometry_wkb: string }[] }>('released_siglip_rows').rows

function vectorOf(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64')
  return new Float32Array(Uint8Array.from(bytes).buffer)
}

describe('the text of a numpy float32 vector', () => {
  it.each(texts)('is what numpy prints: $name', ({ f32_b64, str }) => {
    expect(numpyFloat32Text(vectorOf(f32_b64))).toBe(str)
  })
})

it('the text of random vectors is what numpy prints, ties and powers of two included', () => {
  const cases = JSON.parse(
    readFileSync(new URL('../../../fixtures/geoparquet/numpy-text.json', import.meta.url), 'utf8'),
  ) as [string, string][]
  expect(cases).toHaveLength(240)
  for (const [base64, text] of cases) expect(numpyFloat32Text(vectorOf(base64))).toBe(text)
})

describe('unique_id', () => {
  it('is the original one', () => {
    for (const row of ids) {
      const vector = vectorOf(row.embedding_f32_b64)
      expect(
        uniqueId({ geometryWkt: row.geometry_wkt, timestamp: row.timestamp, productId: row.product_id, vector }),
      ).toBe(row.unique_id)
    }
  })
})

describe('geometry as WKB and WKT', () => {
  it('is written with the bytes and text of the original', () => {
    for (const row of ids) {
      const footprint = footprintOfWkb(Buffer.from(row.geometry_wkb, 'hex'))!
      expect(Buffer.from(wkbOf(footprint)).toString('hex')).toBe(row.geometry_wkb)
      expect(wktOfFootprint(footprint)).toBe(row.geometry_wkt)
      expect(polygonsOfWkt(row.geometry_wkt)).toEqual(footprint)
    }
  })

  it('reads the released rows', () => {
    for (const { geometry_wkb } of released) {
      expect(footprintOfWkb(Buffer.from(geometry_wkb, 'hex'))!.polygons[0]![0]).toHaveLength(5)
    }
  })

  it('keeps several polygons apart', () => {
    const square = (x: number) => [
      [
        [x, 0],
        [x, 1],
        [x + 1, 1],
        [x, 0],
      ] as const,
    ]
    const footprint = { polygons: [square(179), square(-180)] }
    expect(footprintOfWkb(wkbOf(footprint))).toEqual(footprint)
    expect(wktOfFootprint(footprint)).toBe(
      'MULTIPOLYGON (((179 0, 179 1, 180 1, 179 0)), ((-180 0, -180 1, -179 1, -180 0)))',
    )
    expect(polygonsOfWkt(wktOfFootprint(footprint))).toEqual(footprint)
  })

  it('knows points, big-endian bytes and Z values, and refuses damage', () => {
    expect(parseWkb(wkbOfPoint([1.5, -2]))).toEqual({ type: 'Point', point: [1.5, -2] })
    // shapely.to_wkb(Point(1, 2, 3), byte_order=0), ISO and EWKB flavours
    const iso = Buffer.from('00000003e93ff000000000000040000000000000004008000000000000', 'hex')
    const ewkb = Buffer.from('00800000013ff000000000000040000000000000004008000000000000', 'hex')
    for (const bytes of [iso, ewkb]) expect(parseWkb(bytes)).toEqual({ type: 'Point', point: [1, 2] })
    expect(footprintOfWkb(wkbOfPoint([0, 0]))).toBeUndefined()
    expect(() => parseWkb(new Uint8Array([1, 3, 0, 0, 0, 255, 255, 255, 255]))).toThrow('ends early')
    expect(() => parseWkb(new Uint8Array([1, 99, 0, 0, 0]))).toThrow('unknown type 99')
  })

  it('writes small and large numbers without exponent', () => {
    expect([1e-7, -2.5e-9, 1e21, 812196.7102547884, 0].map(decimalText)).toEqual([
      '0.0000001',
      '-0.0000000025',
      '1000000000000000000000',
      '812196.7102547884',
      '0',
    ])
  })
})

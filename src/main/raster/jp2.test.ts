import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ByteSource, memorySource } from '../bytes/byte-source.ts'
import { openJp2 } from './jp2.ts'
import { georeferenceOfGml } from './jp2-georeference.ts'
import { cutsOf, largestDifference, readNpy } from './npy-fixture.ts'
import { wholeWindow } from './raster.ts'

const folder = join(import.meta.dirname, '../../../fixtures/raster')

interface Case {
  dtype: string
  crs: string | null
  transform: number[]
  bandCount: number
}
const { width, height, cases } = JSON.parse(readFileSync(join(folder, 'jp2.json'), 'utf8')) as {
  width: number
  height: number
  cases: Record<string, Case>
}
const fixture = (name: string) => memorySource(`${name}.jp2`, readFileSync(join(folder, `${name}.jp2`)))

/** Where the start-of-tile-part markers stand (ISO/IEC 15444-1, A.4.2). */
function partStarts(bytes: Buffer): number[] {
  const starts: number[] = []
  for (let at = bytes.indexOf(Buffer.of(0xff, 0x90, 0, 10)); bytes.readUInt16BE(at) === 0xff90; ) {
    starts.push(at)
    at += bytes.readUInt32BE(at + 6)
  }
  return starts
}

/** Box and last tile part run to the end of the file, as streaming encoders write them. */
function withOpenEnd(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  const box = changed.indexOf('jp2c')
  if (box > 0) changed.writeUInt32BE(0, box - 4)
  changed.writeUInt32BE(0, partStarts(bytes).at(-1)! + 6)
  return changed
}

function withoutPartCounts(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  for (const start of partStarts(bytes)) changed[start + 11] = 0
  return changed
}

describe('openJp2', () => {
  it.each(Object.keys(cases))('reads %s as rasterio does', async (name) => {
    const expected = cases[name] as Case
    const raster = await openJp2(fixture(name))
    expect([raster.width, raster.height, raster.bandCount, raster.dtype]).toEqual([
      width,
      height,
      expected.bandCount,
      expected.dtype,
    ])
    const pixels = await raster.readWindow(wholeWindow(raster))
    expect(largestDifference(pixels, readNpy(join(folder, `${name}.npy`)))).toBe(0)
  })

  it.each(Object.keys(cases))('cuts a window across tiles out of %s', async (name) => {
    const raster = await openJp2(fixture(name))
    const band = raster.bandCount - 1
    const cut = await raster.readWindow({ row0: 20, col0: 30, row1: 40, col1: 66 }, { bands: [band] })
    const values = readNpy(join(folder, `${name}.npy`))
    const expected = new Float32Array(20 * 36)
    for (let row = 0; row < 20; row++) {
      for (let col = 0; col < 36; col++) {
        expected[row * 36 + col] = values[(band * height + row + 20) * width + col + 30] as number
      }
    }
    expect(largestDifference(cut, expected)).toBe(0)
  })

  it('takes CRS and transform from the GML box, from the GeoJP2 box, or from neither', async () => {
    for (const [name, expected] of Object.entries(cases)) {
      const raster = await openJp2(fixture(name))
      expect(raster.crs, name).toBe(expected.crs ?? undefined)
      if (expected.crs === null) expect(raster.transform).toBeUndefined()
      raster.transform?.forEach((value, index) => {
        expect(value, name).toBeCloseTo(expected.transform[index] as number, 9)
      })
    }
  })

  it('reads the bytes of the tiles under the window only', async () => {
    const inner = fixture('jp2-tiled')
    let bytesRead = 0
    const counting: ByteSource = {
      ...inner,
      slice: async (start, end) => {
        bytesRead += end - start
        return await inner.slice(start, end)
      },
    }
    const raster = await openJp2(counting)
    bytesRead = 0
    await raster.readWindow({ row0: 0, col0: 0, row1: 10, col1: 10 })
    const oneTile = bytesRead
    await raster.readWindow({ row0: 5, col0: 5, row1: 15, col1: 15 })
    expect(bytesRead).toBe(oneTile)
    expect(oneTile).toBeLessThan(inner.byteLength / 2)
  })
})

describe('a damaged JPEG 2000 file', () => {
  it('that is empty or something else is one sentence', async () => {
    await expect(openJp2(memorySource('e.jp2', new Uint8Array()))).rejects.toThrow(
      'e.jp2: expected a JPEG 2000 file, got an empty file; download it again',
    )
    await expect(openJp2(memorySource('t.jp2', Buffer.from('a text, not an image')))).rejects.toThrow(
      't.jp2: expected a JPEG 2000 file, got other bytes; download it again',
    )
  })

  const layouts: [string, (bytes: Buffer) => Buffer][] = [
    ['as it is', (bytes) => bytes],
    ['with a last part of no stated length', withOpenEnd],
    ['with no stated number of parts', withoutPartCounts],
  ]
  const cut = Object.keys(cases).flatMap((name) => layouts.map(([layout, change]) => ({ name, layout, change })))

  it.each(cut)('$name $layout, cut at any length: one sentence, or its pixels are right', async ({ name, change }) => {
    const bytes = change(readFileSync(join(folder, `${name}.jp2`)))
    const read = async (length: number) => {
      const raster = await openJp2(memorySource('cut.jp2', bytes.subarray(0, length)))
      return await raster.readWindow(wholeWindow(raster))
    }
    const whole = await read(bytes.length)
    expect(largestDifference(whole, readNpy(join(folder, `${name}.npy`)))).toBe(0)
    let failures = 0
    for (const length of cutsOf(bytes.length)) {
      const pixels = await read(length).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'EngineError', message: expect.stringMatching(/^cut\.jp2: expected/) })
        failures++
        return whole
      })
      expect(largestDifference(pixels, whole), `${length} bytes`).toBe(0)
    }
    expect(failures).toBeGreaterThan(0)
  })

  it('without its last part is not taken for one of less detail', async () => {
    for (const change of [(bytes: Buffer) => bytes, withoutPartCounts]) {
      const bytes = change(readFileSync(join(folder, 'jp2-tile-parts.jp2')))
      const last = partStarts(bytes).at(-1)!
      const raster = await openJp2(memorySource('cut.jp2', bytes.subarray(0, last)))
      await expect(raster.readWindow(wholeWindow(raster))).rejects.toThrow(/^cut\.jp2: expected pixels in tile row/)
    }
  })
})

describe('georeferenceOfGml', () => {
  it('reads the grid of a Sentinel-2 band, whose origin is the centre of the first pixel', () => {
    const gml = `<gml:RectifiedGrid dimension="2"><gml:origin>
      <gml:Point gml:id="P0001" srsName="urn:ogc:def:crs:EPSG::32629"><gml:pos>199985 2800015</gml:pos></gml:Point></gml:origin>
      <gml:offsetVector srsName="urn:ogc:def:crs:EPSG::32629">10 0</gml:offsetVector>
      <gml:offsetVector srsName="urn:ogc:def:crs:EPSG::32629">0 -10</gml:offsetVector></gml:RectifiedGrid>`
    expect(georeferenceOfGml(gml)).toEqual({ crs: 'EPSG:32629', transform: [10, 0, 199980, 0, -10, 2800020] })
  })

  it('is undefined for other XML', () => {
    expect(georeferenceOfGml('<gml:FeatureCollection/>')).toBeUndefined()
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ByteSource, memorySource, openFileSource } from '../bytes/byte-source.ts'
import { openGeoTiff } from './geotiff.ts'
import { cutsOf, largestDifference, readNpy } from './npy-fixture.ts'
import { wholeWindow } from './raster.ts'

const folder = join(import.meta.dirname, '../../../fixtures/raster')

interface Case {
  values: string
  width: number
  height: number
  bandCount: number
  dtype: string
  crs: string | null
  transform: number[]
  bounds: number[]
  nodata: number | 'nan' | null
  descriptions: (string | null)[]
}
const { cases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as { cases: Record<string, Case> }
const fixture = (name: string) => memorySource(name, readFileSync(join(folder, name)))

describe('openGeoTiff', () => {
  it.each(Object.keys(cases))('reads %s as rasterio does', async (name) => {
    const expected = cases[name] as Case
    const raster = await openGeoTiff(fixture(`${name}.tif`))
    expect([raster.width, raster.height, raster.bandCount]).toEqual([
      expected.width,
      expected.height,
      expected.bandCount,
    ])
    expect(raster.dtype).toBe(expected.dtype)
    expect(raster.nodata).toEqual(expected.nodata === 'nan' ? Number.NaN : (expected.nodata ?? undefined))
    const values = readNpy(join(folder, expected.values))
    const pixels = await raster.readWindow(wholeWindow(raster))
    // libtiff brings subsampled chroma to full size in another way than libjpeg's default
    expect(largestDifference(pixels, values)).toBeLessThanOrEqual(name === 'u8-jpeg-ycbcr' ? 8 : 0)
  })

  it.each(Object.keys(cases))('cuts a window of chosen bands out of %s', async (name) => {
    const raster = await openGeoTiff(fixture(`${name}.tif`))
    const whole = await raster.readWindow(wholeWindow(raster))
    const window = { row0: 1, col0: 2, row1: raster.height - 1, col1: raster.width - 1 }
    const last = raster.bandCount - 1
    const cut = await raster.readWindow(window, { bands: [last, 0] })
    const rows = window.row1 - window.row0
    const cols = window.col1 - window.col0
    const expected = new Float32Array(2 * rows * cols)
    ;[last, 0].forEach((band, index) => {
      for (let row = 0; row < rows; row++) {
        for (let col = 0; col < cols; col++) {
          const from = (band * raster.height + row + window.row0) * raster.width + col + window.col0
          expected[(index * rows + row) * cols + col] = whole[from] as number
        }
      }
    })
    expect(largestDifference(cut, expected)).toBe(0)
  })

  it('gives the CRS, transform and bounds that rasterio gives', async () => {
    const named = Object.keys(cases).filter((name) => cases[name]?.crs?.startsWith('EPSG:'))
    for (const name of named) {
      const raster = await openGeoTiff(fixture(`${name}.tif`))
      const expected = cases[name] as Case
      expect(raster.crs, name).toBe(expected.crs)
      raster.transform?.forEach((value, index) => {
        expect(value, name).toBeCloseTo(expected.transform[index] as number, 9)
      })
      raster.bounds?.forEach((value, index) => {
        expect(value, name).toBeCloseTo(expected.bounds[index] as number, 6)
      })
    }
  })

  it('writes a user-defined projection as a PROJ text', async () => {
    const raster = await openGeoTiff(fixture('geo-user-defined.tif'))
    expect(raster.crs).toBe('+proj=laea +lat_0=45 +lon_0=-100 +x_0=0 +y_0=0 +a=6370997 +b=6370997 +units=m +no_defs')
  })

  it('leaves out what the file does not say', async () => {
    const raster = await openGeoTiff(fixture('geo-plain.tif'))
    expect(raster.crs).toBeUndefined()
    expect((await openGeoTiff(fixture('geo-no-crs.tif'))).crs).toBeUndefined()
  })

  it('gives band descriptions as band names, and the metadata of the file', async () => {
    const raster = await openGeoTiff(fixture('i16-nodata.tif'))
    expect(raster.bandNames).toEqual(['B04', 'B8A'])
    expect(raster.metadata.get('datetime')).toBe('2020-02-19T11:21:11')
    expect(raster.metadata.get('note')).toBe('a < b & c')
  })

  it('calls the bands of a picture by their colours', async () => {
    expect((await openGeoTiff(fixture('u8-strip-pixel.tif'))).bandNames).toEqual(['red', 'green', 'blue'])
    expect((await openGeoTiff(fixture('u16-tile-pixel-deflate-p2.tif'))).bandNames).toBeUndefined()
  })

  it('reads only the blocks under the window', async () => {
    let bytesRead = 0
    const inner = fixture('u8-strip-pixel.tif')
    const counting: ByteSource = {
      ...inner,
      slice: async (start, end) => {
        bytesRead += Math.min(end, inner.byteLength) - start
        return await inner.slice(start, end)
      },
    }
    const raster = await openGeoTiff(counting)
    await raster.readWindow({ row0: 0, col0: 0, row1: 1, col1: 1 })
    // a file this small lies in one cached block
    expect(bytesRead).toBeLessThanOrEqual(inner.byteLength)
  })

  it('stops when asked to', async () => {
    const raster = await openGeoTiff(fixture('u8-strip-pixel.tif'))
    const signal = AbortSignal.abort()
    await expect(raster.readWindow(wholeWindow(raster), { signal })).rejects.toThrow(/abort/i)
  })
})

describe('a damaged file', () => {
  it('that is truncated is one sentence naming it', async () => {
    const raster = await openGeoTiff(fixture('broken-truncated.tif'))
    await expect(raster.readWindow(wholeWindow(raster))).rejects.toThrow(
      /^broken-truncated\.tif: expected pixels up to byte \d+, the file ends at byte \d+; it is truncated, copy it again$/,
    )
  })

  it('is known to be truncated without reading pixels, and whole files are not taken for it', async () => {
    await expect((await openGeoTiff(fixture('broken-truncated.tif'))).requireWhole?.()).rejects.toThrow(
      /^broken-truncated\.tif: expected pixels up to byte \d+, the file ends at byte \d+; it is truncated, copy it again$/,
    )
    const whole = readdirSync(folder).filter((name) => /^(?!broken).*\.tif$/.test(name))
    expect(whole.length).toBeGreaterThan(10)
    for (const name of whole) {
      const raster = await openGeoTiff(fixture(name)).catch(() => undefined)
      await expect(raster?.requireWhole?.(), name).resolves.toBeUndefined()
    }
  })

  it.each(Object.keys(cases))('%s cut at any length fails with a sentence, or its pixels are right', async (name) => {
    const bytes = readFileSync(join(folder, `${name}.tif`))
    const read = async (length: number) => {
      const raster = await openGeoTiff(memorySource('cut.tif', bytes.subarray(0, length)))
      return await raster.readWindow(wholeWindow(raster))
    }
    const whole = await read(bytes.length)
    let failures = 0
    for (const length of cutsOf(bytes.length)) {
      const pixels = await read(length).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'EngineError', message: expect.stringMatching(/^cut\.tif: expected/) })
        failures++
        return whole
      })
      expect(largestDifference(pixels, whole), `${length} bytes`).toBe(0)
    }
    expect(failures).toBeGreaterThan(0)
  })

  it('that is empty or no TIFF is one sentence', async () => {
    await expect(openGeoTiff(memorySource('empty.tif', new Uint8Array()))).rejects.toThrow(
      'empty.tif: expected a TIFF file, got 0 bytes; copy or export it again',
    )
    await expect(openGeoTiff(memorySource('text.tif', Buffer.from('not a tiff at all')))).rejects.toThrow(
      /^text\.tif: expected a TIFF file, got /,
    )
  })
})

const shared = join(import.meta.dirname, '../../../../shared/data')
const realFiles = (subject: string) => {
  try {
    return readdirSync(join(shared, subject)).filter((name) => name.endsWith('.tif'))
  } catch {
    return []
  }
}

describe('real files', () => {
  it('opens and reads every GeoTIFF of shared/data/geotiff but the corrupt one', async (context) => {
    const names = realFiles('geotiff')
    if (names.length === 0) context.skip('no ../shared/data/geotiff on this machine')
    for (const name of names.filter((one) => one !== 'rasterio_corrupt.tif')) {
      const source = await openFileSource(join(shared, 'geotiff', name))
      const raster = await openGeoTiff(source)
      const pixels = await raster.readWindow(wholeWindow(raster))
      await source.close()
      expect(pixels.length).toBe(raster.width * raster.height * raster.bandCount)
    }
  })

  it('says in one sentence that rasterio_corrupt.tif is damaged', async (context) => {
    if (!realFiles('geotiff').includes('rasterio_corrupt.tif')) {
      context.skip('no ../shared/data/geotiff/rasterio_corrupt.tif on this machine')
    }
    const source = await openFileSource(join(shared, 'geotiff/rasterio_corrupt.tif'))
    const read = openGeoTiff(source).then((raster) => raster.readWindow(wholeWindow(raster)))
    await expect(read).rejects.toThrow(/rasterio_corrupt\.tif: expected pixels .*copy it again$/)
    await source.close()
  })
})

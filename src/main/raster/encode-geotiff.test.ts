import { describe, expect, it } from 'vitest'
import { memorySource } from '../bytes/byte-source.ts'
import { encodeGeoTiff } from './encode-geotiff.ts'
import { openGeoTiff } from './geotiff.ts'
import { wholeWindow } from './raster.ts'
import type { Samples } from './tiff-blocks.ts'

const [width, height, bandCount] = [37, 21, 3]
const ramp = Array.from({ length: width * height * bandCount }, (_, index) => ((index * 37) % 251) - 100)
const arrays: readonly Samples[] = [
  Uint8Array.from(ramp),
  Int8Array.from(ramp),
  Uint16Array.from(ramp),
  Int16Array.from(ramp),
  Uint32Array.from(ramp),
  Int32Array.from(ramp),
  Float32Array.from(ramp, (value) => value / 3),
  Float64Array.from(ramp, (value) => value / 3),
]

describe('encodeGeoTiff', () => {
  it('writes every sample type, layout and compression so that our reader finds the same values', async () => {
    for (const pixels of arrays) {
      for (const layout of ['planar', 'interleaved'] as const) {
        for (const compression of ['none', 'deflate'] as const) {
          for (const tileSize of [undefined, 16] as const) {
            const tile = tileSize === undefined ? {} : { tileSize }
            const bytes = encodeGeoTiff({ width, height, pixels, layout, compression, ...tile })
            const raster = await openGeoTiff(memorySource('made.tif', bytes))
            const read = await raster.readWindow(wholeWindow(raster))
            expect(read).toEqual(Float32Array.from(pixels))
          }
        }
      }
    }
  })

  it('carries CRS, transform, band names, nodata and metadata', async () => {
    const bytes = encodeGeoTiff({
      width,
      height,
      pixels: Int16Array.from(ramp),
      crs: 'EPSG:32629',
      bounds: [500000, 4199790, 500370, 4200000],
      bandNames: ['B04', 'B03 & "B02"', 'B02'],
      nodata: -32768,
      metadata: { datetime: '2020-02-19' },
    })
    const raster = await openGeoTiff(memorySource('made.tif', bytes))
    expect(raster).toMatchObject({
      crs: 'EPSG:32629',
      transform: [10, 0, 500000, 0, -10, 4200000],
      bounds: [500000, 4199790, 500370, 4200000],
      bandNames: ['B04', 'B03 & "B02"', 'B02'],
      nodata: -32768,
    })
    expect(raster.metadata.get('datetime')).toBe('2020-02-19')
  })

  it('refuses sizes that do not fit and a CRS without a number', () => {
    expect(() => encodeGeoTiff({ width: 4, height: 4, pixels: new Uint8Array(15) })).toThrow(/multiple of 4 x 4 values/)
    expect(() => encodeGeoTiff({ width: 4, height: 4, pixels: new Uint8Array(16), crs: 'WGS 84' })).toThrow(/EPSG:n/)
  })
})

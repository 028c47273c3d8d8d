import { readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memorySource } from '../bytes/byte-source.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import { encodeGeoTiff } from '../raster/encode-geotiff.ts'
import { largestDifference, readNpy } from '../raster/npy-fixture.ts'
import type { CellImage } from './cell-image.ts'
import type { ImageTask } from './image-task.ts'
import { listImages } from './list-images.ts'
import { ImageReader, type ReadOptions, readImage } from './read-image.ts'

const folder = join(import.meta.dirname, '../../../fixtures/scenes')
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
  core: { product_id: string; grid_cell: string; bounds: number[] }[]
  bands: { bands: string[]; bounds: number[] }
  safe: { folder: string; bands: string[]; bounds: number[] }
}

async function read(task: ImageTask | undefined, options: ReadOptions = {}): Promise<CellImage> {
  const image = await readImage(task as ImageTask, options)
  if ('skipped' in image) throw new Error(image.skipped)
  return image
}
const values = (name: string) => readNpy(join(folder, `${name}.npy`))

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'scenes-'))
})
afterAll(async () => await rm(scratch, { recursive: true, force: true }))

describe('a Core part', () => {
  const part = join(folder, 'core/part_00001.parquet')

  it('is listed as one image a row, with bands, cell, product, date and offset of each', async () => {
    const { tasks, failures, warnings } = await listImages([part])
    expect([failures, warnings]).toEqual([[], []])
    expect(tasks.map((task) => [task.productId, task.gridCell])).toEqual(
      expected.core.map((row) => [row.product_id, row.grid_cell]),
    )
    expect(tasks[0]?.bandNames).toEqual('B01 B02 B03 B04 B05 B06 B07 B08 B8A B09 B11 B12'.split(' '))
    expect(tasks[0]).toMatchObject({ kind: 'core-parquet', input: part, file: part, width: 60, height: 60 })
    // the first from metadata.parquet, the second from product_datetime
    expect(tasks.map((task) => task.timestamp)).toEqual(['20200219T112111', '20230119T161811', '20230119T161811'])
    expect(tasks.map((task) => task.radiometricOffset.value)).toEqual([0, -1000, -1000])
    expect(tasks[0]?.unit.value).toBe('reflectance-1e4')
  })

  it('is read as rasterio and nearest upsampling give it', async () => {
    const { tasks } = await listImages([part])
    const image = await read(tasks[1])
    expect(largestDifference(image.pixels, values('core-row1'))).toBe(0)
    expect(image).toMatchObject({ width: 60, height: 60, gridCell: '434U_628L', unit: 'reflectance-1e4' })
    expect(image.footprint).toEqual({ crs: 'EPSG:32629', bounds: expected.core[1]?.bounds })
  })

  it('gives the bands asked for, in the order asked for, at the finest resolution among them', async () => {
    const { tasks } = await listImages([part])
    const image = await read(tasks[1], { bands: ['red', 'B02'] })
    const all = values('core-row1')
    expect(image.bandNames).toEqual(['red', 'B02'])
    expect(largestDifference(image.pixels.subarray(0, 3600), all.subarray(3 * 3600, 4 * 3600))).toBe(0)
    expect(largestDifference(image.pixels.subarray(3600), all.subarray(3600, 2 * 3600))).toBe(0)
  })

  it('fails by cell and band where a band is missing or damaged, and other bands of the row still read', async () => {
    const { tasks } = await listImages([part])
    await expect(readImage(tasks[2] as ImageTask, { bands: ['B04'] })).rejects.toThrow(
      'part_00001.parquet 435U_627L: expected a GeoTIFF in band B04, got nothing',
    )
    await expect(readImage(tasks[2] as ImageTask, { bands: ['B05'] })).rejects.toThrow(
      /^part_00001\.parquet 435U_627L band B05: expected /,
    )
    expect((await read(tasks[2], { bands: ['B02'] })).pixels).toHaveLength(3600)
  })

  it('says which bands it has when the model wants another', async () => {
    const { tasks } = await listImages([part])
    await expect(readImage(tasks[0] as ImageTask, { bands: ['vv'] })).rejects.toThrow(
      /part_00001\.parquet 433U_629L: expected band vv, got bands B01, B02/,
    )
  })

  it('is read without touching its other rows', async () => {
    const bytes = readFileSync(part)
    const { rowGroups, metadata } = await openParquet(memorySource('part', bytes))
    expect(rowGroups).toHaveLength(3)
    for (const { meta_data } of metadata.row_groups[0]?.columns ?? []) {
      const start = Number(meta_data?.dictionary_page_offset ?? meta_data?.data_page_offset)
      bytes.fill(0, start, start + Number(meta_data?.total_compressed_size))
    }
    const copy = join(scratch, 'damaged.parquet')
    await writeFile(copy, bytes)
    const whole = (await listImages([part])).tasks[1] as ImageTask
    const image = await read({
      ...whole,
      pixelSource: { ...whole.pixelSource, path: copy } as ImageTask['pixelSource'],
    })
    expect(largestDifference(image.pixels, values('core-row1'))).toBe(0)
  })

  it('of radar bands is linear power with its nodata marked', async () => {
    const { tasks } = await listImages([join(folder, 'core-s1')])
    expect(tasks[0]).toMatchObject({ unit: { value: 'linear', source: 'values' }, radiometricOffset: { value: 0 } })
    expect(tasks[0]).toMatchObject({ bandNames: ['vv', 'vh'], timestamp: '20230119T063412' })
    const image = await read(tasks[0])
    expect(image.nodataMask?.reduce((sum, value) => sum + value, 0)).toBe(4 * 40)
  })
})

describe('a folder', () => {
  it('whose raster names end in band names is one image', async () => {
    const { tasks, skipped } = await listImages([join(folder, 'bands')])
    expect(tasks).toHaveLength(1)
    expect(tasks[0]).toMatchObject({
      kind: 'band-folder',
      productId: 'T29SNC_20230119T112341',
      timestamp: '20230119T112341',
      bandNames: expected.bands.bands,
    })
    expect(skipped.map(({ reason }) => reason).sort()).toEqual(['not a band', 'not an image'])
    const image = await read(tasks[0])
    expect(largestDifference(image.pixels, values('bands'))).toBe(0)
    expect(image.footprint?.bounds).toEqual(expected.bands.bounds)
  })

  it('of bands may be named file by file', async () => {
    const files = (await readdir(join(folder, 'bands'))).filter((name) => /_B\w+\.tif$/.test(name))
    const { tasks } = await listImages(files.map((name) => join(folder, 'bands', name)))
    expect(tasks.map((task) => [task.kind, task.bandNames.length])).toEqual([['band-folder', 4]])
  })

  it('of pictures is a list of images without a place', async () => {
    const { tasks, failures } = await listImages([join(folder, 'pictures')])
    expect(failures).toEqual([])
    expect(tasks.length).toBe(10)
    for (const task of tasks) {
      const image = await read(task)
      expect(image).toMatchObject({ width: 37, height: 29, unit: 'u8', radiometricOffset: 0, timestamp: null })
      expect(image.gridCell ?? image.footprint).toBeUndefined()
      expect(largestDifference(image.pixels, values(`picture-${task.name.replace('.', '-')}`))).toBe(0)
    }
  })

  it('with images of equal names below gives each a name of its own', async () => {
    const top = await mkdtemp(join(scratch, 'classes-'))
    for (const name of ['Forest', 'River']) {
      await mkdir(join(top, name))
      await copyFile(join(folder, 'pictures/rgb.png'), join(top, name, '1.png'))
    }
    await copyFile(join(folder, 'pictures/rgb.png'), join(top, 'River/2.png'))
    const twice = join(top, 'River/2.png')
    const { tasks } = await listImages([top, twice])
    expect(tasks.map(({ name }) => name)).toEqual(['Forest/1.png', 'River/1.png', 'River/2.png', 'River/2.png (2)'])
    expect(tasks.map(({ productId }) => productId)).toEqual(['1', '1', '2', '2'])
  })

  it('without images, and nothing at all, are one sentence each', async () => {
    const empty = await mkdtemp(join(scratch, 'empty-'))
    const { failures } = await listImages([empty, join(scratch, 'none.tif')])
    expect(failures.map(({ reason }) => reason)).toEqual([
      `${empty}: expected images (Core Parquet, GeoTIFF, JPEG 2000, JPEG, PNG), got a folder without any`,
      `${join(scratch, 'none.tif')}: expected a file or folder, got nothing there`,
    ])
  })
})

describe('a SAFE folder', () => {
  it('is one image of its bands at their own resolutions, with product, date and offset from its metadata', async () => {
    const { tasks, failures } = await listImages([join(folder, expected.safe.folder)])
    expect(failures).toEqual([])
    expect(tasks).toHaveLength(1)
    expect(tasks[0]).toMatchObject({
      kind: 'safe',
      productId: expected.safe.folder.replace('.SAFE', ''),
      timestamp: '20230119T112341',
      bandNames: expected.safe.bands,
      radiometricOffset: { value: -1000, source: 'product-id' },
    })
    const image = await read(tasks[0])
    expect(largestDifference(image.pixels, values('safe'))).toBe(0)
    expect(image.footprint).toEqual({ crs: 'EPSG:32629', bounds: expected.safe.bounds })
    const marked = image.nodataMask?.reduce((sum, value) => sum + value, 0)
    expect(marked).toBe(0)
    const visible = await read(tasks[0], { bands: ['B04', 'B02'] })
    expect(visible.nodataMask?.reduce((sum, value) => sum + value, 0)).toBe(5 * 60)
  })
})

describe('a GeoTIFF', () => {
  const write = async (name: string, image: Parameters<typeof encodeGeoTiff>[0]) => {
    await writeFile(join(scratch, name), encodeGeoTiff(image))
    return join(scratch, name)
  }
  const pixels = Uint16Array.from({ length: 64 * 64 }, (_, index) => 200 + ((index * 37) % 3000))

  it('in degrees gets the UTM zone of its centre', async () => {
    const bounds = [-9.1, 38.9, -9.0936, 38.905] as const
    const path = await write('degrees.tif', { width: 64, height: 64, pixels, crs: 'EPSG:4326', bounds })
    const { tasks } = await listImages([path])
    expect(tasks[0]).toMatchObject({ kind: 'geotiff', footprint: { crs: 'EPSG:32629' }, productId: 'degrees' })
    // pyproj: Transformer.from_crs(4326, 32629, always_xy=True) of the middles of the edges
    const pyproj = [491328.9523, 4305684.0237, 491883.8995, 4306238.87]
    tasks[0]?.footprint?.bounds.forEach((value, side) => {
      expect(value).toBeCloseTo(pyproj[side] as number, 3)
    })
  })

  it('keeps a projected CRS and takes product and date from its metadata', async () => {
    const metadata = { product_id: 'my product', datetime: '2021-07-23T13:22:41.000000000' }
    const bounds = [500000, 4000000, 500640, 4000640] as const
    const path = await write('utm.tif', { width: 64, height: 64, pixels, crs: 'EPSG:32630', bounds, metadata })
    const { tasks } = await listImages([path])
    expect(tasks[0]).toMatchObject({ productId: 'my product', timestamp: '20210723T132241' })
    expect(tasks[0]?.footprint).toEqual({ crs: 'EPSG:32630', bounds })
  })

  it('whose rows run northwards is turned, a rotated one is refused', async () => {
    const raster = join(folder, '../raster')
    const { tasks, failures } = await listImages([join(raster, 'geo-south-up.tif'), join(raster, 'geo-rotated.tif')])
    const image = await read(tasks[0])
    // gdal's WarpedVRT of the file, see fixtures/raster/cases.json
    expect(image.footprint).toEqual({ crs: 'EPSG:32629', bounds: [500000.25, 4199790.5, 500370.25, 4200000.5] })
    expect(largestDifference(image.pixels, readNpy(join(raster, 'south-up-turned.npy')))).toBe(0)
    expect(failures.map(({ reason }) => reason)).toEqual([
      `${join(raster, 'geo-rotated.tif')}: expected an image with north up and east to the right, got a rotated one; warp it first, e.g. gdalwarp -t_srs EPSG:32629`,
    ])
  })

  it('takes the date that was given when nothing else tells it', async () => {
    const { tasks } = await listImages([join(scratch, 'degrees.tif')], { timestamp: '20200101T000000' })
    expect(tasks[0]?.timestamp).toBe('20200101T000000')
  })

  it('without CRS, and a corrupt one, fail by name while others are listed', async () => {
    const bounds = [500000, 4000000, 500640, 4000640] as const
    const plain = await write('plain.tif', { width: 64, height: 64, pixels, bounds })
    await writeFile(join(scratch, 'broken.tif'), 'II*\0no directory')
    const { tasks, failures } = await listImages([plain, join(scratch, 'broken.tif'), join(scratch, 'utm.tif')])
    expect(tasks).toHaveLength(1)
    expect(failures[0]?.reason).toMatch(/plain\.tif: expected a coordinate reference system .*, got no CRS; assign one/)
    expect(failures[1]?.reason).toMatch(/broken\.tif: expected /)
  })

  it('that is nothing but nodata is skipped', async () => {
    const empty = new Uint16Array(64 * 64)
    const bounds = [500000, 4000000, 500640, 4000640] as const
    const path = await write('empty.tif', {
      width: 64,
      height: 64,
      pixels: empty,
      crs: 'EPSG:32630',
      bounds,
      nodata: 0,
    })
    const { tasks } = await listImages([path])
    expect(await readImage(tasks[0] as ImageTask)).toEqual({ skipped: 'empty.tif: 100 % of its pixels are nodata' })
  })

  it('brought to 10 m has the mean of finer pixels and repeats coarser ones', async () => {
    const fine = Uint16Array.from({ length: 64 * 64 }, (_, index) => 100 + (Math.floor(index / 64) % 2) * 20)
    const bounds = [500000, 4000000, 500320, 4000320] as const
    const path = await write('fine.tif', { width: 64, height: 64, pixels: fine, crs: 'EPSG:32630', bounds })
    const { tasks } = await listImages([path], { resample: true })
    expect(tasks[0]).toMatchObject({ width: 32, height: 32 })
    const image = await read(tasks[0])
    expect(new Set(image.pixels)).toEqual(new Set([110]))

    const wide = [500000, 4000000, 501280, 4001280] as const
    const coarse = await write('coarse.tif', { width: 64, height: 64, pixels, crs: 'EPSG:32630', bounds: wide })
    const list = await listImages([coarse], { resample: true })
    const repeated = await read(list.tasks[0])
    expect(repeated.width).toBe(128)
    expect([...repeated.pixels.slice(0, 4)]).toEqual([pixels[0], pixels[0], pixels[1], pixels[1]])
  })
})

describe('a picture', () => {
  it('too large to be decoded at once is refused before it is read', async () => {
    const { tasks } = await listImages([join(folder, 'pictures')])
    const huge = { ...(tasks[0] as ImageTask), width: 40_000, height: 40_000 }
    await expect(readImage(huge)).rejects.toThrow(
      /: expected at most 2 GB to decode at once, got 40000 x 40000 px \(6\.0 GB\); save it as a tiled GeoTIFF/,
    )
  })
})

describe('an open image', () => {
  it.each([
    ['a folder of bands of different resolution', [join(folder, 'bands')], {}],
    ['a SAFE folder', [join(folder, expected.safe.folder)], {}],
    ['a Core row', [join(folder, 'core/part_00001.parquet')], {}],
    ['a GeoTIFF whose rows run northwards', [join(folder, '../raster/geo-south-up.tif')], {}],
    ['a GeoTIFF with nodata', [join(folder, '../raster/i16-nodata.tif')], {}],
    ['a picture', [join(folder, 'pictures')], {}],
    ['bands brought to 10 m', [join(folder, 'bands')], { resample: true }],
  ])('gives in windows what it gives as a whole: %s', async (_, inputs, options) => {
    const { tasks } = await listImages(inputs, options)
    const reader = new ImageReader()
    const image = await reader.open(tasks[0] as ImageTask)
    const { width, height, bandNames } = image
    const whole = await image.readWindow({ row0: 0, row1: height, col0: 0, col1: width })
    const pixels = new Float32Array(whole.pixels.length)
    const nodataMask = new Uint8Array(width * height)
    const step = 7
    for (let row0 = 0; row0 < height; row0 += step) {
      for (let col0 = 0; col0 < width; col0 += step) {
        const [row1, col1] = [Math.min(height, row0 + step), Math.min(width, col0 + step)]
        const part = await image.readWindow({ row0, row1, col0, col1 })
        const length = (row1 - row0) * (col1 - col0)
        part.pixels.forEach((value, i) => {
          const [band, at] = [Math.floor(i / length), i % length]
          const place = (row0 + Math.floor(at / (col1 - col0))) * width + col0 + (at % (col1 - col0))
          pixels[band * width * height + place] = value
          if (band === 0) nodataMask[place] = part.nodataMask?.[at] ?? 0
        })
      }
    }
    await reader.close()
    expect(bandNames.length * width * height).toBe(whole.pixels.length)
    expect(largestDifference(pixels, whole.pixels)).toBe(0)
    expect(nodataMask).toEqual(whole.nodataMask ?? new Uint8Array(width * height))
  })
})

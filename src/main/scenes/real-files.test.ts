// On the real files beside the checkout; skipped, saying so, where they are absent.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { decodeImage } from '../raster/plain-image.ts'
import type { ImageTask } from './image-task.ts'
import { listImages } from './list-images.ts'
import { readImage } from './read-image.ts'

const data = join(import.meta.dirname, '../../../../shared/data')
function real(context: TestContext, path: string): string {
  if (!existsSync(join(data, path))) context.skip(`no ../shared/data/${path} on this machine`)
  return join(data, path)
}
const proposals = (tasks: readonly ImageTask[]) =>
  Object.fromEntries(tasks.map((task) => [task.productId.split('_')[0], task.radiometricOffset.value]))

describe('TerraMesh chips', () => {
  it('lie in the cell their name says', async (context) => {
    const { tasks } = await listImages([real(context, 'terramesh/S2L2A')])
    expect(tasks).toHaveLength(4)
    for (const task of tasks) expect(task.productId.startsWith(`${task.gridCell}_`)).toBe(true)
  })

  it('mix radiometric offsets: told from their values', async (context) => {
    const { tasks } = await listImages([real(context, 'terramesh/S2L2A')])
    expect(proposals(tasks)).toEqual({ '38D': 0, '282D': 0, '433D': -1000, '609U': 0 })
    const level1 = await listImages([real(context, 'terramesh/S2L1C')])
    expect(proposals(level1.tasks)).toEqual({ '38D': 0, '282D': -1000, '433D': -1000, '609U': -1000 })
    expect(level1.tasks[0]?.bandNames).toContain('B10')
    expect(tasks.every((task) => task.unit.value === 'reflectance-1e4')).toBe(true)
  })

  it('of Sentinel-1 are in dB, and differ from each other', async (context) => {
    const { tasks } = await listImages([real(context, 'terramesh/S1RTC')])
    expect(tasks.map((task) => [task.unit.value, task.bandNames.join()])).toEqual(new Array(4).fill(['db', 'vv,vh']))
    const sums = new Set<string>()
    for (const task of tasks) {
      const image = await readImage(task)
      if ('skipped' in image) throw new Error(image.skipped)
      sums.add(createHash('sha256').update(new Uint8Array(image.pixels.buffer)).digest('hex'))
    }
    expect(sums.size).toBe(4)
    expect(tasks[0]?.timestamp).toMatch(/^\d{8}T\d{6}$/)
  })

  it('of colours are bytes red, green, blue', async (context) => {
    const { tasks } = await listImages([real(context, 'terramesh/S2RGB')])
    expect(tasks[0]).toMatchObject({ unit: { value: 'u8' }, bandNames: ['red', 'green', 'blue'] })
  })
})

describe('the full-size Core part', () => {
  it('gives cells of 1068 px in the CRS of the product, dated, without offset', async (context) => {
    const { tasks } = await listImages([real(context, 'core/part_00001.parquet')])
    expect(tasks.map(({ gridCell, timestamp, width }) => [gridCell, timestamp, width])).toEqual([
      ['277U_118L', '20200219T112111', 1068],
      ['279U_113L', '20200219T112111', 1068],
    ])
    const image = await readImage(tasks[0] as ImageTask, { bands: ['B04', 'B05', 'B09'] })
    if ('skipped' in image) throw new Error(image.skipped)
    // rasterio: sums of B04, and of B05 and B09 after cv2.resize INTER_NEAREST
    const sums = [0, 1, 2].map((band) =>
      image.pixels.subarray(band * 1068 * 1068, (band + 1) * 1068 * 1068).reduce((sum, value) => sum + value, 0),
    )
    expect(sums).toEqual([3875731666, 4211114612, 4350467700])
    expect(image.footprint?.crs).toBe('EPSG:32629')
  })
})

describe('a folder of bands at 100 m', () => {
  it('is one image as it is, and whole cells when brought to 10 m', async (context) => {
    const folder = real(context, 'bands-29RKH')
    const { tasks } = await listImages([folder])
    expect(tasks).toHaveLength(1)
    expect(tasks[0]).toMatchObject({ kind: 'band-folder', width: 1098, bandNames: ['B02', 'B03', 'B04', 'B08'] })
    expect(tasks[0]?.radiometricOffset.value).toBe(0)
    const cells = await listImages([folder], { resample: true })
    expect(cells.tasks.length).toBe(98)
    expect(cells.tasks[0]).toMatchObject({ kind: 'scene', width: 1068 })
  })
})

describe('EuroSAT pictures', () => {
  it('decode as Pillow decodes them', async (context) => {
    const folder = real(context, 'eurosat')
    const sums = JSON.parse(
      readFileSync(join(import.meta.dirname, '../../../fixtures/scenes/eurosat.json'), 'utf8'),
    ) as Record<string, string>
    for (const [path, expected] of Object.entries(sums)) {
      const { data: pixels } = await decodeImage(readFileSync(join(folder, path)), path)
      expect(createHash('sha256').update(pixels).digest('hex'), path).toBe(expected)
    }
  })
})

describe('a corrupt GeoTIFF', () => {
  it('is one sentence when it is listed, and the chip beside it still is read', async (context) => {
    const corrupt = real(context, 'geotiff/rasterio_corrupt.tif')
    const chip = real(context, 'terramesh/S2RGB/433D_629L_3_1.tif')
    const folder = await mkdtemp(join(tmpdir(), 'corrupt-'))
    await copyFile(corrupt, join(folder, 'a.tif'))
    await copyFile(chip, join(folder, 'b.tif'))
    const { tasks, failures } = await listImages([folder])
    expect(failures).toMatchObject([
      { reason: expect.stringMatching(/a\.tif: expected pixels .*; it is truncated, copy/) },
    ])
    expect(tasks).toHaveLength(1)
    await expect(readImage(tasks[0] as ImageTask)).resolves.toMatchObject({ width: 224 })
    await rm(folder, { recursive: true })
  })
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cellImageBounds } from '../grid/cell-image-bounds.ts'
import { encodeGeoTiff } from '../raster/encode-geotiff.ts'
import { standardGrid } from './georeference.ts'
import type { ImageTask } from './image-task.ts'
import { listImages } from './list-images.ts'
import { ImageReader, readImage } from './read-image.ts'

// a strip of 10 m pixels around three cells of one row, in the CRS of a product of zone 29
const row = standardGrid().cellAt(38.9, -9.1)
const cells = [0, 1, 2].map((step) => standardGrid().cellNamed(`${row.gridRowU}U_${-row.gridColR - step}L`))
const boxes = cells.map((cell) => cellImageBounds(cell as NonNullable<typeof cell>, 'EPSG:32629'))
const left = Math.floor(Math.min(...boxes.map((box) => box[0])) / 10) * 10 - 50
const right = Math.ceil(Math.max(...boxes.map((box) => box[2])) / 10) * 10 + 50
const bottom = Math.floor(Math.min(...boxes.map((box) => box[1])) / 10) * 10 - 50
const top = Math.ceil(Math.max(...boxes.map((box) => box[3])) / 10) * 10 + 50
const width = (right - left) / 10
const height = (top - bottom) / 10
// every pixel tells its place: row and column modulo 200
const valueAt = (r: number, c: number) => (r % 200) * 200 + (c % 200) + 1
const scene = {
  width,
  height,
  crs: 'EPSG:32629',
  bounds: [left, bottom, right, top] as const,
  nodata: 0,
  tileSize: 256,
}

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'scene-'))
  const pixels = new Uint16Array(width * height)
  for (let r = 0; r < height; r++) for (let c = 0; c < width; c++) pixels[r * width + c] = valueAt(r, c)
  // the westernmost cell lies mostly outside the swath
  const westEdge = Math.min(...boxes.map((box) => box[0]))
  const swath = (westEdge + 8000 - left) / 10
  for (let r = 0; r < height; r++) pixels.fill(0, r * width, r * width + swath)
  await writeFile(join(scratch, 'scene.tif'), encodeGeoTiff({ ...scene, pixels }))
})
afterAll(async () => await rm(scratch, { recursive: true, force: true }))

describe('a scene of 10 m pixels', () => {
  const path = () => join(scratch, 'scene.tif')

  it('is cut into every cell of the grid that lies inside, each in the CRS of the product', async () => {
    const { tasks, failures } = await listImages([path()])
    expect(failures).toEqual([])
    expect(tasks.map((task) => task.gridCell).sort()).toEqual(cells.map((cell) => cell?.gridCell).sort())
    for (const task of tasks) {
      expect(task).toMatchObject({ kind: 'scene', width: 1068, height: 1068, footprint: { crs: 'EPSG:32629' } })
      const box = boxes[cells.findIndex((cell) => cell?.gridCell === task.gridCell)] as (typeof boxes)[number]
      task.footprint?.bounds.forEach((value, side) => {
        expect(Math.abs(value - (box[side] as number))).toBeLessThanOrEqual(5)
      })
      expect((task.footprint?.bounds[0] as number) % 10).toBe(0)
    }
  })

  it('gives each cell the pixels under its footprint', async () => {
    const { tasks } = await listImages([path()])
    const reader = new ImageReader()
    const skipped: string[] = []
    for (const task of tasks) {
      const image = await reader.read(task)
      if ('skipped' in image) {
        skipped.push(image.skipped)
        continue
      }
      const [x0 = 0, , , y1 = 0] = image.footprint?.bounds ?? []
      const [row0, col0] = [(top - y1) / 10, (x0 - left) / 10]
      const expected = new Float32Array(1068 * 1068)
      for (let r = 0; r < 1068; r++) {
        for (let c = 0; c < 1068; c++) expected[r * 1068 + c] = valueAt(row0 + r, col0 + c)
      }
      // the neighbour of the cell that is out of the swath may reach into it
      const valid = image.nodataMask?.every((value) => value === 0)
      if (valid) expect(Buffer.compare(Buffer.from(image.pixels.buffer), Buffer.from(expected.buffer))).toBe(0)
    }
    await reader.close()
    const westernmost = cells[0]?.gridCell
    expect(skipped).toEqual([
      expect.stringMatching(new RegExp(`^scene\\.tif ${westernmost}: \\d+ % of its pixels are nodata$`)),
    ])
  })

  it('keeps a cell with nodata when the limit allows it', async () => {
    const { tasks } = await listImages([path()], { nodataLimit: 0.95 })
    const outcomes = await Promise.all(tasks.map((task) => readImage(task)))
    expect(outcomes.filter((image) => 'skipped' in image)).toEqual([])
  })
})

describe('bands of a scene in three resolutions', () => {
  it('are read at their own nearest pixels and repeated', async () => {
    const folder = await mkdtemp(join(scratch, 'bands-'))
    // a common corner on 60 m, so that the resolutions nest
    const [x0, y1] = [left - 60, top + 60]
    const cellsAcross = Math.ceil((right - x0) / 60)
    const cellsDown = Math.ceil((y1 - bottom) / 60)
    for (const [band, gsd] of [
      ['B02', 10],
      ['B05', 20],
      ['B09', 60],
    ] as const) {
      const [w, h] = [(cellsAcross * 60) / gsd, (cellsDown * 60) / gsd]
      const pixels = Uint16Array.from({ length: w * h }, (_, i) => valueAt(Math.floor(i / w), i % w))
      const bounds = [x0, y1 - cellsDown * 60, x0 + cellsAcross * 60, y1] as const
      const bytes = encodeGeoTiff({ width: w, height: h, pixels, crs: 'EPSG:32629', bounds, tileSize: 256 })
      await writeFile(join(folder, `${band}.tif`), bytes)
    }
    const { tasks } = await listImages([folder])
    expect(tasks).toHaveLength(3)
    const task = tasks[0] as ImageTask
    const image = await readImage(task)
    if ('skipped' in image) throw new Error(image.skipped)
    const box = boxes[cells.findIndex((cell) => cell?.gridCell === task.gridCell)] as (typeof boxes)[number]
    for (const [index, gsd] of [10, 20, 60].entries()) {
      const [row0, col0] = [Math.round((y1 - box[3]) / gsd), Math.round((box[0] - x0) / gsd)]
      for (const [r, c] of [
        [0, 0],
        [500, 77],
        [1067, 1067],
      ] as const) {
        const step = gsd / 10
        const expected = valueAt(row0 + Math.floor(r / step), col0 + Math.floor(c / step))
        expect(image.pixels[(index * 1068 + r) * 1068 + c]).toBe(expected)
      }
    }
  })
})

describe('a scene across 180 degrees', () => {
  it('holds cells on both sides', async () => {
    // EPSG:32660 near the equator: 180 degrees lies at 833,978 m
    const [x0, y0, size] = [815000, 100000, 3800]
    const bounds = [x0, y0, x0 + 10 * size, y0 + 25_000] as const
    const pixels = new Uint8Array(size * 2500).fill(7)
    const image = { width: size, height: 2500, pixels, crs: 'EPSG:32660', bounds, tileSize: 512 }
    await writeFile(join(scratch, 'antimeridian.tif'), encodeGeoTiff(image))
    const { tasks } = await listImages([join(scratch, 'antimeridian.tif')])
    const sides = new Set(tasks.map((task) => task.gridCell?.at(-1)))
    expect(tasks.length).toBeGreaterThanOrEqual(2)
    expect(sides).toEqual(new Set(['L', 'R']))
  })
})

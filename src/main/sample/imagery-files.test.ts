import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memorySource } from '../bytes/byte-source.ts'
import { cropFragment } from '../fragment/crop-fragment.ts'
import { cellImageBounds } from '../grid/cell-image-bounds.ts'
import { createGrid } from '../grid/grid.ts'
import { openGeoTiff } from '../raster/geotiff.ts'
import { listImages } from '../scenes/list-images.ts'
import { readImage } from '../scenes/read-image.ts'
import { timestampOf } from './acquisitions.ts'
import { writeSampleCore, writeSampleScene } from './imagery-files.ts'
import { renderImage } from './render.ts'
import { s2Bands } from './spectra.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('imagery of the sample planet as files', () => {
  it('writes a scene of named bands with its CRS, date and unit', async () => {
    const path = join(folder, 'scene.tif')
    await writeSampleScene({ gridCell: '433U_629L', sizeKm: 3, path })
    const raster = await openGeoTiff(memorySource(path, await readFile(path)))
    expect([raster.width, raster.height, raster.crs]).toEqual([300, 300, 'EPSG:32618'])
    expect(raster.bandNames).toEqual(s2Bands)
    const [task] = (await listImages([path])).tasks
    expect(task?.timestamp).toBe(timestampOf(createGrid(10).cellNamed('433U_629L')!))
    expect(task?.unit.value).toBe('reflectance-1e4')
  })

  it('writes a Core part whose fragments are those that the sample embeds', async () => {
    const path = join(folder, 'core.parquet')
    await writeSampleCore({ gridCells: ['433U_629L'], path })
    const { tasks } = await listImages([path])
    const image = await readImage(tasks[0]!, {})
    if (!('pixels' in image)) throw new Error('skipped')
    expect([image.width, image.height]).toEqual([1068, 1068])
    const fragment = new Float32Array(13 * 224 * 224)
    cropFragment(image, [422, 422, 646, 646], fragment)
    const cell = createGrid(10).cellNamed('433U_629L')!
    const [left, , , top] = cellImageBounds(cell)
    const drawn = renderImage({
      utmCrs: cell.utmCrs,
      bounds: [left + 4220, top - 6460, left + 6460, top - 4220],
      width: 224,
      height: 224,
      timestamp: timestampOf(cell),
      bands: image.bandNames,
      origin: [422, 422],
    }).pixels
    const apart = fragment.reduce((count, value, at) => count + Number(Math.abs(value - Math.round(drawn[at]!)) > 1), 0)
    // Climate is interpolated between other nodes in an image of another size; a shore may move by a pixel.
    expect(apart / fragment.length).toBeLessThan(0.02)
  }, 60_000)
})

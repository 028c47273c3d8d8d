// TESSERA's native tiles: `X.npy` int8 (rows, cols, 128), `X_scales.npy` float32 (rows, cols) or (rows, cols, 128), and a
// landmask `X.tiff`, which alone says where the tile is. A value is the byte times its scale.

import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { type NpyArray, openNpy } from '../arrays/npy.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { openGeoTiff } from '../raster/geotiff.ts'
import { type ArrayPlace, arrayField } from './npy-field.ts'
import type { Opened } from './opened-file.ts'
import { describePixels } from './pixel-facts.ts'
import type { PixelField } from './pixel-field.ts'
import type { Match, ProductAdapter } from './product-adapter.ts'
import { datesOfYear, yearOfPath } from './raster-shape.ts'
import { tileOfName } from './tessera-tile.ts'

const channels = 128
/** where geotessera keeps the landmasks of all tiles, beside the folders of the years */
const landmaskFolder = 'global_0.1_degree_tiff_all'

export const tesseraNpy: ProductAdapter<'npy'> = {
  product: 'tessera',
  containers: ['npy'],
  releasedName: /^grid_-?\d+\.\d{2}_-?\d+\.\d{2}\.npy$/,
  async sniff({ path, arrays: [array] }): Promise<Match> {
    const isTile = array!.dtype === 'int8' && array!.shape.length === 3 && array!.shape[2] === channels
    if (!isTile) return 'no'
    return (await isThere(scalesPath(path))) ? 'certain' : 'possible'
  },
  pixels: fieldOf,
  async describe(file, signal) {
    const { path, name } = file
    const facts = {
      product: 'tessera',
      dtype: 'int8',
      quantisation:
        'int8 times the float32 scale of its pixel, from the file of scales; a scale that is not finite is no data',
      ...datesOfYear(yearOfPath(dirname(path))),
    } as const
    if (!(await isThere(scalesPath(path)))) {
      const field = arrayField(file.arrays[0]!)
      const description = await describePixels(path, field, facts, signal)
      return { ...description, problems: [...description.problems, scalesMissing(file).message] }
    }
    const landmask = await landmaskPath(file)
    const description = await describePixels(path, await fieldOf(file, signal), facts, signal)
    if (landmask !== undefined) return description
    const tile = tileOfName(name)
    const where = tile === undefined ? '' : ` (the tile around ${tile.lon}, ${tile.lat})`
    const problem = `${name}: expected its landmask ${stemOf(name)}.tiff beside it or in ${landmaskFolder}, got none; without it the pixels have no place${where}`
    return { ...description, problems: [problem] }
  },
}

async function fieldOf(file: Opened<'npy'>, signal?: AbortSignal): Promise<PixelField> {
  return await scaledField(file, (await placeOfLandmask(file)) ?? {}, signal)
}

async function scaledField(
  file: Opened<'npy'>,
  place: ArrayPlace,
  signal: AbortSignal | undefined,
): Promise<PixelField> {
  const array = file.arrays[0]!
  if (!(await isThere(scalesPath(file.path)))) throw scalesMissing(file)
  const [height, width] = array.shape as [number, number, number]
  const shape = await withScales(file.path, signal, async (scales) => scales.shape)
  const perPixel = shape.slice(2).reduce((product, length) => product * length, 1)
  if (shape[0] !== height || shape[1] !== width || (perPixel !== 1 && perPixel !== channels)) {
    throw new EngineError(
      'unsupported-format',
      `${file.name}: expected scales of the shape (${height}, ${width}) or (${height}, ${width}, ${channels}), got (${shape.join(', ')})`,
    )
  }
  const bytes = arrayField(array, place)
  return {
    ...bytes,
    async readWindow(window, readSignal) {
      const vectors = await bytes.readWindow(window, readSignal)
      const { row0, row1, col0, col1 } = window
      await withScales(file.path, readSignal, async (scales) => {
        for (let row = row0; row < row1; row++) {
          const start = row * width + col0
          const ofRow = await scales.read(start * perPixel, (start + col1 - col0) * perPixel, readSignal)
          const at = (row - row0) * (col1 - col0) * channels
          scale(vectors.subarray(at, at + (col1 - col0) * channels), ofRow, channels / perPixel)
        }
      })
      return vectors
    },
  }
}

/** @param each values that share a scale */
function scale(vectors: Float32Array, scales: Float32Array, each: number): void {
  scales.forEach((factor, index) => {
    const values = vectors.subarray(index * each, (index + 1) * each)
    if (!Number.isFinite(factor)) values.fill(Number.NaN)
    else for (let at = 0; at < each; at++) values[at] = values[at]! * factor
  })
}

/** The scales are opened for each read: a field has nothing to close. */
async function withScales<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: (scales: NpyArray) => Promise<T>,
): Promise<T> {
  const source = await openFileSource(scalesPath(path))
  try {
    return await work(await openNpy(source, signal))
  } finally {
    await source.close()
  }
}

async function placeOfLandmask(file: Opened<'npy'>): Promise<ArrayPlace | undefined> {
  const path = await landmaskPath(file)
  if (path === undefined) return undefined
  const source = await openFileSource(path)
  try {
    const { width, height, crs, transform } = await openGeoTiff(source)
    const [rows, cols] = file.arrays[0]!.shape
    if (height !== rows || width !== cols) {
      throw new EngineError(
        'unsupported-format',
        `${file.name}: expected a landmask of ${rows} x ${cols} px as the tile has, got ${height} x ${width} px in ${path}`,
      )
    }
    return { ...(crs === undefined ? {} : { crs }), ...(transform === undefined ? {} : { transform }) }
  } finally {
    await source.close()
  }
}

/** Beside the tile, else in geotessera's folder of landmasks up to three folders above. */
async function landmaskPath({ path }: Opened<'npy'>): Promise<string | undefined> {
  const names = ['tiff', 'tif'].map((ending) => `${stemOf(path)}.${ending}`)
  const beside = names
  const above = [1, 2, 3].flatMap((levels) =>
    names.map((name) =>
      join(dirname(path), ...Array<string>(levels).fill('..'), landmaskFolder, name.slice(dirname(path).length + 1)),
    ),
  )
  for (const candidate of [...beside, ...above]) if (await isThere(candidate)) return candidate
  return undefined
}

const stemOf = (path: string) => path.replace(/\.npy$/, '')
const scalesPath = (path: string) => `${stemOf(path)}_scales.npy`

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function scalesMissing({ name }: Opened<'npy'>): EngineError {
  return new EngineError(
    'unsupported-format',
    `${name}: expected its scales ${stemOf(name)}_scales.npy beside it, got none; the bytes alone are no vectors, put both into one folder`,
  )
}

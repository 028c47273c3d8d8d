import { readdir, stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { FileDescription } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { Bbox, Bounds } from '../../shared/terms.ts'
import { type ByteSource, openFileSource } from '../bytes/byte-source.ts'
import { projectionOf } from '../grid/projection.ts'
import { openGeoTiff } from '../raster/geotiff.ts'
import { decodeImage, isJpeg, isPng } from '../raster/plain-image.ts'
import { describeParquet } from './describe-parquet.ts'

/** Larger pictures are described by their ending only. */
const LARGEST_PICTURE_BYTES = 200e6

/** What a file or folder is, from its first bytes; what is wrong with it becomes a sentence in `problems`. */
export async function describeFile(path: string): Promise<FileDescription> {
  try {
    return await describe(path)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return { file: path, product: 'unknown', kind: 'unknown', problems: [error.message] }
  }
}

async function describe(path: string): Promise<FileDescription> {
  if ((await stat(path).catch(() => undefined))?.isDirectory()) return describeFolder(path)
  const source = await openFileSource(path)
  try {
    const head = await source.slice(0, 16)
    if (head.byteLength === 0) {
      throw new EngineError('unreadable-file', `${basename(path)}: expected a file with content, got an empty one`)
    }
    if (textOf(head, 0, 4) === 'PAR1') return await describeParquet(path, source)
    if (isTiff(head)) return await describeGeoTiff(path, source)
    if (isJpeg(head) || isPng(head)) return await describePicture(path, source)
    if (isJp2(head)) return { file: path, product: 'generic-raster', kind: 'imagery', problems: [] }
    if (extname(path).toLowerCase() === '.onnx') return { file: path, product: 'model', kind: 'model', problems: [] }
    throw new EngineError(
      'unsupported-format',
      `${basename(path)}: expected Parquet, GeoTIFF, JPEG 2000, JPEG, PNG or ONNX, got other bytes`,
    )
  } finally {
    await source.close()
  }
}

async function describeFolder(path: string): Promise<FileDescription> {
  const names = await readdir(path)
  const images = names.filter((name) => /\.(tiff?|jp2|png|jpe?g)$/i.test(name))
  const isSafe = path.endsWith('.SAFE') || names.includes('MTD_MSIL2A.xml') || names.includes('MTD_MSIL1C.xml')
  if (isSafe) return { file: path, product: 'safe', kind: 'imagery', problems: [] }
  const problems =
    images.length === 0 ? [`${basename(path)}: expected images in the folder, got ${names.length} other entries`] : []
  const kind = images.length === 0 ? 'unknown' : 'imagery'
  return { file: path, product: 'image-folder', kind, rows: images.length, problems }
}

async function describeGeoTiff(path: string, source: ByteSource): Promise<FileDescription> {
  const raster = await openGeoTiff(source)
  const { width, height, dtype, crs, bounds, bandCount } = raster
  const extent = crs !== undefined && bounds !== undefined ? lonLatBox(crs, bounds) : undefined
  return {
    file: path,
    product: 'generic-raster',
    kind: 'imagery',
    width,
    height,
    dimensions: bandCount,
    dtype,
    ...(crs === undefined ? {} : { crs }),
    ...(extent === undefined ? {} : { extent }),
    problems:
      crs === undefined ? [`${basename(path)}: has no coordinate system, its embeddings will have no place`] : [],
  }
}

/** Box of the corners and the middles of the sides; undefined where the projection gives no finite place. */
function lonLatBox(crs: string, [left, bottom, right, top]: Bounds): Bbox | undefined {
  const { inverse } = projectionOf(crs)
  const xs = [left, (left + right) / 2, right]
  const points = [bottom, (bottom + top) / 2, top].flatMap((y) => xs.map((x) => inverse(x, y)))
  const lons = points.map(([lon]) => lon)
  const lats = points.map(([, lat]) => lat)
  const box: Bbox = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
  return box.every(Number.isFinite) ? box : undefined
}

async function describePicture(path: string, source: ByteSource): Promise<FileDescription> {
  const picture: FileDescription = { file: path, product: 'image', kind: 'imagery', dtype: 'uint8', problems: [] }
  if (source.byteLength > LARGEST_PICTURE_BYTES) return picture
  const { width, height, channels } = await decodeImage(await source.slice(0, source.byteLength), basename(path))
  return { ...picture, width, height, dimensions: channels }
}

function isTiff(head: Uint8Array): boolean {
  const order = textOf(head, 0, 2)
  const magic = order === 'II' ? head[2] : head[3]
  return (order === 'II' || order === 'MM') && (magic === 42 || magic === 43)
}

function isJp2(head: Uint8Array): boolean {
  return textOf(head, 4, 8) === 'jP  ' || (head[0] === 0xff && head[1] === 0x4f)
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end))
}

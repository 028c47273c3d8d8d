// A file told apart by its first bytes and opened by its reader; adapters look at this, never at names or endings.

import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { isNpy, type NpyArray, openNpy } from '../arrays/npy.ts'
import { openNpz } from '../arrays/npz.ts'
import { isZarr, openZarrGroup, type ZarrGroup } from '../arrays/zarr.ts'
import { type ByteSource, openFileSource } from '../bytes/byte-source.ts'
import { openParquet, type ParquetFile } from '../geoparquet/open-parquet.ts'
import { openGeoTiff } from '../raster/geotiff.ts'
import { isJpeg, isPng } from '../raster/plain-image.ts'
import type { Raster } from '../raster/raster.ts'
import { looksLikeOnnx } from './onnx-shape.ts'
import { looksLikeProject } from './project-file.ts'

interface FileFacts {
  readonly path: string
  /** what to call it in sentences */
  readonly name: string
}

interface Bytes {
  readonly source: ByteSource
}

interface Arrays {
  readonly arrays: readonly NpyArray[]
  /** of each array; of a .npy the file's */
  readonly names: readonly string[]
}

/** What the reader of each container gives beside the bytes. */
interface ContainerContent {
  readonly parquet: { readonly parquet: ParquetFile }
  readonly tiff: { readonly raster: Raster }
  readonly npy: Arrays
  readonly npz: Arrays
  /** a folder */
  readonly zarr: { readonly group: ZarrGroup }
  readonly jp2: Bytes
  readonly picture: Bytes
  readonly onnx: Bytes
  readonly project: Bytes
}

export type Container = keyof ContainerContent
/** A file whose container is one of `C`. */
export type Opened<C extends Container> = {
  [K in C]: FileFacts & { readonly container: K } & ContainerContent[K]
}[C]
export type OpenedFile = Opened<Container>

/**
 * Opens a file for the time of `work`.
 * @throws as `openFile`
 */
export async function withOpenedFile<T>(
  path: string,
  work: (file: OpenedFile) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const { file, source } = await openFile(path, signal)
  try {
    return await work(file)
  } finally {
    await source.close()
  }
}

/**
 * Opens a file, or a folder that is a Zarr store; the caller closes `source`.
 * @throws EngineError `not-found`, `unreadable-file` (empty, damaged) or `unsupported-format`
 */
export async function openFile(
  path: string,
  signal?: AbortSignal,
): Promise<{ readonly file: OpenedFile; readonly source: ByteSource }> {
  const name = basename(path)
  const isStore = await isZarr(path)
  const fileSource = await openFileSource(isStore ? join(path, 'zarr.json') : path)
  const source: ByteSource = { ...fileSource, name }
  try {
    if (isStore) return { file: { path, name, container: 'zarr', group: await openZarrGroup(path) }, source }
    return { file: await openContainer({ path, name }, source, signal), source }
  } catch (error) {
    await source.close()
    throw error
  }
}

async function openContainer(
  opened: FileFacts,
  source: ByteSource,
  signal: AbortSignal | undefined,
): Promise<OpenedFile> {
  const { name, path } = opened
  // Reading a pipe or a device would wait for ever.
  if (!(await stat(path)).isFile()) throw unsupported(name, 'something that is neither a file nor a folder')
  const head = await source.slice(0, 4096, signal)
  if (head.byteLength === 0) {
    throw new EngineError(
      'unreadable-file',
      `${name}: expected a file with content, got an empty one; copy or download it again`,
    )
  }
  const text = Buffer.from(head).toString('latin1', 0, 16)
  if (text.startsWith('PAR1') || text.startsWith('PARE')) {
    return { ...opened, container: 'parquet', parquet: await openParquet(source, signal) }
  }
  if (isTiff(text)) return { ...opened, container: 'tiff', raster: await openGeoTiff(source) }
  if (isNpy(head)) return { ...opened, container: 'npy', arrays: [await openNpy(source, signal)], names: [name] }
  if (text.startsWith('PK\x03\x04')) {
    const { names, open } = await openNpz(source)
    const arrays: NpyArray[] = []
    for (const one of names) arrays.push(await open(one, signal))
    return { ...opened, container: 'npz', arrays, names }
  }
  if (isJpeg(head) || isPng(head)) return { ...opened, container: 'picture', source }
  if (text.slice(4, 8) === 'jP  ' || text.startsWith('\xff\x4f\xff\x51')) return { ...opened, container: 'jp2', source }
  if (looksLikeProject(head)) return { ...opened, container: 'project', source }
  if (looksLikeOnnx(head)) return { ...opened, container: 'onnx', source }
  if (/^\s*(?:<!doctype html|<html|<head)/i.test(Buffer.from(head).toString('latin1'))) {
    throw new EngineError(
      'unsupported-format',
      `${name}: expected ${kinds}, got a web page (HTML); the server sent a page instead of the file, download it again from its own address or after signing in`,
    )
  }
  throw unsupported(name, 'other content')
}

const kinds = 'Parquet, GeoTIFF, NumPy arrays, JPEG 2000, JPEG, PNG or an ONNX model'

function isTiff(text: string): boolean {
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((magic) => text.startsWith(magic))
}

function unsupported(name: string, got: string): EngineError {
  return new EngineError(
    'unsupported-format',
    `${name}: expected ${kinds}, got ${got}; convert or export it to one of these`,
  )
}

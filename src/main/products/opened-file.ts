// A file told apart by its first bytes and opened by its reader; adapters look at this, never at names or endings.

import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { type ByteSource, openFileSource } from '../bytes/byte-source.ts'
import { openParquet, type ParquetFile } from '../geoparquet/open-parquet.ts'
import { openGeoTiff } from '../raster/geotiff.ts'
import { isJpeg, isPng } from '../raster/plain-image.ts'
import type { Raster } from '../raster/raster.ts'
import { looksLikeOnnx } from './onnx-shape.ts'

interface Opened {
  readonly path: string
  /** what to call it in sentences */
  readonly name: string
  readonly source: ByteSource
}

export type OpenedFile =
  | (Opened & { readonly container: 'parquet'; readonly parquet: ParquetFile })
  | (Opened & { readonly container: 'tiff'; readonly raster: Raster })
  | (Opened & { readonly container: 'jp2' | 'picture' | 'onnx' })

/**
 * Opens a file for the time of `work`.
 * @throws EngineError `not-found`, `unreadable-file` (empty, damaged) or `unsupported-format`
 */
export async function withOpenedFile<T>(
  path: string,
  work: (file: OpenedFile) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const fileSource = await openFileSource(path)
  const name = basename(path)
  const source: ByteSource = { ...fileSource, name }
  try {
    return await work(await openContainer({ path, name, source }, signal))
  } finally {
    await fileSource.close()
  }
}

async function openContainer(opened: Opened, signal: AbortSignal | undefined): Promise<OpenedFile> {
  const { name, path, source } = opened
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
  if (isJpeg(head) || isPng(head)) return { ...opened, container: 'picture' }
  if (text.slice(4, 8) === 'jP  ' || text.startsWith('\xff\x4f\xff\x51')) return { ...opened, container: 'jp2' }
  if (looksLikeOnnx(head)) return { ...opened, container: 'onnx' }
  throw unsupported(name, 'other content')
}

function isTiff(text: string): boolean {
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].some((magic) => text.startsWith(magic))
}

function unsupported(name: string, got: string): EngineError {
  return new EngineError(
    'unsupported-format',
    `${name}: expected Parquet, GeoTIFF, JPEG 2000, JPEG, PNG or an ONNX model, got ${got}; convert or export it to one of these`,
  )
}

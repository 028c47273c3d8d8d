// A stack: bands of one image on one ground, from one file or several, of one resolution or several.

import { extname } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { type ByteSource, openFileSource } from '../bytes/byte-source.ts'
import { openGeoTiff } from '../raster/geotiff.ts'
import type { PixelWindow, Raster } from '../raster/raster.ts'
import type { BandFile } from './image-task.ts'

export interface OpenedRaster {
  readonly raster: Raster
  readonly source: ByteSource
}

export async function openRaster(path: string, format: BandFile['format']): Promise<OpenedRaster> {
  const source = await openFileSource(path)
  try {
    return { raster: await openerOf(format)(source), source }
  } catch (error) {
    await source.close()
    throw error
  }
}

function openerOf(format: BandFile['format']): (source: ByteSource) => Promise<Raster> {
  if (format === 'tiff') return openGeoTiff
  throw new EngineError('unsupported-format', 'JPEG 2000: not built yet')
}

export function formatOf(path: string): BandFile['format'] | undefined {
  const extension = extname(path).toLowerCase()
  if (extension === '.tif' || extension === '.tiff') return 'tiff'
  return extension === '.jp2' || extension === '.j2k' ? 'jp2' : undefined
}

/** A window to look at the values of an image: all of a chip, the middle of a large one. */
export function sampleWindow({ width, height }: { readonly width: number; readonly height: number }): PixelWindow {
  const rows = Math.min(height, 512)
  const cols = Math.min(width, 512)
  const row0 = Math.floor((height - rows) / 2)
  const col0 = Math.floor((width - cols) / 2)
  return { row0, col0, row1: row0 + rows, col1: col0 + cols }
}

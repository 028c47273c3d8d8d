// A stack: bands of one image on one ground, from one file or several, of one resolution or several.

import { extname } from 'node:path'
import { type ByteSource, openFileSource } from '../bytes/byte-source.ts'
import { openGeoTiff } from '../raster/geotiff.ts'
import { openJp2 } from '../raster/jp2.ts'
import { northUp } from '../raster/north-up.ts'
import { type PixelWindow, type Raster, wholeWindow } from '../raster/raster.ts'
import type { BandFile } from './image-task.ts'

export interface OpenedRaster {
  readonly raster: Raster
  readonly source: ByteSource
}

/**
 * Opens an image file; one whose rows run northwards is turned.
 * @throws EngineError when it cannot be read or is known to end too early
 */
export async function openRaster(path: string, format: BandFile['format']): Promise<OpenedRaster> {
  const source = await openFileSource(path)
  try {
    const raster = format === 'jp2' ? await openJp2(source) : await openGeoTiff(source)
    await raster.requireWhole?.()
    return { raster: northUp(raster), source }
  } catch (error) {
    await source.close()
    throw error
  }
}

export function formatOf(path: string): BandFile['format'] | undefined {
  const extension = extname(path).toLowerCase()
  if (extension === '.tif' || extension === '.tiff') return 'tiff'
  return extension === '.jp2' || extension === '.j2k' ? 'jp2' : undefined
}

/** A chip is looked at whole, a larger image through nine windows spread over it. */
const wholeUpToPixels = 512 * 512
const windowPx = 160

/** Pixels of each band to tell unit and offset from, as they come. */
export async function sampleRaster(raster: Raster, signal?: AbortSignal): Promise<Float32Array[]> {
  const read = (window: PixelWindow) => raster.readWindow(window, signal === undefined ? {} : { signal })
  const windows = sampleWindows(raster)
  const bands = Array.from({ length: raster.bandCount }, () => [] as Float32Array[])
  for (const window of windows) {
    const pixels = await read(window)
    const length = pixels.length / raster.bandCount
    for (const [band, parts] of bands.entries()) parts.push(pixels.subarray(band * length, (band + 1) * length))
  }
  return bands.map(joined)
}

function sampleWindows(raster: Raster): PixelWindow[] {
  const { width, height } = raster
  if (width * height <= wholeUpToPixels) return [wholeWindow(raster)]
  const rows = Math.min(height, windowPx)
  const cols = Math.min(width, windowPx)
  return [1, 3, 5].flatMap((down) =>
    [1, 3, 5].map((across) => {
      const row0 = Math.floor(((height - rows) * down) / 6)
      const col0 = Math.floor(((width - cols) * across) / 6)
      return { row0, col0, row1: row0 + rows, col1: col0 + cols }
    }),
  )
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0] as Float32Array
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

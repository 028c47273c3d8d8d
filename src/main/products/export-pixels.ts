import { writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { PixelExport, PixelExportReport } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { refuseToReplace, writeOutputFile } from '../bytes/output-file.ts'
import { encodeGeoTiff } from '../raster/encode-geotiff.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { recognise } from './adapters.ts'
import { withOpenedFile } from './opened-file.ts'
import type { PixelField } from './pixel-field.ts'
import { similarityTo } from './pixel-similarity.ts'
import { writePixelTable } from './pixel-table.ts'
import { utmCrsOf } from './raster-shape.ts'

/**
 * Pixels of an image of embeddings as a table, or their similarity to one of them as a GeoTIFF.
 * @throws EngineError `unsupported-format` for a file whose pixels are no embeddings, `invalid-input` for a place outside it
 */
export async function exportPixels(
  { path, out, window, every, similarTo, appVersion }: PixelExport & { readonly appVersion: string },
  { signal, onProgress }: CallContext,
): Promise<PixelExportReport> {
  await refuseToReplace([path], out)
  return await withOpenedFile(
    path,
    async (file) => {
      const recognised = await recognise(file, signal)
      const field = await recognised.pixels(signal)
      if (field === undefined) {
        throw new EngineError(
          'unsupported-format',
          `${path}: expected pixels that are embeddings, got ${recognised.product}`,
        )
      }
      const progress = (done: number, total: number) => onProgress({ stage: 'reading pixels', done, total })
      const { dates, licence, attribution, model } = await recognised.describe(signal)
      if (similarTo === undefined) {
        const facts = { path, appVersion, dates, licence, attribution, model }
        const { rows } = await writePixelTable(out, field, { facts, window, every, signal, onProgress: progress })
        return { path: out, rows }
      }
      requireInside(field, similarTo)
      const similarity = await similarityTo(field, similarTo, { signal, onProgress: progress })
      const metadata = {
        similar_to: `row ${similarTo[0]}, column ${similarTo[1]}`,
        ...(licence === undefined ? {} : { LICENSE: licence }),
        ...(attribution === undefined ? {} : { ATTRIBUTION: attribution }),
      }
      const bytes = similarityTiff(field, similarity, metadata)
      await writeOutputFile(out, (target) => writeFile(target, bytes), { signal })
      return { path: out, width: field.width, height: field.height }
    },
    signal,
  )
}

/** The ending says what is written. @throws EngineError `invalid-input` */
export function requireEnding({ out, similarTo }: PixelExport): void {
  const isTiff = ['.tif', '.tiff'].includes(extname(out).toLowerCase())
  if (isTiff === (similarTo !== undefined)) return
  throw new EngineError(
    'invalid-input',
    `${out}: expected a .tif with the pixel to compare with, or another ending (.parquet) without one`,
  )
}

function requireInside({ name, width, height }: PixelField, [row, col]: readonly [number, number]): void {
  if (row >= 0 && row < height && col >= 0 && col < width) return
  throw new EngineError(
    'invalid-input',
    `${name}: expected a pixel inside ${height} x ${width} px, got row ${row}, column ${col}`,
  )
}

function similarityTiff(field: PixelField, pixels: Float32Array, metadata: Record<string, string>): Uint8Array {
  const { width, height, crs, transform } = field
  return encodeGeoTiff({
    width,
    height,
    pixels,
    tileSize: 256,
    nodata: Number.NaN,
    bandNames: ['cosine similarity'],
    metadata,
    ...(crs === undefined ? {} : { crs: utmCrsOf(crs) ?? crs }),
    ...(transform === undefined ? {} : { transform }),
  })
}

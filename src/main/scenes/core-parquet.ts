// Major TOM Core parts: one image a row (and a row group), each band a GeoTIFF in a binary column named after it.

import { stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { memorySource } from '../bytes/byte-source.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { openGeoTiff } from '../raster/geotiff.ts'
import { northUp } from '../raster/north-up.ts'
import { type Raster, wholeWindow } from '../raster/raster.ts'
import { bandColumns, finestColumn, hasColumns, openTable } from './core-table.ts'
import type { ImageTask, ListOptions } from './image-task.ts'
import { type PixelSample, proposeRadiometry, type Radiometry, samplePixels } from './radiometry.ts'
import { sampleRaster } from './stack.ts'
import { timestampOf } from './timestamps.ts'

/**
 * One task per row. Pixels of the first readable row are looked at; the others are taken to have its size and unit.
 * @throws EngineError when the file is no Core part
 */
export async function listCorePart(path: string, input: string, options: ListOptions): Promise<ImageTask[]> {
  const table = await openTable(path)
  try {
    const columns = bandColumns(table)
    if (columns.length === 0) {
      const names = table.columns.map(({ name }) => name)
      throw new EngineError(
        'unsupported-format',
        `${path}: expected a Core part with a binary column for each band (B02, vv, ...), got columns ${names.slice(0, 8).join(', ')}; to search embeddings open the file instead`,
      )
    }
    const rows = await readRows(table, path, options)
    const first = await firstImage(table, rows, columns, options)
    return await Promise.all(
      rows.map(async ({ productId, gridCell, timestamp }, row): Promise<ImageTask> => {
        const place = placeName(path, gridCell, row)
        return {
          kind: 'core-parquet',
          input,
          file: path,
          name: place,
          width: first.width,
          height: first.height,
          bandNames: columns,
          productId,
          timestamp,
          ...(gridCell === undefined ? {} : { gridCell }),
          ...(await first.radiometry(productId)),
          pixelSource: { type: 'core-row', path, row, columns },
        }
      }),
    )
  } finally {
    await table.source.close()
  }
}

export function placeName(path: string, gridCell: string | undefined, row: number): string {
  return `${basename(path)} ${gridCell ?? `row ${row}`}`
}

interface CoreRow {
  readonly productId: string
  readonly gridCell: string | undefined
  readonly timestamp: string | null
}

async function readRows(table: ParquetFile, path: string, options: ListOptions): Promise<CoreRow[]> {
  const names = ['product_id', 'grid_cell', 'product_datetime', 'timestamp'].filter((name) => hasColumns(table, [name]))
  const columns = await readColumns(table, names, { signal: options.signal })
  const text = (name: string, row: number) => {
    const value = columns[name]?.[row]
    return typeof value === 'string' ? value : undefined
  }
  const stem = basename(path, extname(path))
  const rows = Array.from({ length: table.rowCount }, (_, row) => ({
    productId: String(text('product_id', row) ?? stem),
    gridCell: text('grid_cell', row),
    own: timestampOf(text('timestamp', row)) ?? timestampOf(text('product_datetime', row)),
  }))
  const dates = await metadataTimestamps(path, new Set(rows.map(rowKey)), options.signal)
  return rows.map((row) => ({
    productId: row.productId,
    gridCell: row.gridCell,
    timestamp: dates.get(rowKey(row)) ?? row.own ?? options.timestamp ?? null,
  }))
}

const rowKey = (row: { productId: string; gridCell: string | undefined }) => `${row.gridCell}\n${row.productId}`

/** Timestamps of the wanted rows in metadata.parquet beside the part or one folder up, as the published sets lay it out. */
async function metadataTimestamps(
  path: string,
  wanted: Set<string>,
  signal?: AbortSignal,
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const folder = dirname(path)
  for (const candidate of [join(folder, 'metadata.parquet'), join(dirname(folder), 'metadata.parquet')]) {
    if (!(await stat(candidate).catch(() => undefined))?.isFile()) continue
    const table = await openTable(candidate)
    try {
      const names = ['grid_cell', 'product_id', 'timestamp']
      if (!hasColumns(table, names)) continue
      // the whole catalogue has 2.2 million rows: never all of it at once
      const step = 100_000
      for (let start = 0; start < table.rowCount && found.size < wanted.size; start += step) {
        const { grid_cell, product_id, timestamp } = await readColumns(table, names, {
          rowStart: start,
          rowEnd: start + step,
          signal,
        })
        grid_cell?.forEach((cell, index) => {
          const key = rowKey({ gridCell: String(cell), productId: String(product_id?.[index]) })
          const date = timestampOf(timestamp?.[index] as string | null)
          if (wanted.has(key) && date !== undefined) found.set(key, date)
        })
      }
    } finally {
      await table.source.close()
    }
    if (found.size > 0) break
  }
  return found
}

interface FirstImage {
  readonly width: number
  readonly height: number
  readonly radiometry: (productId: string) => Promise<Radiometry>
}

/** rows looked at before a part is taken for one of the usual size */
const triedRows = 5

/** Size and kind of numbers of the first row that can be read. */
async function firstImage(
  table: ParquetFile,
  rows: readonly CoreRow[],
  columns: readonly string[],
  options: ListOptions,
): Promise<FirstImage> {
  const finest = finestColumn(table, columns)
  let sample: Promise<PixelSample> | undefined
  const sampleRow = () => (sample ??= sampleFirstRow(table, rows, columns))
  for (let row = 0; row < Math.min(rows.length, triedRows); row++) {
    try {
      const raster = await openCoreBand(table, {
        row,
        column: finest,
        place: placeName(table.source.name, rows[row]?.gridCell, row),
      })
      return {
        width: raster.width,
        height: raster.height,
        radiometry: (productId) =>
          proposeRadiometry(
            { productId, bandNames: columns, dtype: raster.dtype, metadata: raster.metadata },
            options,
            sampleRow,
          ),
      }
    } catch (error) {
      if (!(error instanceof EngineError) || error.code === 'cancelled') throw error
    }
  }
  // none can be read: reading them one by one will say why
  return {
    width: 1068,
    height: 1068,
    radiometry: (productId) =>
      proposeRadiometry({ productId, bandNames: columns, dtype: 'uint16' }, options, async () => samplePixels([], 0)),
  }
}

/** Of the first row whose bands can all be read: a damaged one fails by name when its turn comes. */
async function sampleFirstRow(
  table: ParquetFile,
  rows: readonly CoreRow[],
  columns: readonly string[],
): Promise<PixelSample> {
  for (let row = 0; row < Math.min(rows.length, triedRows); row++) {
    try {
      return await sampleBands(table, row, columns)
    } catch (error) {
      if (!(error instanceof EngineError) || error.code === 'cancelled') throw error
    }
  }
  return samplePixels([], 0)
}

async function sampleBands(table: ParquetFile, row: number, columns: readonly string[]): Promise<PixelSample> {
  const bands: Float32Array[] = []
  let nodata: number | undefined
  for (const column of columns) {
    const raster = await openCoreBand(table, { row, column, place: `${basename(table.source.name)} row ${row}` })
    nodata ??= raster.nodata
    bands.push(...(await sampleRaster(raster)).slice(0, 1))
  }
  return samplePixels(bands, nodata)
}

/** @throws EngineError naming cell and band */
export async function openCoreBand(
  table: ParquetFile,
  { row, column, place }: { readonly row: number; readonly column: string; readonly place: string },
  signal?: AbortSignal,
): Promise<Raster> {
  const columns = await readColumns(table, [column], { rowStart: row, rowEnd: row + 1, signal })
  const bytes = columns[column]?.[0]
  if (!(bytes instanceof Uint8Array) || bytes.length === 0) {
    throw new EngineError(
      'unreadable-file',
      `${place}: expected a GeoTIFF in band ${column}, got ${bytes instanceof Uint8Array ? 'no bytes' : 'nothing'}; download the part again or leave the band out`,
    )
  }
  return northUp(await openGeoTiff(memorySource(`${place} band ${column}`, bytes)))
}

/** The one band of an opened Core column, whole. */
export async function readCoreBand(raster: Raster, signal?: AbortSignal): Promise<Float32Array> {
  return await raster.readWindow(wholeWindow(raster), { bands: [0], ...(signal === undefined ? {} : { signal }) })
}

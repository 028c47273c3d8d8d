// What is known about each row of a sample, for measuring searches: sample/truth.parquet.

import { Table, tableToIPC, vectorFromArray } from 'apache-arrow'
import type { PixelBbox } from '../../shared/terms.ts'
import { writeOutputFile } from '../bytes/output-file.ts'
import { loadParquetWasm } from '../geoparquet/parquet-wasm.ts'
import { biomes } from './climate.ts'
import { planted } from './planted.ts'
import type { ImageTruth } from './render.ts'
import type { CellTask } from './tasks.ts'

export interface TruthRow {
  /** the first 16 digits of `unique_id`: enough to tell the rows apart, a quarter of the bytes */
  readonly uniqueIdPrefix: string
  /** the biome, or `water`, that covers most pixels */
  readonly biome: string
  /** planted and natural things on at least 2 % of the pixels, separated by spaces: pivot town burn water cropland */
  readonly objects: string
  /** percent of pixels under cloud */
  readonly cloud: number
  /** `cloud`, `swath-seam`, `duplicate` or empty */
  readonly fault: string
}

const duplicates = new Set(planted.duplicates)

export function truthOf(uniqueId: string, task: CellTask, pixelBbox: PixelBbox, image: ImageTruth): TruthRow {
  const pixels = image.biomePixels.reduce((sum, count) => sum + count, 0)
  const shareOf = (name: (typeof biomes)[number]) => image.biomePixels[biomes.indexOf(name)]! / pixels
  const objects = [
    ...(image.pivot > 0.02 ? ['pivot'] : []),
    ...(image.town > 0.02 ? ['town'] : []),
    ...(image.burn > 0.02 ? ['burn'] : []),
    ...(shareOf('water') > 0.02 ? ['water'] : []),
    ...(shareOf('cropland') > 0.02 ? ['cropland'] : []),
  ]
  return {
    uniqueIdPrefix: uniqueId.slice(0, 16),
    biome: biomes[image.biomePixels.indexOf(Math.max(...image.biomePixels))]!,
    objects: objects.join(' '),
    cloud: Math.round(image.cloud * 100),
    fault: faultOf(task, pixelBbox, image),
  }
}

function faultOf(task: CellTask, pixelBbox: PixelBbox, image: ImageTruth): string {
  if (image.cloud > 0.02) return 'cloud'
  if (image.hasSeam) return 'swath-seam'
  const isCentral = pixelBbox[0] === 422 && pixelBbox[1] === 422
  return isCentral && duplicates.has(task.gridCell) ? 'duplicate' : ''
}

/** Columns unique_id_prefix, biome, objects, cloud (uint8), fault; zstd. */
export async function writeTruth(path: string, rows: readonly TruthRow[]): Promise<void> {
  const table = new Table({
    unique_id_prefix: vectorFromArray(rows.map((row) => row.uniqueIdPrefix)),
    biome: vectorFromArray(rows.map((row) => row.biome)),
    objects: vectorFromArray(rows.map((row) => row.objects)),
    cloud: vectorFromArray(Uint8Array.from(rows, (row) => row.cloud)),
    fault: vectorFromArray(rows.map((row) => row.fault)),
  })
  const wasm = loadParquetWasm()
  const properties = new wasm.WriterPropertiesBuilder()
    .setCompression(wasm.Compression.ZSTD)
    .setColumnDictionaryEnabled('unique_id_prefix', false)
    .build()
  const bytes = wasm.writeParquet(wasm.Table.fromIPCStream(tableToIPC(table, 'stream')), properties)
  await writeOutputFile(path, async (file) => {
    await file.writeFile(bytes)
  })
}

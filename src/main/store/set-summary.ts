import { basename, extname } from 'node:path'
import type { SetSummary } from '../../shared/contract.ts'
import { extentOfPlaces } from '../grid/places-extent.ts'
import { meanPairwiseCosine } from '../search/vector-table.ts'
import type { EmbeddingSet } from './embedding-set.ts'

/** Above this the vectors hardly tell places apart; published DINOv2 sets are known for it. */
const ALIKE_COSINE = 0.95

/** What the set worker knows of a set; the engine adds the id. */
export type WorkerSummary = Omit<SetSummary, 'setId'>

export function summarise(set: EmbeddingSet): WorkerSummary {
  const { table, columns, file } = set
  const { model, recipe, synthetic = false } = set.provenance ?? {}
  const extent = extentOfPlaces(columns.lat, columns.lon)
  const dates = datesOf(columns.timestamp, columns.timeMs)
  const hasSampleRows =
    columns.gridCell !== undefined && columns.timestamp !== undefined && columns.pixelBbox !== undefined
  return {
    path: set.path,
    name: nameOf(set),
    product: set.product,
    synthetic,
    count: table.count,
    dimensions: table.dimensions,
    nanCount: table.nanCount,
    zeroCount: table.zeroCount,
    cellCount: set.cells.cells.length,
    ...(extent === undefined ? {} : { extent }),
    ...(dates === undefined ? {} : { dates }),
    columns: file.columns.map(({ name, type }) => ({ name, type })),
    ...(model === undefined ? {} : { model }),
    ...(recipe === undefined ? {} : { recipe }),
    hasThumbnails: columns.thumbnailColumn !== undefined || (synthetic && hasSampleRows),
    geometryOrder: set.geometryOrder,
    warnings: warningsOf(set),
  }
}

/** The file's stem. Loose images are all written to `images.parquet`: such a set is called after what was embedded. */
function nameOf({ path, provenance }: EmbeddingSet): string {
  const stem = basename(path, extname(path))
  const inputs = provenance?.other?.['inputs']
  if (!/^images(-\d+-of-\d+)?$/.test(stem) || !Array.isArray(inputs) || typeof inputs[0] !== 'string') return stem
  const first = basename(inputs[0], extname(inputs[0]))
  return inputs.length === 1 ? first : `${first} and ${inputs.length - 1} more`
}

function datesOf(timestamps: readonly (string | null)[] | undefined, times: Float64Array) {
  let first = -1
  let last = -1
  for (let row = 0; row < times.length; row++) {
    const time = times[row]!
    if (Number.isNaN(time)) continue
    if (first < 0 || time < times[first]!) first = row
    if (last < 0 || time > times[last]!) last = row
  }
  const firstText = timestamps?.[first]
  const lastText = timestamps?.[last]
  return firstText == null || lastText == null ? undefined : { first: firstText, last: lastText }
}

function warningsOf(set: EmbeddingSet): string[] {
  const { table, columns } = set
  const warnings: string[] = []
  const withoutPlace = columns.lat.reduce(
    (sum, lat, row) => sum + Number(Number.isNaN(lat) || Number.isNaN(columns.lon[row]!)),
    0,
  )
  const duplicates = columns.uniqueId === undefined ? 0 : duplicateCount(columns.uniqueId)
  const cosine = meanPairwiseCosine(table)
  if (duplicates > 0)
    warnings.push(`${countText(duplicates, 'row repeats', 'rows repeat')} a unique_id that stands earlier in the file`)
  if (table.nanCount > 0)
    warnings.push(
      `${countText(table.nanCount, 'row has', 'rows have')} NaN or infinity in the vector and will not be found by a search`,
    )
  if (table.zeroCount > 0)
    warnings.push(
      `${countText(table.zeroCount, 'row has', 'rows have')} a vector of zeros and will not be found by a search`,
    )
  if (withoutPlace > 0)
    warnings.push(`${countText(withoutPlace, 'row has', 'rows have')} no place and will not be on the map`)
  if (cosine !== undefined && cosine > ALIKE_COSINE) {
    warnings.push(
      `The vectors are nearly alike (mean cosine ${cosine.toFixed(3)}): search with the centred cosine tells places apart better`,
    )
  }
  return warnings
}

function countText(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

function duplicateCount(ids: readonly (string | null)[]): number {
  const known = ids.filter((id) => id !== null)
  return known.length - new Set(known).size
}

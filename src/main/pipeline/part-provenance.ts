// What goes into a file about how it was made, and whether a file that is already there was made the same way.

import { basename } from 'node:path'
import { openFileSource } from '../bytes/byte-source.ts'
import { openParquet } from '../geoparquet/open-parquet.ts'
import { type Provenance, provenanceToJson } from '../geoparquet/provenance.ts'
import { standardNames } from './choose-bands.ts'
import { fractionColumns } from './embedded-rows.ts'
import type { Run } from './open-run.ts'
import type { Part } from './parts.ts'
import type { ParsedEmbedRequest } from './pipeline-calls.ts'
import type { Failure } from './read-batches.ts'
import type { LoadedModel } from './resolve-model.ts'
import { tally } from './run-totals.ts'

/** Provenance as it is known before the part is embedded. */
export function partProvenance(
  run: Run,
  part: Part,
  request: ParsedEmbedRequest,
  known: { readonly version: string; readonly model: LoadedModel },
): Provenance {
  const { card } = run.model
  const units = tally(part.tasks.map((task) => task.unit.value))
  const offsets = tally(part.tasks.map((task) => task.radiometricOffset.value))
  return {
    appVersion: known.version,
    model: card.id,
    recipe: run.recipe.name,
    weightsSha256: known.model.built?.sha256 ?? known.model.sha256,
    bands: standardNames(run.bandNames),
    fragmentSize: card.fragment.size,
    targetOverlap: card.fragment.targetOverlap,
    inputUnit: units.length === 1 ? units[0]![0] : 'mixed',
    inputUnitSource: sourcesOf(part.tasks.map((task) => task.unit.source)),
    radiometricOffset: offsets.length === 1 ? offsets[0]![0] : 'mixed',
    radiometricOffsetSource: sourcesOf(part.tasks.map((task) => task.radiometricOffset.source)),
    geometry: request.geometry,
    // names only: a shared file need not tell how its author's disk is laid out
    sourceFiles: [...new Set(part.tasks.map((task) => basename(task.file)))],
    other: {
      model_name: card.name,
      recipe_steps: run.recipe.steps,
      unit_images: Object.fromEntries(units),
      radiometric_offset_images: Object.fromEntries(offsets),
      images: part.tasks.length,
      inputs: [...new Set(part.tasks.map((task) => basename(task.input)))],
      resample: request.resample,
      ...(request.fractions ? { extra_columns: fractionColumns.map(({ name }) => name) } : {}),
      ...builtOther(known.model),
      ...(known.model.precision === 'float32' ? {} : { precision: known.model.precision }),
      ...(request.timestamp === undefined ? {} : { timestamp: request.timestamp }),
    },
  }
}

/** Of a network that was built here: its own hash beside that of its weights, and where these are from. */
function builtOther({ built, sha256 }: LoadedModel): Record<string, string> {
  if (built === undefined) return {}
  const { source, builder, builderVersion } = built
  return { network_sha256: sha256, weights_source: source, builder: `${builder} ${builderVersion}` }
}

function sourcesOf(sources: readonly string[]): string {
  return tally(sources)
    .map(([source]) => source)
    .join(', ')
}

export interface FinishedPart {
  readonly rows: number
  readonly cells: readonly string[]
  /** images that failed when the part was made */
  readonly failures: readonly Failure[]
}

/** Adds what only the end of a part knows; `isSameRun` does not look at it. */
export function withFailures(
  provenance: Provenance,
  failures: readonly Failure[],
  cells: readonly string[],
): Provenance {
  return { ...provenance, other: { ...provenance.other, result: { cells, failures } } }
}

/**
 * The part at `path` when it is whole and was made from the same input in the same way, whatever the version of this
 * application; undefined otherwise.
 */
export async function finishedPart(path: string, expected: Provenance): Promise<FinishedPart | undefined> {
  const source = await openFileSource(path).catch(() => undefined)
  if (source === undefined) return undefined
  try {
    const file = await openParquet(source)
    const found = file.groundControl
    if (found === undefined || howMade(found) !== howMade(expected)) return undefined
    const result = found.other?.['result'] as Pick<FinishedPart, 'cells' | 'failures'> | undefined
    return { rows: file.rowCount, cells: result?.cells ?? [], failures: result?.failures ?? [] }
  } catch {
    // not a Parquet file, or a torn one: it is made again
    return undefined
  } finally {
    await source.close()
  }
}

/** Equal for files that were made from the same input in the same way, whatever came of it and by which version. */
export function howMade(provenance: Provenance): string {
  const { result: _, ...other } = provenance.other ?? {}
  const parsed: unknown = JSON.parse(provenanceToJson({ ...provenance, appVersion: '', other }))
  return JSON.stringify(sortedKeys(parsed))
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sortedKeys(one)]),
  )
}

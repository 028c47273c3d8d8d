import { rm, stat, writeFile } from 'node:fs/promises'
import type { ExportReport } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { writeOutputFile } from '../bytes/output-file.ts'
import type { Provenance } from '../geoparquet/provenance.ts'
import type { EmbeddingSet } from '../store/embedding-set.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import type { ParsedExportRequest } from './export-request.ts'
import type { AddedColumn, ExportOrigin, ExportTable } from './export-table.ts'
import { queryRecord } from './query-record.ts'
import { sourceRecord } from './source-record.ts'
import { writeCsv } from './write-csv.ts'
import { writeGeoJson } from './write-geojson.ts'
import { writeGeoParquet } from './write-geoparquet.ts'
import { npySidecar, writeNpy } from './write-npy.ts'

export type ExportInput = {
  readonly request: ParsedExportRequest & { readonly path: string }
  readonly appVersion: string
  /** instead of the rows of the request */
  readonly rows?: Uint32Array
}

/**
 * Writes rows of a set to a file that appears under its name only when it is whole.
 * @throws EngineError `invalid-input` for rows that the set does not have, and what writing a file may throw
 */
export async function exportSet(set: EmbeddingSet, input: ExportInput, context: CallContext): Promise<ExportReport> {
  const { request } = input
  const table = await tableOf(set, input, context)
  if (request.format === 'geoparquet') {
    await writeGeoParquet(request.path, table, provenanceOf(set, table.origin))
  } else if (request.format === 'npy') {
    await writeWithSidecar(request.path, table, context)
  } else {
    const write = request.format === 'csv' ? writeCsv : writeGeoJson
    await writeOutputFile(request.path, (file) => write(file, table), context)
  }
  return { path: request.path, rows: table.rows.length, byteLength: (await stat(request.path)).size }
}

async function writeWithSidecar(path: string, table: ExportTable, { signal }: CallContext): Promise<void> {
  const sidecar = `${path}.json`
  await writeOutputFile(sidecar, (file) => writeFile(file, npySidecar(table)), { signal })
  try {
    await writeOutputFile(path, (file) => writeNpy(file, table), { signal })
  } catch (error) {
    await rm(sidecar, { force: true })
    throw error
  }
}

async function tableOf(
  set: EmbeddingSet,
  { request, appVersion, rows: given }: ExportInput,
  context: CallContext,
): Promise<ExportTable> {
  const rows = given ?? request.rows ?? Uint32Array.from({ length: set.table.count }, (_, row) => row)
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!
    if (!(row >= 0 && row < set.table.count)) {
      throw new EngineError('invalid-input', `export: expected rows below ${set.table.count}, got ${row}`)
    }
  }
  const added = addedColumns(request)
  for (const { name, values } of added) {
    if (values.length === rows.length) continue
    throw new EngineError('invalid-input', `export: expected one ${name} a row (${rows.length}), got ${values.length}`)
  }
  const onRows = (done: number) => context.onProgress({ stage: 'writing', done, total: rows.length })
  const source = await sourceRecord(set, context.signal)
  const origin = originOf(set, { app_version: appVersion, source }, request.query)
  return { set, rows, added, origin, signal: context.signal, onRows }
}

function addedColumns({ similarity, distance, labels }: ParsedExportRequest): AddedColumn[] {
  if (similarity !== undefined && distance !== undefined) {
    throw new EngineError('invalid-input', 'export: expected similarity or distance, got both')
  }
  return [
    ...(similarity === undefined ? [] : [{ name: 'similarity', type: 'double', values: similarity } as const]),
    ...(distance === undefined ? [] : [{ name: 'distance', type: 'double', values: distance } as const]),
    ...(labels === undefined ? [] : [{ name: 'label', type: 'string', values: labels } as const]),
  ]
}

function originOf(
  set: EmbeddingSet,
  writer: Pick<ExportOrigin, 'app_version' | 'source'>,
  query: unknown,
): ExportOrigin {
  const { model, recipe, synthetic } = set.provenance ?? {}
  return {
    ...writer,
    ...(model === undefined ? {} : { model }),
    ...(recipe === undefined ? {} : { recipe }),
    ...(synthetic === undefined ? {} : { synthetic }),
    ...set.credit,
    ...(query === undefined ? {} : { query: queryRecord(set, query) }),
  }
}

/** How the embeddings were made stays; what is new is who wrote this file, from what, by which query: that of the source is in the source. */
function provenanceOf(set: EmbeddingSet, origin: ExportOrigin): Provenance {
  const { query: _, ...made } = set.provenance ?? {}
  return {
    ...made,
    ...set.credit,
    appVersion: origin.app_version,
    sourceFiles: [origin.source.name],
    source: origin.source,
    ...(set.geometryOrder === 'unknown' ? {} : { geometry: set.geometryOrder }),
    ...(origin.query === undefined ? {} : { query: origin.query }),
  }
}

import { basename } from 'node:path'
import { EngineError } from '../../../shared/errors.ts'
import type { ParquetFile } from '../../geoparquet/open-parquet.ts'
import type { Provenance } from '../../geoparquet/provenance.ts'
import { readVectors } from '../../geoparquet/read-vectors.ts'
import type { SetColumns } from '../../store/embedding-set.ts'
import { type FragmentPositions, fragmentPositions } from '../../store/fragment-position.ts'
import { openTable } from '../../store/open-table.ts'
import { readSetColumns } from '../../store/read-set.ts'
import type { CallContext } from '../../threads/thread-calls.ts'

/** An embeddings file as evaluations need it: every vector in memory that threads share, and what tells the rows apart. */
export interface EvaluatedSet {
  readonly path: string
  /** for sentences */
  readonly name: string
  readonly count: number
  readonly dimensions: number
  /** row-major, shared */
  readonly vectors: Float32Array
  readonly columns: SetColumns
  readonly fragments: FragmentPositions | undefined
  readonly provenance: Provenance | undefined
}

/**
 * @param withFile reads further columns while the file is open
 * @throws EngineError when the file is no embeddings Parquet
 */
export async function readEvaluatedSet<T>(
  path: string,
  context: CallContext,
  withFile: (file: ParquetFile) => Promise<T>,
): Promise<{ set: EvaluatedSet; more: T }> {
  const { signal, onProgress } = context
  const name = basename(path)
  onProgress({ stage: `reading ${name}`, done: 0 })
  const { source, file, columns: roles } = await openTable(path, context, {})
  try {
    const { vectors, count, dimensions } = await readVectors(file, roles.vectors || undefined, { signal })
    if (count === 0) throw new EngineError('unsupported-format', `${name}: expected rows with embeddings, got none`)
    const columns = await readSetColumns(file, roles, signal)
    const set = {
      ...{ path, name, count, dimensions, vectors: shared(vectors), columns, provenance: file.groundControl },
      fragments: columns.pixelBbox && fragmentPositions(columns.pixelBbox, count),
    }
    return { set, more: await withFile(file) }
  } finally {
    await source.close()
  }
}

function shared(vectors: Float32Array): Float32Array {
  if (vectors.buffer instanceof SharedArrayBuffer) return vectors
  const copy = new Float32Array(new SharedArrayBuffer(vectors.byteLength))
  copy.set(vectors)
  return copy
}

/** Rows whose vector is finite and not all zero. */
export function usableRows({ vectors, count, dimensions }: EvaluatedSet): Uint8Array {
  return Uint8Array.from({ length: count }, (_, row) => {
    let squares = 0
    for (let i = row * dimensions; i < (row + 1) * dimensions; i++) squares += vectors[i]! * vectors[i]!
    return Number.isFinite(squares) && squares > 0 ? 1 : 0
  })
}

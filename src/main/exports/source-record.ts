import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { SourceRecord } from '../geoparquet/provenance.ts'
import type { EmbeddingSet } from '../store/embedding-set.ts'

/** Files up to this size are hashed, which takes about a second; larger ones are told by size and date. */
const hashedBytes = 256 * 1024 * 1024
const sliceBytes = 8 * 1024 * 1024

/** Which file the rows come from, so that somebody who has it can tell that it is the one. */
export async function sourceRecord(
  { path, source, table }: Pick<EmbeddingSet, 'path' | 'source' | 'table'>,
  signal: AbortSignal,
): Promise<SourceRecord> {
  const facts = { name: basename(path), rows: table.count, byte_length: source.byteLength }
  if (source.byteLength > hashedBytes) return { ...facts, modified: (await stat(path)).mtime.toISOString() }
  const hash = createHash('sha256')
  for (let start = 0; start < source.byteLength; start += sliceBytes) {
    hash.update(await source.slice(start, Math.min(source.byteLength, start + sliceBytes), signal))
  }
  return { ...facts, sha256: hash.digest('hex') }
}

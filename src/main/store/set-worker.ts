// One thread for one open set: decoding, rows, search, map and export run here.

import { parentPort } from 'node:worker_threads'
import type { SearchQuery } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { type ExportInput, exportSet } from '../exports/export-set.ts'
import { type Centre, centreOf } from '../search/vector-table.ts'
import { type CallContext, serveCalls, type ThreadCalls } from '../threads/thread-calls.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import type { SetColumnsChosen } from './open-table.ts'
import { readSet } from './read-set.ts'
import { setMapImage } from './set-map.ts'
import { type CellQuery, cellRows, rowDetail, rowThumbnail, sampleRow } from './set-rows.ts'
import { searchSet } from './set-search.ts'
import { summarise } from './set-summary.ts'

let opened: EmbeddingSet | undefined
let centre: Centre | undefined
let newestSearch: AbortController | undefined

function set(): EmbeddingSet {
  if (opened === undefined) throw new Error('set worker: expected `open` before any other call')
  return opened
}

const setCalls = {
  async open({ path, columns }: { path: string; columns?: SetColumnsChosen }, context: CallContext) {
    opened = await readSet(path, context, columns)
    return summarise(opened)
  },
  row: ({ row }: { row: number }) => rowDetail(set(), row),
  cellRows: (query: CellQuery) => cellRows(set(), query),
  thumbnail: ({ row }: { row: number }) => rowThumbnail(set(), row),
  sampleRow: ({ row }: { row: number }) => sampleRow(set(), row),
  map: (_: object, { signal }: CallContext) => setMapImage(set(), signal),
  exportRows: (input: ExportInput, context: CallContext) => exportSet(set(), input, context),
  /** a newer search ends an older one */
  search(query: SearchQuery, { signal }: CallContext) {
    newestSearch?.abort(new EngineError('cancelled', 'a newer search took its place'))
    newestSearch = new AbortController()
    const either = AbortSignal.any([signal, newestSearch.signal])
    return searchSet(set(), query, () => (centre ??= centreOf(set().table)), either)
  },
} satisfies ThreadCalls

export type SetCalls = typeof setCalls

if (parentPort) serveCalls(parentPort, setCalls)

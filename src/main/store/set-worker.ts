// One thread for one open set: decoding, rows, search, map and export run here.

import { parentPort } from 'node:worker_threads'
import type { ParsedInput, SearchHit, SearchQuery } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { type ExportInput, exportSet } from '../exports/export-set.ts'
import { type CallContext, serveCalls, type ThreadCalls } from '../threads/thread-calls.ts'
import { CellLayers } from './cell-layers.ts'
import { columnLayer } from './column-layer.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { LabelProbes, labelsOfColumn } from './label-probe.ts'
import type { SetColumnsChosen } from './open-table.ts'
import { readSet } from './read-set.ts'
import { resultBalance } from './result-balance.ts'
import { rowNeighbours } from './row-neighbours.ts'
import { RowSelections } from './row-selections.ts'
import { ScoreFields } from './score-field.ts'
import { searchedSet } from './searched-set.ts'
import { setMapImage } from './set-map.ts'
import { type CellQuery, cellRows, rowDetail, rowThumbnail, sampleRow } from './set-rows.ts'
import { SetSearch } from './set-search.ts'
import { summarise } from './set-summary.ts'

let opened: EmbeddingSet | undefined
let searching: SetSearch | undefined
let selecting: RowSelections | undefined
let layering: CellLayers | undefined
let scoring: ScoreFields | undefined
let probing: LabelProbes | undefined
let newestSearch: AbortController | undefined
let newestField: AbortController | undefined

function set(): EmbeddingSet {
  if (opened === undefined) throw new Error('set worker: expected `open` before any other call')
  return opened
}

function search(): SetSearch {
  searching ??= new SetSearch(searchedSet(set()))
  return searching
}

function selections(): RowSelections {
  selecting ??= new RowSelections(searchedSet(set()))
  return selecting
}

function layers(): CellLayers {
  layering ??= new CellLayers(set().cells)
  return layering
}

function fields(): ScoreFields {
  scoring ??= new ScoreFields(set(), layers())
  return scoring
}

function probes(): LabelProbes {
  probing ??= new LabelProbes(set(), layers())
  return probing
}

const setCalls = {
  async open({ path, columns }: { path: string; columns?: SetColumnsChosen }, context: CallContext) {
    opened = await readSet(path, context, columns)
    if (search().search.isStored) void search().search.prepare()
    return summarise(opened)
  },
  row: ({ row }: { row: number }) => rowDetail(set(), row),
  rowNeighbours: ({ row }: { row: number }, { signal }: CallContext) => {
    return rowNeighbours(set(), search(), row, signal)
  },
  cellRows: (query: CellQuery) => cellRows(set(), query),
  thumbnail: ({ row }: { row: number }) => rowThumbnail(set(), row),
  sampleRow: ({ row }: { row: number }) => sampleRow(set(), row),
  map: (_: object, { signal }: CallContext) => setMapImage(set(), signal),
  setFaults: async (_: object, { signal }: CallContext) => (await searchedSet(set()).faults?.(signal))!.summary,
  async columnLayer(request: Parameters<typeof columnLayer>[1], { signal }: CallContext) {
    return layers().add(await columnLayer({ ...set(), ...searchedSet(set()) }, request, signal))
  },
  /** a newer field ends an older one */
  scoreField(request: ParsedInput<'scoreField'>, { signal, onProgress }: CallContext) {
    newestField?.abort(new EngineError('cancelled', 'a newer query took its place'))
    newestField = new AbortController()
    const total = set().table.count
    const onRows = (done: number) => onProgress({ stage: 'comparing', done, total })
    return fields().make(search(), request, { signal: AbortSignal.any([signal, newestField.signal]), onRows })
  },
  fieldMatches: ({ layerId, least }: { layerId: string; least: number }) => fields().matches(layerId, least),
  labelProbe: (request: Omit<ParsedInput<'labelProbe'>, 'setId'>, { signal }: CallContext) =>
    probes().train(request, signal),
  classAreas: ({ layerId, classCount }: { layerId: string; classCount: number }) => probes().areas(layerId, classCount),
  labelsOfColumn: ({ column }: { column: string }, { signal }: CallContext) =>
    labelsOfColumn(searchedSet(set()), column, signal),
  resultBalance: ({ rows }: { rows: number[] }) => resultBalance(set().columns, rows),
  layerTexels: ({ layerId }: { layerId: string }) => layers().texels(layerId),
  selectRows: (request: Parameters<RowSelections['select']>[0], { signal }: CallContext) =>
    selections().select(request, signal),
  selectedRows: ({ selectionId, from, count }: { selectionId: string; from: number; count: number }) =>
    selections().page(selectionId, from, count),
  selectionMarks: ({ selectionId }: { selectionId: string }) => selections().marks(selectionId),
  exportRows(input: ExportInput, context: CallContext) {
    const { selectionId } = input.request
    return exportSet(
      set(),
      selectionId === undefined ? input : { ...input, rows: selections().rows(selectionId) },
      context,
    )
  },
  /** a newer search ends an older one */
  search(query: SearchQuery, { signal, onProgress }: CallContext) {
    newestSearch?.abort(new EngineError('cancelled', 'a newer search took its place'))
    newestSearch = new AbortController()
    const either = AbortSignal.any([signal, newestSearch.signal])
    const total = set().table.count
    const onPartial = (hits: readonly SearchHit[], done: number) =>
      onProgress({ stage: 'comparing', done, total, partial: hits })
    return search().answer(query, { signal: either, ...(query.watch === undefined ? {} : { onPartial }) })
  },
  /** compares every row; searches go on meanwhile */
  checkSearch({ query, hits }: ParsedInput<'checkSearch'>, { signal, onProgress }: CallContext) {
    const total = set().table.count
    const onRows = (done: number) => onProgress({ stage: 'comparing', done, total })
    return search().check(query, hits, { signal, onRows })
  },
} satisfies ThreadCalls

export type SetCalls = typeof setCalls

if (parentPort) serveCalls(parentPort, setCalls)

// The query (examples, weights, filters) and its answer.

import type { CallInput, RowPlace, SearchAnswer, SearchHit } from '../../shared/contract.ts'
import type { Footprint } from '../../shared/terms.ts'
import type { HistoryActions } from './history.ts'
import { type ImageExample, imageRecord } from './image-query.ts'
import type { NoticeActions } from './notices.ts'
import { selectedRows } from './row-selection.ts'
import type { SelectionActions } from './selection.ts'
import { type SortColumn, sortedHits } from './sorted-hits.ts'
import { type ActionContext, latestOnly, patch } from './store.ts'
import type { Place, ViewActions } from './view.ts'

export interface Example {
  readonly place: RowPlace
  /** -1 to 1; negative pushes away */
  readonly weight: number
  /** kept, but not searched with */
  readonly muted?: boolean | undefined
}

/** What every result must lie in or pass. */
export type Filter = { readonly id: number; readonly muted: boolean } & (
  | { readonly kind: 'area'; readonly name: string; readonly area: Footprint }
  | { readonly kind: 'condition'; readonly where: string }
)

export type Combine = NonNullable<CallInput<'search'>['combine']>

export type Metric = NonNullable<CallInput<'search'>['metric']>

/** The part of the state that makes the query; undo goes back over it. */
export interface QuerySettings {
  readonly examples: readonly Example[]
  /** searched with instead of examples */
  readonly image: ImageExample | undefined
  readonly metric: Metric
  readonly combine: Combine
  readonly filters: readonly Filter[]
  /** leave out rows with a fault */
  readonly withoutFaults: boolean
  readonly onePerCell: boolean
  /** no two results nearer to each other, km */
  readonly apartKm: number | undefined
  readonly topK: number
  /** YYYY-MM-DD */
  readonly from: string | undefined
  readonly to: string | undefined
}

export interface SearchState extends QuerySettings {
  readonly running: boolean
  readonly answer: SearchAnswer | undefined
  /** the query that `answer` answers; exports carry it */
  readonly asked: AskedQuery | undefined
  /** row of the result being looked at */
  readonly activeRow: number | undefined
  readonly sort: { readonly column: SortColumn; readonly direction: 'ascending' | 'descending' }
}

/** with what an export tells of an image that was searched with */
export type AskedQuery = CallInput<'search'> & { readonly image?: ReturnType<typeof imageRecord> }

export const initialSearch: SearchState = {
  examples: [],
  image: undefined,
  metric: 'cosine',
  combine: 'mean',
  filters: [],
  withoutFaults: false,
  onePerCell: false,
  apartKm: undefined,
  topK: 60,
  from: undefined,
  to: undefined,
  running: false,
  answer: undefined,
  asked: undefined,
  activeRow: undefined,
  sort: { column: 'rank', direction: 'ascending' },
}

export function searchActions(
  { store, client }: ActionContext,
  needs: {
    readonly notices: NoticeActions
    readonly view: ViewActions
    readonly selection: SelectionActions
    readonly history: HistoryActions
  },
) {
  const { notices, view, selection, history } = needs
  const search = () => store.getState().search
  const latestAnswer = latestOnly()
  const hasPictures = () => {
    const { open, currentId } = store.getState().sets
    return open.some((set) => set.setId === currentId && set.hasThumbnails)
  }

  /** No answer is shown, nor one that is still on its way. */
  const showNothing = () => {
    latestAnswer.forget()
    if (search().answer !== undefined) view.showDock(false)
    patch(store, 'search', { answer: undefined, asked: undefined, activeRow: undefined, running: false })
  }

  const run = async (): Promise<SearchAnswer | undefined> => {
    const setId = store.getState().sets.currentId
    if (setId === undefined || !hasQuery(search())) {
      showNothing()
      return undefined
    }
    const asked = queryOf(setId, search())
    patch(store, 'search', { running: true })
    try {
      const answer = await latestAnswer(() => client.engine.search(asked))
      if (answer === undefined) return undefined
      const isFirst = search().answer === undefined
      patch(store, 'search', { running: false, answer, asked, activeRow: undefined })
      const { dock, dockTab } = store.getState().view
      if (!dock || (isFirst && dockTab === 'selected')) view.showDock(true, hasPictures() ? 'results' : 'table')
      return answer
    } catch (error) {
      patch(store, 'search', { running: false })
      notices.fail(error)
      return undefined
    }
  }

  const kept = [
    'examples',
    'image',
    'metric',
    'combine',
    'filters',
    'withoutFaults',
    'onePerCell',
    'apartKm',
    'topK',
    'from',
    'to',
  ] as const
  history.keep('search', kept, (before) => {
    if (before.search.answer !== undefined || hasQuery(search())) run().catch(notices.fail)
  })

  /** A search that the user has just asked for shows where its results are. */
  const ask = async () => {
    const answer = await run()
    const example = search().examples.find(({ weight, muted }) => weight > 0 && muted !== true)
    const places = placed(answer?.hits ?? [])
    // an image has no place of its own: the view begins with what looks most like it
    const [around] = example === undefined ? places : placed([example.place])
    if (around !== undefined && places.length > 0) view.showPlaces({ around, places })
  }

  /** Changes the query, remembers the one before, and asks again where there is an answer to renew. */
  const change = (settings: Partial<QuerySettings>) => {
    history.record()
    patch(store, 'search', settings)
    return search().answer === undefined && !search().running ? Promise.resolve() : run()
  }

  /** Looks at one result: its row is selected, and the globe flies so near that its fragment is well seen. */
  const showHit = async (hit: SearchHit) => {
    patch(store, 'search', { activeRow: hit.row })
    await selection.selectRow(hit.row)
    const { row } = store.getState().selection
    // another one has been asked for meanwhile
    if (search().activeRow !== hit.row || hit.lat === undefined || hit.lon === undefined) return
    const footprint = row?.row === hit.row ? row.footprint : undefined
    view.flyTo({ lat: hit.lat, lon: hit.lon, ...(footprint === undefined ? { zoom: pointZoom } : { footprint }) })
  }

  /** Another query altogether. */
  const askWith = (query: Pick<QuerySettings, 'examples' | 'image'>) => {
    history.record()
    patch(store, 'search', query)
    return ask()
  }

  return {
    /** What would be asked now; undefined without an example or an image. */
    query(): AskedQuery | undefined {
      const setId = store.getState().sets.currentId
      return setId === undefined || !hasQuery(search()) ? undefined : queryOf(setId, search())
    },
    run,
    ask,
    askWith,
    change,
    showHit,
    /** Searches with the selected row as the only example. */
    async findSimilar() {
      const { row } = store.getState().selection
      if (row === undefined)
        return notices.show('info', 'Click a place on the globe first, then find what looks like it')
      await askWith({ examples: [{ place: placeOf(row), weight: 1 }], image: undefined })
    },
    async addExample(weight = 1) {
      const { row } = store.getState().selection
      if (row === undefined) return
      const others = search().examples.filter((example) => example.place.row !== row.row)
      await change({ examples: [...others, { place: placeOf(row), weight }], image: undefined })
    },
    setWeight: (row: number, weight: number) =>
      change({
        examples: search().examples.map((example) => (example.place.row === row ? { ...example, weight } : example)),
      }),
    removeExample: (row: number) =>
      change({ examples: search().examples.filter((example) => example.place.row !== row) }),
    muteExample: (row: number) =>
      change({
        examples: search().examples.map((example) =>
          example.place.row === row ? { ...example, muted: example.muted !== true } : example,
        ),
      }),
    /** @returns when the search has been asked again, where there was an answer */
    addFilter(
      filter:
        | { readonly kind: 'area'; readonly area: Footprint }
        | { readonly kind: 'condition'; readonly where: string },
    ) {
      const { filters } = search()
      const id = 1 + Math.max(0, ...filters.map((other) => other.id))
      const name = `Area ${1 + filters.filter(({ kind }) => kind === 'area').length}`
      const added = filter.kind === 'area' ? { ...filter, name, id, muted: false } : { ...filter, id, muted: false }
      return change({ filters: [...filters, added] })
    },
    muteFilter: (id: number) =>
      change({
        filters: search().filters.map((filter) => (filter.id === id ? { ...filter, muted: !filter.muted } : filter)),
      }),
    removeFilter: (id: number) => change({ filters: search().filters.filter((filter) => filter.id !== id) }),
    /** Adds the selected rows to the query, at most `examplesAtOnce` of them. */
    async addSelection(weight: number) {
      const rows = selectedRows(store.getState())
      if (rows === undefined) return
      const { setId, selectionId, count } = rows
      const places = await client.engine.selectedRows({ setId, selectionId, count: examplesAtOnce })
      const added = places.map((place): Example => ({ place: placeOf(place), weight }))
      const isAdded = (row: number) => added.some(({ place }) => place.row === row)
      if (count > added.length) {
        notices.show(
          'info',
          `The first ${added.length} of ${count.toLocaleString('en')} fragments are added as examples`,
        )
      }
      const others = search().examples.filter(({ place }) => !isAdded(place.row))
      await change({ examples: [...others, ...added], image: undefined })
    },
    removeImage: () => change({ image: undefined }),
    /** Takes the query and its results away; an answer still on its way is not shown. */
    clearResults() {
      history.record()
      const { sort } = initialSearch
      patch(store, 'search', { examples: [], image: undefined, sort })
      showNothing()
    },
    /** The result `step` places further on, in the order shown. */
    async stepResult(step: 1 | -1) {
      const hits = sortedHits(search())
      const at = hits.findIndex((hit) => hit.row === search().activeRow)
      const next = hits[at === -1 ? (step === 1 ? 0 : hits.length - 1) : at + step]
      if (next !== undefined) await showHit(next)
    },
    setSort: (sort: SearchState['sort']) => patch(store, 'search', { sort }),
  }
}

export type SearchActions = ReturnType<typeof searchActions>

/** a query of more is slow to read; the selection itself stays whole */
const examplesAtOnce = 50

/** For a result that has no footprint: near, but with what lies around it. */
const pointZoom = 8

/** Whether there is something to search with. */
export function hasQuery({ examples, image }: Pick<QuerySettings, 'examples' | 'image'>): boolean {
  return image !== undefined || examples.some(({ weight, muted }) => weight > 0 && muted !== true)
}

function queryOf(setId: string, settings: QuerySettings): AskedQuery {
  const { image } = settings
  const examples = settings.examples.filter(({ muted }) => muted !== true)
  const filters = settings.filters.filter(({ muted }) => !muted)
  const areas = filters.flatMap((filter) => (filter.kind === 'area' ? [filter.area] : []))
  const conditions = filters.flatMap((filter) => (filter.kind === 'condition' ? [`(${filter.where})`] : []))
  return {
    setId,
    ...(image === undefined ? {} : { vector: image.embedded.vector, image: imageRecord(image) }),
    rows: examples.map(({ place, weight }) => ({ row: place.row, weight })),
    topK: settings.topK,
    metric: settings.metric,
    ...(settings.combine === 'mean' ? {} : { combine: settings.combine }),
    onePerCell: settings.onePerCell,
    ...(settings.withoutFaults ? { withoutFaults: true } : {}),
    ...(settings.apartKm === undefined ? {} : { apartKm: settings.apartKm }),
    ...(areas.length === 0 ? {} : { areas }),
    ...(conditions.length === 0 ? {} : { where: conditions.join(' and ') }),
    excludeExamples: true,
    ...(settings.from === undefined ? {} : { from: settings.from }),
    ...(settings.to === undefined ? {} : { to: settings.to }),
  }
}

/** What is kept of a row that the user may come back to. */
export function placeOf(row: RowPlace): RowPlace {
  const { uniqueId, gridCell, lat, lon, timestamp, productId, fragmentRow, fragmentCol } = row
  const known = { uniqueId, gridCell, lat, lon, timestamp, productId, fragmentRow, fragmentCol }
  const present = Object.entries(known).filter(([, value]) => value !== undefined)
  return { row: row.row, ...Object.fromEntries(present) }
}

function placed(rows: readonly RowPlace[]): Place[] {
  return rows.flatMap(({ lat, lon }) => (lat === undefined || lon === undefined ? [] : [{ lat, lon }]))
}

// How alike every cell is to the query, as a layer of the globe with a threshold.

import type { FieldMatches, FieldRequest, ScoreField } from '../../shared/contract.ts'
import type { JobActions } from './jobs.ts'
import type { LayerActions, ValuesLayer } from './layers.ts'
import type { NoticeActions } from './notices.ts'
import { hasQuery, type SearchActions } from './search.ts'
import { type ActionContext, type AppState, latestOnly, patch } from './store.ts'

export type FieldReduction = FieldRequest['reduction']

export interface ScoreFieldState {
  /** job that makes it */
  readonly jobId: string | undefined
  /** what lies above the threshold, once it is known */
  readonly matches: (FieldMatches & { readonly layerId: string; readonly least: number }) | undefined
  readonly byPercentile: boolean
}

export const initialScoreField: ScoreFieldState = { jobId: undefined, matches: undefined, byPercentile: false }

export const fieldLayerId = 'field'
export type FieldLayer = ValuesLayer & { readonly source: Extract<ValuesLayer['source'], { kind: 'field' }> }

/** The layer of the score field; undefined when there is none. */
export function fieldLayer({ layers }: Pick<AppState, 'layers'>): FieldLayer | undefined {
  const layer = layers.cells.find(({ id }) => id === fieldLayerId)
  return layer?.kind === 'values' && layer.source.kind === 'field' ? (layer as FieldLayer) : undefined
}

export function scoreFieldActions(
  { store, client }: ActionContext,
  needs: {
    readonly jobs: JobActions
    readonly layers: LayerActions
    readonly notices: NoticeActions
    readonly search: SearchActions
  },
) {
  const { jobs, layers, notices, search } = needs
  const latest = latestOnly()
  const latestMatches = latestOnly()

  /** What lies above the threshold of the layer; the answer for an older threshold is dropped. */
  const count = async () => {
    const layer = fieldLayer(store.getState())
    const setId = store.getState().sets.currentId
    const least = layer?.style.least
    if (layer === undefined || setId === undefined || least === undefined) {
      latestMatches.forget()
      patch(store, 'scoreField', { matches: undefined })
      return
    }
    const { layerId } = layer.values
    try {
      const matches = await latestMatches(() => client.engine.fieldMatches({ setId, layerId, least }))
      if (matches !== undefined) patch(store, 'scoreField', { matches: { ...matches, layerId, least } })
    } catch (error) {
      notices.fail(error)
    }
  }

  const make = async (reduction: FieldReduction, { isRenewal }: { readonly isRenewal: boolean }) => {
    const query = search.query()
    if (query === undefined) {
      notices.show('info', 'Choose an example first: click a place on the globe and find what looks like it')
      return
    }
    try {
      const field = await latest(async () => {
        const { jobId } = await client.engine.scoreField({ query, reduction })
        patch(store, 'scoreField', { jobId })
        return await jobs.finish<ScoreField>(jobId)
      })
      if (field === undefined || store.getState().sets.currentId !== query.setId) return
      patch(store, 'scoreField', { jobId: undefined })
      const { layer, quantiles, scored, exact, tookMs } = field
      const source = {
        kind: 'field',
        reduction,
        metric: query.metric ?? 'cosine',
        quantiles,
        scored,
        exact,
        tookMs,
      } as const
      const before = fieldLayer(store.getState())
      const share = before?.style.least === undefined ? undefined : shareOf(before.source.quantiles, before.style.least)
      layers.show(fieldLayerId, source, layer, {
        isRenewal,
        // a threshold in percent stays where it is while the query changes
        style: share === undefined ? {} : { least: scoreAt(quantiles, share) },
      })
    } catch (error) {
      patch(store, 'scoreField', { jobId: undefined })
      notices.fail(error)
    }
  }

  const thresholdOf = (state: AppState) => {
    const layer = fieldLayer(state)
    return `${layer?.values.layerId} ${layer?.style.least}`
  }
  // undo and redo change the threshold too
  store.subscribe((now, before) => {
    if (now.layers === before.layers || layers.isMoving()) return
    if (thresholdOf(now) !== thresholdOf(before)) void count()
  })

  // a query that has been changed and asked again renews the field
  store.subscribe((now, before) => {
    if (now.search.answer === before.search.answer || now.sets.currentId !== before.sets.currentId) return
    const layer = fieldLayer(now)
    if (layer === undefined || !layer.shown || !hasQuery(now.search)) return
    void make(layer.source.reduction, { isRenewal: true })
  })

  return {
    /** Scores every row for the query and lays the result over the other maps. */
    make: (reduction: FieldReduction = 'max') => make(reduction, { isRenewal: false }),
    /** While a thumb is moved: the globe follows, nothing is counted yet. */
    moveThreshold: (least: number | undefined) => layers.moveStyle(fieldLayerId, { least }),
    async setThreshold(least: number | undefined) {
      layers.moveStyle(fieldLayerId, { least })
      layers.endMove()
      await count()
    },
    setByPercentile: (byPercentile: boolean) => patch(store, 'scoreField', { byPercentile }),
  }
}

export type ScoreFieldActions = ReturnType<typeof scoreFieldActions>

/** Score at a share of the rows, 0..1. */
export function scoreAt(quantiles: readonly number[], share: number): number {
  const at = Math.min(Math.max(share, 0), 1) * (quantiles.length - 1)
  const below = quantiles[Math.floor(at)] ?? 0
  return below + ((quantiles[Math.ceil(at)] ?? below) - below) * (at - Math.floor(at))
}

/** Share of the rows, 0..1, that score less. */
export function shareOf(quantiles: readonly number[], score: number): number {
  let [low, high] = [0, quantiles.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (quantiles[middle]! < score) low = middle + 1
    else high = middle
  }
  return Math.min(1, low / Math.max(1, quantiles.length - 1))
}

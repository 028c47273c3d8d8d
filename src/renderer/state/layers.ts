// What the globe shows beside the selection and the results: maps of the set's cells, one over the other, and what lies under them.

import type { CallInput, CellLayer, ScoreField } from '../../shared/contract.ts'
import type { HistoryActions } from './history.ts'
import type { NoticeActions } from './notices.ts'
import { type ActionContext, patch } from './store.ts'

/** How the values of a layer are coloured. */
export interface LayerStyle {
  readonly palette: string
  readonly isReversed: boolean
  /** of categories that have colours of their own, in place of the palette's */
  readonly colours?: readonly string[] | undefined
  /** values shown as the two ends of the palette; undefined: the 2nd and 98th percentile of the cells */
  readonly range: readonly [low: number, high: number] | undefined
  /** what is less is not shown */
  readonly least?: number | undefined
  /** categories that are not shown */
  readonly hidden: readonly number[]
}

/** Where the values of a layer come from; a kind of its own says what its card offers (panels/layers/layer-kinds.tsx). */
export type LayerSource =
  | { readonly kind: 'column'; readonly column: string; readonly asCategories: boolean }
  | ({
      readonly kind: 'field'
      readonly reduction: 'max' | 'mean'
      readonly metric: NonNullable<CallInput<'search'>['metric']>
    } & Pick<ScoreField, 'quantiles' | 'scored' | 'exact' | 'tookMs'>)
  /** of a class its probability, else the most probable class */
  | { readonly kind: 'probe'; readonly className: string | undefined }

export type CellsLayer = {
  readonly id: string
  readonly shown: boolean
  /** 0..1 */
  readonly opacity: number
} & (
  | { readonly kind: 'pca' }
  | {
      readonly kind: 'values'
      readonly source: LayerSource
      readonly values: CellLayer
      readonly style: LayerStyle
    }
)
export type ValuesLayer = Extract<CellsLayer, { kind: 'values' }>

export interface LayersState {
  /** of the set on the globe, topmost first; the map of all sets, `pca`, is always among them */
  readonly cells: readonly CellsLayer[]
  /** column whose layer is being made */
  readonly coming: string | undefined
  /** the whole Earth in a plane instead of a globe */
  readonly isFlat: boolean
  readonly footprints: boolean
  readonly results: boolean
  readonly labels: boolean
  readonly borders: boolean
  readonly graticule: boolean
}

export type LayerSwitch = 'isFlat' | 'footprints' | 'results' | 'labels' | 'borders' | 'graticule'

const pcaLayer: CellsLayer = { id: 'pca', kind: 'pca', shown: true, opacity: 0.85 }

export const initialLayers: LayersState = {
  cells: [pcaLayer],
  coming: undefined,
  isFlat: false,
  footprints: true,
  results: true,
  labels: true,
  borders: true,
  graticule: true,
}

/** Whether the PCA map is switched on. */
export function isMapShown({ cells }: LayersState): boolean {
  return cells.some(({ kind, shown }) => kind === 'pca' && shown)
}

/** What stays of the layers when another set comes on the globe. */
export function layersOfNewSet({ cells }: LayersState): Partial<LayersState> {
  return {
    cells: cells.filter(({ kind }) => kind === 'pca').map((layer) => ({ ...layer, shown: true })),
    coming: undefined,
  }
}

export function layerActions(
  { store, client }: ActionContext,
  { history, notices }: { readonly history: HistoryActions; readonly notices: NoticeActions },
) {
  history.keep('layers', ['cells', 'isFlat', 'footprints', 'results', 'labels', 'borders', 'graticule'])
  const layers = () => store.getState().layers
  const setCells = (cells: readonly CellsLayer[]) => patch(store, 'layers', { cells })
  const put = (id: string, part: object) =>
    setCells(layers().cells.map((layer) => (layer.id === id ? { ...layer, ...part } : layer)))

  /**
   * Lays values over the other maps, or in the place of the layer of that id, whose colours it keeps.
   * @param more a renewal follows from a change that undo already knows
   */
  const show = (
    id: string,
    source: LayerSource,
    values: CellLayer,
    more: { readonly isRenewal?: boolean; readonly style?: Partial<LayerStyle> } = {},
  ) => {
    if (more.isRenewal !== true) history.record()
    const before = layers().cells.find((layer) => layer.id === id)
    const isAlike = before?.kind === 'values' && before.values.values.kind === values.values.kind
    const { palette, isReversed } = isAlike ? before.style : initialStyle(values)
    const style = { ...initialStyle(values), palette, isReversed, ...more.style }
    const opacity = before?.opacity ?? 0.9
    const made: ValuesLayer = { id, kind: 'values', shown: true, opacity, source, values, style }
    setCells(
      before === undefined
        ? [made, ...layers().cells]
        : layers().cells.map((layer) => (layer.id === id ? made : layer)),
    )
  }

  const putStyle = (id: string, style: Partial<LayerStyle>) => {
    const layer = layers().cells.find((other) => other.id === id)
    if (layer?.kind === 'values') put(id, { style: { ...layer.style, ...style } })
  }
  /** a thumb is being moved: one step of undo, however many values it passes */
  let isMoving = false

  return {
    /** One of the switches of what is no map. */
    setSwitch(name: LayerSwitch, isOn: boolean) {
      history.record()
      patch(store, 'layers', { [name]: isOn })
    },
    /** Shows or hides a map. */
    setShown(id: string, shown: boolean) {
      history.record()
      put(id, { shown })
    },
    setOpacity: (id: string, opacity: number) => put(id, { opacity }),
    setStyle(id: string, style: Partial<LayerStyle>) {
      history.record()
      putStyle(id, style)
    },
    /** As `setStyle` while a thumb is moved; `endMove` when it is let go. */
    moveStyle(id: string, style: Partial<LayerStyle>) {
      if (!isMoving) history.record()
      isMoving = true
      putStyle(id, style)
    },
    endMove() {
      isMoving = false
    },
    isMoving: () => isMoving,
    /** @param ids of all maps in their new order, topmost first */
    reorder(ids: readonly string[]) {
      const { cells } = layers()
      history.record()
      setCells(ids.flatMap((id) => cells.filter((layer) => layer.id === id)))
    },
    remove(id: string) {
      history.record()
      setCells(layers().cells.filter((layer) => layer.id !== id || layer.kind === 'pca'))
    },
    show,
    /** Takes a layer away that no longer stands for anything: what took it away is what undo goes back over. */
    drop(id: string) {
      if (layers().cells.some((layer) => layer.id === id)) setCells(layers().cells.filter((layer) => layer.id !== id))
    },
    /** As a project has kept it, where the layer could be made again. */
    putBack(
      id: string,
      {
        shown,
        opacity,
        style,
      }: { shown: boolean; opacity: number; style?: Omit<LayerStyle, 'range'> & Partial<Pick<LayerStyle, 'range'>> },
    ) {
      put(id, { shown, opacity })
      if (style !== undefined) putStyle(id, style)
    },
    /** Colours the cells by a column. */
    async addColumn(column: string, asCategories = false) {
      const setId = store.getState().sets.currentId
      if (setId === undefined) return
      patch(store, 'layers', { coming: column })
      try {
        const values = await client.engine.columnLayer({ setId, column, asCategories })
        if (store.getState().sets.currentId === setId) {
          show(`column ${column}`, { kind: 'column', column, asCategories }, values)
        }
      } catch (error) {
        notices.fail(error)
      } finally {
        patch(store, 'layers', { coming: undefined })
      }
    },
  }
}

export type LayerActions = ReturnType<typeof layerActions>

function initialStyle({ values }: CellLayer): LayerStyle {
  const plain = { isReversed: false, range: undefined, hidden: [] }
  if (values.kind === 'category') {
    return {
      ...plain,
      palette: values.categories.length <= 7 ? 'okabe-ito' : values.categories.length <= 8 ? 'tol-light' : 'paired',
    }
  }
  return { ...plain, palette: values.kind === 'date' ? 'viridis' : 'cividis' }
}

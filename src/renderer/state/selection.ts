// The place the user chose: its cell with all rows, and one row in full.

import type { CellRows, RowDetail, RowPlace } from '../../shared/contract.ts'
import type { NoticeActions } from './notices.ts'
import { type ActionContext, latestOnly, patch } from './store.ts'
import type { ViewActions } from './view.ts'

export interface SelectionState {
  readonly cell: CellRows | undefined
  readonly row: RowDetail | undefined
  /** row being read; its place is known before its columns */
  readonly loadingRow: number | undefined
  readonly hoveredRow: number | undefined
}

export const initialSelection: SelectionState = {
  cell: undefined,
  row: undefined,
  loadingRow: undefined,
  hoveredRow: undefined,
}

/** A click finds the nearest cell within this many pixels, or within `nearestKm` when zoomed in. */
const reachPx = 14
const nearestKm = 15

export function selectionActions(
  { store, client }: ActionContext,
  { notices, view }: { readonly notices: NoticeActions; readonly view: ViewActions },
) {
  const latest = latestOnly()
  const selection = () => store.getState().selection

  const openInspector = () => {
    const isFirst = selection().row === undefined && selection().cell === undefined
    if (isFirst) view.showRight(true)
  }

  /** Row and cell go into the state together: an action never meets the row of one and the cell of another. */
  const show = async (read: () => Promise<Pick<SelectionState, 'row' | 'cell'> | undefined>) => {
    try {
      const found = await latest(read)
      if (found === undefined) return undefined
      openInspector()
      patch(store, 'selection', { ...found, loadingRow: undefined })
      return found.cell
    } catch (error) {
      patch(store, 'selection', { loadingRow: undefined })
      notices.fail(error)
      return undefined
    }
  }

  /** Shows one row, and the cell around it. */
  const selectRow = async (row: number) => {
    const setId = store.getState().sets.currentId
    if (setId === undefined) return
    patch(store, 'selection', { loadingRow: row })
    await show(async () => {
      const detail = await client.engine.row({ setId, row })
      const { gridCell } = detail
      const known = selection().cell
      if (gridCell === undefined) return { row: detail, cell: undefined }
      const cell = known?.gridCell === gridCell ? known : await client.engine.cellRows({ setId, gridCell })
      return { row: detail, cell }
    })
  }

  /** Shows a cell with its central row. @returns undefined when no row lies there */
  const selectCell = async (place: { gridCell: string } | { lat: number; lon: number; withinKm: number }) => {
    const setId = store.getState().sets.currentId
    if (setId === undefined) return undefined
    patch(store, 'selection', { loadingRow: undefined })
    return show(async () => {
      const cell = await client.engine.cellRows({ setId, ...place })
      const central = cell === undefined ? undefined : centralRow(cell.rows)
      if (cell === undefined || central === undefined) return undefined
      return { cell, row: await client.engine.row({ setId, row: central.row }) }
    })
  }

  return {
    selectRow,
    selectCell,
    /** Selects the nearest cell with rows around a click. */
    async selectPlace(place: { lat: number; lon: number }) {
      const metersPerPixel = store.getState().view.metersPerPixel ?? 1_000
      const withinKm = Math.max(nearestKm, (reachPx * metersPerPixel) / 1_000)
      const before = selection()
      const cell = await selectCell({ ...place, withinKm })
      const isUnanswered = cell === undefined && selection() === before
      if (isUnanswered) notices.show('info', `No fragment of this set within ${Math.round(withinKm)} km of this place`)
      return cell
    },
    hoverRow(hoveredRow: number | undefined) {
      if (hoveredRow !== selection().hoveredRow) patch(store, 'selection', { hoveredRow })
    },
    /** Nothing is selected; a row that is still on its way is not shown. */
    clear() {
      latest.forget()
      patch(store, 'selection', initialSelection)
      view.showRight(false)
    },
  }
}

export type SelectionActions = ReturnType<typeof selectionActions>

/** The row in the middle of its cell; of several dates the first. */
function centralRow(rows: CellRows['rows']): RowPlace | undefined {
  const last = Math.max(0, ...rows.map((row) => Math.max(row.fragmentRow ?? 0, row.fragmentCol ?? 0)))
  const offCentre = (row: RowPlace) => Math.hypot((row.fragmentRow ?? 0) - last / 2, (row.fragmentCol ?? 0) - last / 2)
  return rows.toSorted((a, b) => offCentre(a) - offCentre(b))[0]
}

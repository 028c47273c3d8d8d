// The selection of many rows, one for every view. The rows stay in the engine: here are its id, its count and where it is.

import type { CallInput, RowChoice, RowSelection } from '../../shared/contract.ts'
import type { HistoryActions } from './history.ts'
import type { NoticeActions } from './notices.ts'
import { type ActionContext, type AppState, latestOnly, patch } from './store.ts'

/** How a new choice meets the rows that are selected already. */
export type Combine = 'replace' | 'add' | 'subtract'
/** What a drag on the globe draws. */
export type AreaTool = 'box' | 'lasso'

export interface SelectionStep {
  readonly choice: RowChoice
  readonly combine: NonNullable<CallInput<'selectRows'>['combine']>
}

export interface RowSelectionState {
  readonly selection: RowSelection | undefined
  /** the choices that made it, for a project file */
  readonly steps: readonly SelectionStep[]
  readonly combine: Combine
  /** armed: the next drag on the globe selects; with Shift held a drag draws a box in any case */
  readonly tool: AreaTool | undefined
  readonly running: boolean
  /** what was drawn last, for a filter */
  readonly lastArea: RowChoice['polygon']
}

export const initialRowSelection: RowSelectionState = {
  selection: undefined,
  steps: [],
  combine: 'replace',
  tool: undefined,
  running: false,
  lastArea: undefined,
}

/** The selection of the set on the globe; undefined when no row is selected. */
export function selectedRows({
  rowSelection,
  sets,
}: Pick<AppState, 'rowSelection' | 'sets'>): RowSelection | undefined {
  const { selection } = rowSelection
  return selection?.setId === sets.currentId ? selection : undefined
}

export function rowSelectionActions(
  { store, client }: ActionContext,
  { history, notices }: { readonly history: HistoryActions; readonly notices: NoticeActions },
) {
  const latest = latestOnly()
  const current = () => selectedRows(store.getState())
  history.keep('rowSelection', ['selection', 'steps'])

  const ask = async (request: Omit<CallInput<'selectRows'>, 'setId' | 'base'>): Promise<RowSelection | undefined> => {
    const setId = store.getState().sets.currentId
    if (setId === undefined) return undefined
    const base = current()?.selectionId
    patch(store, 'rowSelection', { running: true, tool: undefined })
    try {
      const made = await latest(() =>
        client.engine.selectRows({ setId, ...request, ...(base === undefined ? {} : { base }) }),
      )
      if (made === undefined) return undefined
      history.record()
      const { choice = {}, combine = 'replace' } = request
      const before = combine === 'replace' ? [] : store.getState().rowSelection.steps
      patch(store, 'rowSelection', {
        running: false,
        ...(made.count === 0
          ? { selection: undefined, steps: [] }
          : { selection: made, steps: [...before, { choice, combine }] }),
      })
      return made
    } catch (error) {
      patch(store, 'rowSelection', { running: false })
      throw error
    }
  }

  return {
    /**
     * Selects rows, adds them or takes them away, as the panel says.
     * @returns what is selected now; undefined when a newer choice has been made meanwhile
     * @throws what the engine says of the choice
     */
    select: (choice: RowChoice, combine: Combine = store.getState().rowSelection.combine) => ask({ choice, combine }),
    /** One of the steps that a project has kept. */
    again: (choice: RowChoice, combine: SelectionStep['combine']) => ask({ choice, combine }),
    async invert() {
      await ask({ combine: 'invert' }).catch(notices.fail)
    },
    /** Selects what a drag on the globe went around. */
    async selectArea(polygon: NonNullable<RowChoice['polygon']>, combine?: Combine) {
      patch(store, 'rowSelection', { lastArea: polygon })
      const how = combine ?? store.getState().rowSelection.combine
      try {
        const made = await ask({ choice: { polygon }, combine: how })
        if (made?.count === 0 && how !== 'subtract')
          notices.show('info', 'No fragment of this set has its centre there')
      } catch (error) {
        notices.fail(error)
      }
    },
    clear() {
      if (current() === undefined) return
      history.record()
      patch(store, 'rowSelection', { selection: undefined, steps: [] })
    },
    setCombine: (combine: Combine) => patch(store, 'rowSelection', { combine }),
    /** Arms a tool, or puts it away when it is armed. */
    setTool(tool: AreaTool | undefined) {
      patch(store, 'rowSelection', { tool: store.getState().rowSelection.tool === tool ? undefined : tool })
    },
  }
}

export type RowSelectionActions = ReturnType<typeof rowSelectionActions>

/** Grid cells named anywhere in a text: a pasted list, a table, a file. */
export function cellsInText(text: string): readonly string[] {
  return [...new Set(text.toUpperCase().match(/(?<![A-Z0-9])\d+[UD]_\d+[LR](?![A-Z0-9])/g) ?? [])]
}

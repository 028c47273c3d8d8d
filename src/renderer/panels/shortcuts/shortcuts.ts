// Every key of the window, once: the handler and the sheet read the same list.

import type { App } from '../../state/app.ts'
import { selectedRows } from '../../state/row-selection.ts'
import { currentSet } from '../../state/sets.ts'
import { searchBoxId } from '../header/SearchBox.tsx'

export interface Shortcut {
  /** as `KeyboardEvent.key`, lower case; `ctrl+` and `shift+` in front where held */
  readonly keys: readonly string[]
  /** as the sheet shows it */
  readonly shown: string
  readonly does: string
  readonly needsSet?: boolean
  /** one of several keys that the sheet shows as one */
  readonly isOneOfMany?: boolean
  /** false: not among the commands of the palette */
  readonly inPalette?: boolean
  run(app: App): void
}

const focusSearch = () => document.getElementById(searchBoxId)?.focus()

/** 1 to 9 give a class to the fragment that is looked at, 0 takes it away. */
const digits = Array.from(
  { length: 10 },
  (_, digit): Shortcut => ({
    keys: [String(digit)],
    shown: digit === 1 ? '1 … 9' : String(digit),
    does: digit === 0 ? 'Take the label of the fragment away' : 'Label the fragment with the class of that number',
    needsSet: true,
    inPalette: false,
    isOneOfMany: digit > 1,
    run: (app) => app.labels.giveByDigit(digit),
  }),
)

export const shortcuts: readonly Shortcut[] = [
  {
    keys: ['ctrl+k'],
    shown: 'Ctrl K',
    does: 'All commands, by name',
    inPalette: false,
    run: (app) => app.view.openDialog('palette'),
  },
  { keys: ['/'], shown: '/', does: 'Go to a cell or a place', needsSet: true, run: focusSearch },
  {
    keys: ['f'],
    shown: 'F',
    does: 'Find similar to the selected fragment',
    needsSet: true,
    run: (app) => void app.search.findSimilar(),
  },
  {
    keys: ['a'],
    shown: 'A',
    does: 'Add the selected fragment as example',
    needsSet: true,
    run: (app) => void app.search.addExample(),
  },
  {
    keys: ['x'],
    shown: 'X',
    does: 'Add the selected fragment as counter-example',
    needsSet: true,
    run: (app) => void app.search.addExample(-0.5),
  },
  {
    keys: ['arrowright', 'arrowdown'],
    shown: '→ or ↓',
    does: 'Next result',
    needsSet: true,
    run: (app) => void app.search.stepResult(1),
  },
  {
    keys: ['arrowleft', 'arrowup'],
    shown: '← or ↑',
    does: 'Previous result',
    needsSet: true,
    run: (app) => void app.search.stepResult(-1),
  },
  {
    keys: [' '],
    shown: 'Space',
    does: 'Pin the result or fragment, or take the pin away',
    needsSet: true,
    run: (app) => app.pins.toggleActive(),
  },
  {
    keys: ['g'],
    shown: 'G',
    does: 'Show the selected fragments as a table',
    needsSet: true,
    run: (app) => app.view.showDock(true, 'selected'),
  },
  {
    keys: ['b'],
    shown: 'B',
    does: 'Select with a box on the globe',
    needsSet: true,
    run: (app) => app.rowSelection.setTool('box'),
  },
  {
    keys: ['l'],
    shown: 'L',
    does: 'Select with a lasso on the globe',
    needsSet: true,
    run: (app) => app.rowSelection.setTool('lasso'),
  },
  { keys: ['e'], shown: 'E', does: 'Export', needsSet: true, run: (app) => app.view.openDialog('export') },
  { keys: ['o'], shown: 'O', does: 'Open embeddings or imagery', run: (app) => void app.files.choose() },
  { keys: ['m'], shown: 'M', does: 'Models: download, build, add', run: (app) => app.library.open() },
  {
    keys: ['['],
    shown: '[',
    does: 'Show or hide the left panel',
    needsSet: true,
    run: (app) => app.view.showLeft(!app.store.getState().view.left),
  },
  {
    keys: [']'],
    shown: ']',
    does: 'Show or hide the right panel',
    needsSet: true,
    run: (app) => app.view.showRight(!app.store.getState().view.right),
  },
  {
    keys: ['s'],
    shown: 'S',
    does: 'Map how alike every cell is to the query',
    needsSet: true,
    run: (app) => void app.scoreField.make(),
  },
  {
    keys: ['p'],
    shown: 'P',
    does: 'Switch between globe and flat map',
    needsSet: true,
    run: (app) => app.layers.setSwitch('isFlat', !app.store.getState().layers.isFlat),
  },
  {
    keys: ['n'],
    shown: 'N',
    does: 'Look at what the probe is least sure of',
    needsSet: true,
    run: (app) => void app.labels.nextToLabel(),
  },
  ...digits.toSorted((a, b) => Number(a.keys[0] === '0') - Number(b.keys[0] === '0')),
  {
    keys: ['d'],
    shown: 'D',
    does: 'Show or hide the results',
    needsSet: true,
    run: (app) => app.view.showDock(!app.store.getState().view.dock),
  },
  {
    keys: ['j'],
    shown: 'J',
    does: 'Show or hide the jobs',
    run: (app) => app.view.showJobs(!app.store.getState().view.jobsOpen),
  },
  { keys: ['t'], shown: 'T', does: 'Switch between light and dark', run: (app) => app.view.nextTheme() },
  {
    keys: ['ctrl+s'],
    shown: 'Ctrl S',
    does: 'Save the project: sets, query, layers, selection, view',
    needsSet: true,
    run: (app) => void app.project.save(),
  },
  {
    keys: ['ctrl+shift+s'],
    shown: 'Ctrl Shift S',
    does: 'Save the project as another file',
    needsSet: true,
    run: (app) => void app.project.save({ isNew: true }),
  },
  { keys: ['ctrl+z'], shown: 'Ctrl Z', does: 'Undo the last change', run: (app) => app.undo() },
  { keys: ['ctrl+shift+z', 'ctrl+y'], shown: 'Ctrl Shift Z', does: 'Redo', run: (app) => app.redo() },
  { keys: ['?'], shown: '?', does: 'Keyboard shortcuts', run: (app) => app.view.openDialog('shortcuts') },
  {
    keys: ['escape'],
    shown: 'Esc',
    does: 'Close the dialog, then drawing, jobs, results, selection',
    inPalette: false,
    run: closeOne,
  },
]

/** Whether a shortcut can do something now. */
export function isUsable(shortcut: Shortcut, app: App): boolean {
  return shortcut.needsSet !== true || currentSet(app.store.getState()) !== undefined
}

/** The event's key in the spelling of `Shortcut.keys`. */
export function keysOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey'>): string {
  const key = event.key.toLowerCase()
  const isHeld = event.ctrlKey || event.metaKey
  return isHeld ? `ctrl+${event.shiftKey ? 'shift+' : ''}${key}` : key
}

function closeOne(app: App): void {
  const state = app.store.getState()
  const { view, search, selection, rowSelection } = state
  if (rowSelection.tool !== undefined) app.rowSelection.setTool(undefined)
  else if (view.jobsOpen) app.view.showJobs(false)
  else if (search.answer !== undefined || search.running) app.search.clearResults()
  else if (selectedRows(state) !== undefined) app.rowSelection.clear()
  else if (selection.row !== undefined || selection.cell !== undefined) app.selection.clear()
}

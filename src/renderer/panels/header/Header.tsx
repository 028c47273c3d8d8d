// Header: mark, set, undo, search box, count with export beside it.

import { PanelBottom, PanelLeft, PanelRight, Redo2, Undo2, Upload } from 'lucide-react'
import { Button as AriaButton, Group } from 'react-aria-components'
import { Button, IconButton, WithTooltip } from '../../controls/Button.tsx'
import { selectedRows } from '../../state/row-selection.ts'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countText } from '../wording.ts'
import { SearchBox } from './SearchBox.tsx'
import { SetMenu } from './SetMenu.tsx'

export function Header() {
  const hasSet = useAppState((state) => currentSet(state) !== undefined)
  return (
    <header className="header">
      <div className="header-side">
        <Mark />
        <h1 className="strong">Ground Control</h1>
        {hasSet && <SetMenu />}
        {hasSet && <UndoRedo />}
      </div>
      {hasSet && <SearchBox />}
      <div className="header-side header-end">
        {hasSet && <CountAndExport />}
        {hasSet && <PanelToggles />}
      </div>
    </header>
  )
}

function Mark() {
  return (
    <svg className="mark" viewBox="0 0 20 20" aria-hidden="true">
      <circle cx="10" cy="10" r="9.5" fill="#3f6fb5" />
      <path d="M10 .5a9.5 9.5 0 0 1 9.5 9.5H10z" fill="#c9a55c" />
      <path d="M.5 10H10v9.5A9.5 9.5 0 0 1 .5 10z" fill="#3f8f63" />
      <path d="M10 10h9.5a9.5 9.5 0 0 1-9.5 9.5z" fill="#7fb4d6" />
    </svg>
  )
}

function UndoRedo() {
  const app = useApp()
  const canUndo = useAppState((state) => state.history.past.some((step) => step.setId === state.sets.currentId))
  const canRedo = useAppState((state) => state.history.future.some((step) => step.setId === state.sets.currentId))
  return (
    <Group className="header-group" aria-label="History">
      <IconButton label="Undo" keys="Ctrl Z" isDisabled={!canUndo} onPress={() => app.undo()}>
        <Undo2 />
      </IconButton>
      <IconButton label="Redo" keys="Ctrl Shift Z" isDisabled={!canRedo} onPress={() => app.redo()}>
        <Redo2 />
      </IconButton>
    </Group>
  )
}

function CountAndExport() {
  const { view } = useApp()
  const total = useAppState((state) => currentSet(state)?.count ?? 0)
  const selection = useAppState(selectedRows)
  const found = useAppState((state) => state.search.answer?.hits.length)
  return (
    <>
      {selection !== undefined && (
        <WithTooltip label="Show the selection">
          <AriaButton className="count-pill count-selected" onPress={() => view.showLeft(true, 'selection')}>
            <b>{countText(selection.count)}</b> selected
          </AriaButton>
        </WithTooltip>
      )}
      <output className="count-pill" aria-label="Fragments shown">
        {found === undefined ? (
          <span>
            <b>{countText(total)}</b> {nounOf(total)}
          </span>
        ) : (
          <span>
            <b>{countText(found)}</b> of {countText(total)} {nounOf(total)}
          </span>
        )}
      </output>
      <WithTooltip label="Export rows as GeoParquet, GeoJSON, CSV or NumPy" keys="E">
        <Button onPress={() => view.openDialog('export')}>
          <Upload aria-hidden />
          Export
        </Button>
      </WithTooltip>
    </>
  )
}

const nounOf = (count: number) => (count === 1 ? 'fragment' : 'fragments')

/** One button for each region around the globe. */
function PanelToggles() {
  const { view } = useApp()
  const left = useAppState((state) => state.view.left)
  const right = useAppState((state) => state.view.right)
  const dock = useAppState((state) => state.view.dock)
  return (
    <Group className="header-group" aria-label="Panels">
      <IconButton
        label={left ? 'Hide the left panel' : 'Show the left panel'}
        keys="["
        className={left ? 'toggle-on' : ''}
        onPress={() => view.showLeft(!left)}
      >
        <PanelLeft />
      </IconButton>
      <IconButton
        label={dock ? 'Hide the results' : 'Show the results'}
        keys="D"
        className={dock ? 'toggle-on' : ''}
        onPress={() => view.showDock(!dock)}
      >
        <PanelBottom />
      </IconButton>
      <IconButton
        label={right ? 'Hide the fragment' : 'Show the fragment'}
        keys="]"
        className={right ? 'toggle-on' : ''}
        onPress={() => view.showRight(!right)}
      >
        <PanelRight />
      </IconButton>
    </Group>
  )
}

// The selected row: thumbnail, actions, every column, and its cell.

import { ChevronLeft, ChevronRight, ListOrdered, MousePointerClick } from 'lucide-react'
import { useState } from 'react'
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover, Text } from 'react-aria-components'
import type { RowDetail } from '../../../shared/contract.ts'
import { Button, IconButton, WithTooltip } from '../../controls/Button.tsx'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countText } from '../wording.ts'
import { CellFragments } from './CellFragments.tsx'
import { Columns } from './Columns.tsx'
import { Neighbours } from './Neighbours.tsx'
import { Thumbnail } from './Thumbnail.tsx'

export function Inspector() {
  const row = useAppState((state) => state.selection.row)
  if (row === undefined) return <Offer />
  return (
    <>
      <section className="section" aria-label="Selected fragment">
        <div className="section-head">
          <h2 className="strong">Fragment</h2>
          <Position />
          <RowStepper row={row.row} />
        </div>
        <Picture row={row} />
        <Actions row={row} />
        <Columns row={row} />
      </section>
      <CellFragments />
      <Neighbours />
    </>
  )
}

function Offer() {
  const { selection } = useApp()
  const hasPlaces = useAppState((state) => (currentSet(state)?.cellCount ?? 1) > 0)
  if (!hasPlaces) {
    return (
      <div className="empty">
        <ListOrdered aria-hidden />
        <p className="strong">No fragment selected</p>
        <p className="dim">The rows of this set have no place on the globe. Step through them from the first.</p>
        <Button onPress={() => void selection.selectRow(0)}>Show the first row</Button>
      </div>
    )
  }
  return (
    <div className="empty">
      <MousePointerClick aria-hidden />
      <p className="strong">No fragment selected</p>
      <p className="dim">
        Click a place on the globe, or go to a cell with the / key. Its fragments, columns and thumbnail show here.
      </p>
    </div>
  )
}

/** Rows without a place cannot be clicked on the globe: they are stepped through. */
function RowStepper({ row }: { readonly row: number }) {
  const { selection } = useApp()
  const set = useAppState(currentSet)
  if (set === undefined || set.cellCount > 0) return null
  const step = (by: number) => void selection.selectRow((row + by + set.count) % set.count)
  return (
    <span className="row">
      <IconButton label="Previous row" small onPress={() => step(-1)}>
        <ChevronLeft />
      </IconButton>
      <span className="faint">
        row {countText(row + 1)} of {countText(set.count)}
      </span>
      <IconButton label="Next row" small onPress={() => step(1)}>
        <ChevronRight />
      </IconButton>
    </span>
  )
}

/** `result 3 of 60` while stepping through results */
function Position() {
  const at = useAppState(
    (state) => state.search.answer?.hits.findIndex((hit) => hit.row === state.selection.row?.row) ?? -1,
  )
  const count = useAppState((state) => state.search.answer?.hits.length ?? 0)
  return <span className="faint">{at === -1 ? '1 selected' : `result ${at + 1} of ${count}`}</span>
}

function Picture({ row }: { readonly row: RowDetail }) {
  const [isWhole, setIsWhole] = useState(false)
  const synthetic = useAppState((state) => currentSet(state)?.synthetic ?? false)
  if (row.thumbnailUrl === undefined) return null
  return (
    <AriaButton
      className="picture"
      data-whole={isWhole || undefined}
      aria-label={isWhole ? 'Show less of the thumbnail' : 'Show the whole thumbnail'}
      onPress={() => setIsWhole(!isWhole)}
    >
      <Thumbnail url={row.thumbnailUrl} alt={`Thumbnail of ${row.gridCell ?? `row ${row.row}`}`} eager />
      {synthetic && <span className="picture-note">synthetic</span>}
    </AriaButton>
  )
}

function Actions({ row }: { readonly row: RowDetail }) {
  const app = useApp()
  const isExample = useAppState((state) => state.search.examples.some((example) => example.place.row === row.row))
  const copy = (text: string) => navigator.clipboard.writeText(text).catch(app.notices.fail)
  return (
    <div className="row actions">
      <WithTooltip label="Nearest fragments of this set" keys="F">
        <Button look="primary" onPress={() => app.search.findSimilar()}>
          Find similar
        </Button>
      </WithTooltip>
      <WithTooltip label={isExample ? 'Already in the query' : 'Search with several examples'} keys="A">
        <Button isDisabled={isExample} onPress={() => app.search.addExample()}>
          Add as example
        </Button>
      </WithTooltip>
      <MenuTrigger>
        <Button aria-label="More">⋯</Button>
        <Popover className="popover" offset={4} placement="bottom end">
          <Menu className="menu" aria-label="More for this fragment">
            <MenuItem className="menu-item" onAction={() => app.search.addExample(-0.5)}>
              <Text slot="label">Add as counter-example</Text>
              <kbd>X</kbd>
            </MenuItem>
            {row.lat !== undefined && row.lon !== undefined && (
              <MenuItem
                className="menu-item"
                onAction={() => app.view.flyTo({ lat: row.lat ?? 0, lon: row.lon ?? 0, zoom: closeZoom })}
              >
                <Text slot="label">Fly there</Text>
              </MenuItem>
            )}
            {row.uniqueId !== undefined && (
              <MenuItem className="menu-item" onAction={() => copy(row.uniqueId ?? '')}>
                <Text slot="label">Copy unique id</Text>
              </MenuItem>
            )}
            {row.productId !== undefined && (
              <MenuItem className="menu-item" onAction={() => copy(row.productId ?? '')}>
                <Text slot="label">Copy product id</Text>
              </MenuItem>
            )}
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  )
}

/** Footprints of a 10 km cell fill the map. */
const closeZoom = 10.5

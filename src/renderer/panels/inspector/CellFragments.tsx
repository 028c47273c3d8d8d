// The fragments of the selected cell as they lie on the ground; hovering one shows its footprint on the globe.

import { useEffect, useMemo, useState } from 'react'
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import type { CellRows } from '../../../shared/contract.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countOf, dateText, fragmentText } from '../wording.ts'
import { Thumbnail } from './Thumbnail.tsx'

type CellRow = CellRows['rows'][number]

export function CellFragments() {
  const cell = useAppState((state) => state.selection.cell)
  const selected = useAppState((state) => state.selection.row)
  const dates = useMemo(() => datesOf(cell?.rows ?? []), [cell])
  const [date, setDate] = useState<string>()
  useEffect(() => setDate(selected?.timestamp), [selected?.timestamp])
  if (cell === undefined || cell.rows.length < 2) return null
  const shown = dates.length > 1 ? cell.rows.filter((row) => row.timestamp === (date ?? dates[0])) : cell.rows

  return (
    <section className="section" aria-label="Cell">
      <div className="section-head">
        <h2 className="strong">Cell {cell.gridCell}</h2>
        <span className="faint">{countOf(shown.length, 'fragment')}</span>
      </div>
      {dates.length > 1 && (
        <ToggleButtonGroup
          className="segmented"
          aria-label="Date"
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[date ?? dates[0] ?? '']}
          onSelectionChange={(keys) => setDate(String([...keys][0]))}
        >
          {dates.map((day) => (
            <ToggleButton key={day} id={day} className="segment">
              {dateText(day)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      )}
      <FragmentGrid rows={shown} />
    </section>
  )
}

function FragmentGrid({ rows }: { readonly rows: readonly CellRow[] }) {
  const { selection } = useApp()
  const selectedRow = useAppState((state) => state.selection.loadingRow ?? state.selection.row?.row)
  const hoveredRow = useAppState((state) => state.selection.hoveredRow)
  const columns = Math.max(1, ...rows.map((row) => (row.fragmentCol ?? 0) + 1))
  const isLaidOut = rows.every((row) => row.fragmentRow !== undefined && row.fragmentCol !== undefined)
  return (
    <ul
      className="fragment-grid"
      style={{ gridTemplateColumns: `repeat(${isLaidOut ? Math.max(columns, 3) : 5}, 1fr)` }}
      onPointerLeave={() => selection.hoverRow(undefined)}
    >
      {rows.map((row) => (
        <li
          key={row.row}
          style={isLaidOut ? { gridRow: (row.fragmentRow ?? 0) + 1, gridColumn: (row.fragmentCol ?? 0) + 1 } : {}}
        >
          <button
            type="button"
            className={row.thumbnailUrl === undefined ? 'fragment fragment-word' : 'fragment'}
            aria-pressed={row.row === selectedRow}
            data-hovered={row.row === hoveredRow || undefined}
            aria-label={`Fragment ${fragmentText(row) || row.row}`}
            onPointerEnter={() => selection.hoverRow(row.row)}
            onFocus={() => selection.hoverRow(row.row)}
            onBlur={() => selection.hoverRow(undefined)}
            onClick={() => selection.selectRow(row.row)}
          >
            {row.thumbnailUrl === undefined ? fragmentText(row) : <Thumbnail url={row.thumbnailUrl} alt="" />}
          </button>
        </li>
      ))}
    </ul>
  )
}

function datesOf(rows: readonly CellRow[]): readonly string[] {
  return [...new Set(rows.map((row) => row.timestamp).filter((day) => day !== undefined))].toSorted()
}

import { useMemo } from 'react'
import type { RowDetail } from '../../../shared/contract.ts'
import { currentSet } from '../../state/sets.ts'
import { useAppState } from '../../state/use-app.ts'
import { modelText } from '../wording.ts'
import { columnLines } from './columns-of.ts'

export function Columns({ row }: { readonly row: RowDetail }) {
  const hit = useAppState((state) => state.search.answer?.hits.find((other) => other.row === row.row))
  const set = useAppState(currentSet)
  const cell = useAppState((state) => state.selection.cell)
  const lines = useMemo(() => {
    const rows = cell !== undefined && cell.rows.length > 1 ? cell.rows : []
    const last = Math.max(0, ...rows.map((other) => Math.max(other.fragmentRow ?? 0, other.fragmentCol ?? 0)))
    const model = set?.model === undefined ? undefined : modelText(set)
    return columnLines(row, { hit, model, fragmentsPerSide: last > 0 ? last + 1 : undefined })
  }, [row, hit, set, cell])
  return (
    <dl className="facts" aria-label="Columns of the row">
      {lines.map((line) => (
        <div key={line.label} className="fact">
          <dt title={line.columns.join(', ')}>{line.label}</dt>
          <dd className={line.mono === true ? 'mono' : ''} title={line.value}>
            {line.value}
          </dd>
        </div>
      ))}
    </dl>
  )
}

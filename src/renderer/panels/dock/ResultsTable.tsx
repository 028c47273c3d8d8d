// Results as a table that sorts by any column.

import { ArrowDown, ArrowUp } from 'lucide-react'
import { useMemo } from 'react'
import { Cell, Column, Row, Table, TableBody, TableHeader, TableLayout, Virtualizer } from 'react-aria-components'
import type { SearchHit } from '../../../shared/contract.ts'
import { type Measure, measureOf } from '../../state/likeness.ts'
import { type SortColumn, sortedHits } from '../../state/sorted-hits.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { dateText, distanceText, fragmentText, likenessNames, likenessText, placeText } from '../wording.ts'
import { NoResults } from './ResultsHead.tsx'

interface TableColumn {
  readonly id: SortColumn
  readonly label: string
  /** pixels, or the least of a column that takes what the others leave */
  readonly widthPx: number
  readonly isWide?: boolean
  /** numbers stand under each other by their last digit */
  readonly isNumber?: boolean
  readonly mono?: boolean
  text(hit: SearchHit, rank: number): string
}

const columnsOf = (measure: Measure): readonly TableColumn[] => [
  { id: 'rank', label: 'Rank', widthPx: 60, isNumber: true, text: (_hit, rank) => String(rank) },
  { id: 'likeness', label: likenessNames[measure], widthPx: 104, isNumber: true, text: likenessText },
  { id: 'gridCell', label: 'Cell', widthPx: 100, text: (hit) => hit.gridCell ?? `row ${hit.row}` },
  { id: 'fragment', label: 'Fragment', widthPx: 88, text: fragmentText },
  { id: 'timestamp', label: 'Date', widthPx: 108, text: (hit) => dateText(hit.timestamp) },
  {
    id: 'distanceKm',
    label: 'Distance',
    widthPx: 88,
    isNumber: true,
    text: (hit) => (hit.distanceKm === undefined ? '' : distanceText(hit.distanceKm)),
  },
  {
    id: 'place',
    label: 'Centre',
    widthPx: 172,
    isNumber: true,
    mono: true,
    text: (hit) => (hit.lat === undefined || hit.lon === undefined ? '' : placeText(hit.lat, hit.lon)),
  },
  { id: 'productId', label: 'Product', widthPx: 160, isWide: true, mono: true, text: (hit) => hit.productId ?? '' },
]
const columns: Readonly<Record<Measure, readonly TableColumn[]>> = {
  similarity: columnsOf('similarity'),
  distance: columnsOf('distance'),
}

const classOf = (base: string, { isNumber = false, mono = false }: TableColumn) =>
  [base, ...(isNumber ? ['table-number'] : []), ...(mono ? ['mono'] : [])].join(' ')

export function ResultsTable() {
  const app = useApp()
  const answer = useAppState((state) => state.search.answer)
  const sort = useAppState((state) => state.search.sort)
  const activeRow = useAppState((state) => state.search.activeRow)
  const hits = useMemo(() => sortedHits({ answer, sort }), [answer, sort])
  const ranks = useMemo(() => new Map(answer?.hits.map((hit, index) => [hit.row, index + 1])), [answer])
  if (answer === undefined || hits.length === 0) return <NoResults />
  const shown = columns[measureOf(answer)]
  const show = (row: number) => {
    const hit = hits.find((other) => other.row === row)
    if (hit !== undefined) app.search.showHit(hit).catch(app.notices.fail)
  }
  return (
    <Virtualizer layout={TableLayout} layoutOptions={{ rowHeight: rowPx, headingHeight: rowPx + 2 }}>
      <Table
        className="table"
        aria-label="Results"
        selectionMode="single"
        selectionBehavior="replace"
        disallowEmptySelection
        selectedKeys={activeRow === undefined ? [] : [activeRow]}
        onSelectionChange={(keys) => {
          const [row] = keys === 'all' ? [] : [...keys]
          if (row !== undefined && row !== activeRow) show(Number(row))
        }}
        sortDescriptor={sort}
        onSortChange={(next) =>
          app.search.setSort({ column: next.column as SortColumn, direction: next.direction ?? 'ascending' })
        }
      >
        <TableHeader columns={shown} className="table-head" dependencies={[shown]}>
          {(column) => (
            <Column
              id={column.id}
              isRowHeader={column.id === 'gridCell'}
              allowsSorting
              width={column.isWide === true ? '1fr' : column.widthPx}
              minWidth={column.widthPx}
              className={column.isNumber === true ? 'table-column table-number' : 'table-column'}
            >
              {({ sortDirection }) => (
                <>
                  {column.label}
                  {sortDirection === 'ascending' && <ArrowUp aria-hidden />}
                  {sortDirection === 'descending' && <ArrowDown aria-hidden />}
                </>
              )}
            </Column>
          )}
        </TableHeader>
        <TableBody items={hits} dependencies={[ranks]}>
          {(hit) => (
            <Row id={hit.row} className="table-row" columns={shown}>
              {(column) => <ResultCell column={column} text={column.text(hit, ranks.get(hit.row) ?? 0)} />}
            </Row>
          )}
        </TableBody>
      </Table>
    </Virtualizer>
  )
}

function ResultCell({ column, text }: { readonly column: TableColumn; readonly text: string }) {
  return (
    <Cell className={classOf('table-cell', column)}>
      <span title={column.isWide === true ? text : undefined}>{text}</span>
    </Cell>
  )
}

/** Eight rows fit into the dock's own height. */
const rowPx = 24

// The selected rows as a table, a page at a time in the order of the file; a click looks at one.

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Cell, Column, Row, Table, TableBody, TableHeader, TableLayout, Virtualizer } from 'react-aria-components'
import type { SelectedRow } from '../../../shared/contract.ts'
import { IconButton } from '../../controls/Button.tsx'
import { selectedRows } from '../../state/row-selection.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countText, dateText, fragmentText, placeText } from '../wording.ts'

const pageRows = 1000
const rowPx = 24

const columns: readonly { id: string; label: string; widthPx: number; text(row: SelectedRow): string }[] = [
  { id: 'row', label: 'Row', widthPx: 80, text: ({ row }) => countText(row) },
  { id: 'gridCell', label: 'Cell', widthPx: 98, text: ({ gridCell }) => gridCell ?? '' },
  { id: 'fragment', label: 'Fragment', widthPx: 74, text: fragmentText },
  { id: 'timestamp', label: 'Date', widthPx: 100, text: ({ timestamp }) => dateText(timestamp) },
  {
    id: 'place',
    label: 'Centre',
    widthPx: 148,
    text: ({ lat, lon }) => (lat === undefined || lon === undefined ? '' : placeText(lat, lon, 3)),
  },
  { id: 'productId', label: 'Product', widthPx: 320, text: ({ productId }) => productId ?? '' },
]

export function SelectedTable() {
  const { client, selection, notices } = useApp()
  const selected = useAppState(selectedRows)
  const lookedAt = useAppState((state) => state.selection.row?.row)
  const [page, setPage] = useState(0)
  const [rows, setRows] = useState<readonly SelectedRow[]>([])
  const selectionId = selected?.selectionId
  const setId = selected?.setId
  // biome-ignore lint/correctness/useExhaustiveDependencies: another selection begins with its first page
  useEffect(() => setPage(0), [selectionId])
  useEffect(() => {
    if (setId === undefined || selectionId === undefined) return setRows([])
    let isLatest = true
    client.engine.selectedRows({ setId, selectionId, from: page * pageRows, count: pageRows }).then((found) => {
      if (isLatest) setRows(found)
    }, notices.fail)
    return () => {
      isLatest = false
    }
  }, [client, notices, setId, selectionId, page])
  if (selected === undefined) {
    return <p className="empty dim">No fragment is selected. Drag a box on the globe with Shift held.</p>
  }
  const from = page * pageRows
  const to = Math.min(from + pageRows, selected.count)
  return (
    <>
      {selected.count > pageRows && (
        <div className="row selected-pages">
          <IconButton small label="Rows before" isDisabled={page === 0} onPress={() => setPage(page - 1)}>
            <ChevronLeft />
          </IconButton>
          <span className="dim" role="status">
            {countText(from + 1)} to {countText(to)} of {countText(selected.count)}
          </span>
          <IconButton small label="Rows after" isDisabled={to === selected.count} onPress={() => setPage(page + 1)}>
            <ChevronRight />
          </IconButton>
        </div>
      )}
      <Virtualizer layout={TableLayout} layoutOptions={{ rowHeight: rowPx, headingHeight: rowPx + 2 }}>
        <Table
          className="table"
          aria-label="Selected fragments"
          selectionMode="single"
          selectionBehavior="replace"
          selectedKeys={lookedAt === undefined ? [] : [lookedAt]}
          onSelectionChange={(keys) => {
            const [row] = keys === 'all' ? [] : [...keys]
            if (row !== undefined) selection.selectRow(Number(row)).catch(notices.fail)
          }}
        >
          <TableHeader columns={columns} className="table-head">
            {({ id, label, widthPx }) => (
              <Column id={id} isRowHeader={id === 'gridCell'} width={widthPx} className="table-column">
                {label}
              </Column>
            )}
          </TableHeader>
          <TableBody items={rows} dependencies={[rows]}>
            {(row) => (
              <Row id={row.row} className="table-row" columns={columns}>
                {({ text }) => <Cell className="table-cell">{text(row)}</Cell>}
              </Row>
            )}
          </TableBody>
        </Table>
      </Virtualizer>
    </>
  )
}

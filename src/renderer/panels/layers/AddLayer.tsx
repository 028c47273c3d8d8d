// Another map of the set: the cells coloured by one of its columns.

import { Plus } from 'lucide-react'
import { useMemo } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import type { SetSummary } from '../../../shared/contract.ts'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'

export function AddLayer() {
  const { layers } = useApp()
  const set = useAppState(currentSet)
  const coming = useAppState((state) => state.layers.coming)
  const columns = useMemo(() => set && colourColumns(set), [set])
  if (columns === undefined || columns.length === 0) return null
  return (
    <MenuTrigger>
      <Button className="button button-quiet button-small" isPending={coming !== undefined}>
        <Plus aria-hidden />
        {coming === undefined ? 'Colour by' : `Reading ${coming}`}
      </Button>
      <Popover className="popover" offset={4} placement="bottom end">
        <Menu className="list-box" aria-label="Columns" onAction={(column) => void layers.addColumn(String(column))}>
          {columns.map(({ name, type }) => (
            <MenuItem key={name} id={name} textValue={name} className="list-box-item">
              <span>{name}</span>
              <span className="option-note">{typeNames[type] ?? 'number'}</span>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

const typeNames: Readonly<Record<string, string>> = {
  Utf8: 'text',
  Bool: 'yes or no',
  Timestamp: 'date',
  Date32: 'date',
}

/** Columns with one number, text or date a row. */
function colourColumns({ columns }: SetSummary): SetSummary['columns'] {
  return columns.filter(({ type }) => type in typeNames || /^(Uint|Int|Float)\d+$|^Decimal/.test(type))
}

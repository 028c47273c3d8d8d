// Numbers along a scale, or each by itself: codes of classes are numbers too.

import { Switch } from '../../controls/Switch.tsx'
import type { ValuesLayer } from '../../state/layers.ts'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'

export function ColumnSettings({ layer }: { readonly layer: ValuesLayer }) {
  const { layers } = useApp()
  const { source } = layer
  const column = source.kind === 'column' ? source.column : undefined
  const type = useAppState((state) => currentSet(state)?.columns.find(({ name }) => name === column)?.type)
  if (source.kind !== 'column' || type === undefined || !/^(Uint|Int)\d+$/.test(type)) return null
  return (
    <Switch isOn={source.asCategories} onChange={(isOn) => void layers.addColumn(source.column, isOn)}>
      Every number by itself
    </Switch>
  )
}

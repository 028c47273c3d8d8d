// Numbers along a scale, or each by itself: codes of classes are numbers too.

import { Switch } from '../../controls/Switch.tsx'
import type { ValuesLayer } from '../../state/layers.ts'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'

export function ColumnSettings({ layer }: { readonly layer: ValuesLayer }) {
  const { layers } = useApp()
  const { column, asCategories } = layer.source
  const type = useAppState((state) => currentSet(state)?.columns.find(({ name }) => name === column)?.type)
  if (type === undefined || !/^(Uint|Int)\d+$/.test(type)) return null
  return (
    <Switch isOn={asCategories} onChange={(isOn) => void layers.addColumn(column, isOn)}>
      Every number by itself
    </Switch>
  )
}

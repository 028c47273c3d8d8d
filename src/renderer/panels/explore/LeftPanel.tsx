import { useAppState } from '../../state/use-app.ts'
import { SetsPanel } from '../sets/SetsPanel.tsx'
import { Filters } from './Filters.tsx'
import { Layers } from './Layers.tsx'
import { Query } from './Query.tsx'

export function LeftPanel() {
  const tab = useAppState((state) => state.view.leftTab)
  if (tab === 'sets') {
    return (
      <aside className="side-panel" aria-label="Open sets">
        <SetsPanel />
      </aside>
    )
  }
  return (
    <aside className="side-panel" aria-label="Query, filters and layers">
      <Query />
      <Filters />
      <Layers />
    </aside>
  )
}

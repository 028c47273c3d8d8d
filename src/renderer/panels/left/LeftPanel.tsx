import { useAppState } from '../../state/use-app.ts'
import { leftPanels } from './left-panels.ts'

export function LeftPanel() {
  const tab = useAppState((state) => state.view.leftTab)
  const entry = leftPanels.find((panel) => panel.tab === tab) ?? leftPanels[0]
  if (entry === undefined) return null
  return (
    <aside className="side-panel" aria-label={entry.title}>
      <entry.Panel />
    </aside>
  )
}

// The right panel: the inspector; in a narrow window the results are tabs beside it.

import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { useApp, useAppState } from '../../state/use-app.ts'
import type { ViewState } from '../../state/view.ts'
import { Balance } from '../dock/Balance.tsx'
import { Gallery } from '../dock/Gallery.tsx'
import { ResultsHead } from '../dock/ResultsHead.tsx'
import { ResultsTable } from '../dock/ResultsTable.tsx'
import { SelectedTable } from '../dock/SelectedTable.tsx'
import { Inspector } from './Inspector.tsx'

export function RightPanel() {
  const { view } = useApp()
  const compact = useAppState((state) => state.view.compact)
  const tab = useAppState((state) => state.view.compactTab)
  if (!compact) {
    return (
      <aside className="side-panel" aria-label="Fragment">
        <Inspector />
      </aside>
    )
  }
  return (
    <aside className="side-panel side-panel-tabs" aria-label="Fragment and results">
      <Tabs
        className="tabs"
        selectedKey={tab}
        onSelectionChange={(key) => view.setCompactTab(key as ViewState['compactTab'])}
      >
        <div className="dock-head">
          <TabList className="tab-list" aria-label="Fragment and results">
            <Tab id="fragment" className="tab">
              Fragment
            </Tab>
            <Tab id="results" className="tab">
              Results
            </Tab>
            <Tab id="table" className="tab">
              Table
            </Tab>
            <Tab id="balance" className="tab">
              Where
            </Tab>
            <Tab id="selected" className="tab">
              Selected
            </Tab>
          </TabList>
        </div>
        <TabPanel id="fragment" className="tab-panel scroll">
          <Inspector />
        </TabPanel>
        <TabPanel id="results" className="tab-panel column">
          <ResultsHead />
          <Gallery />
        </TabPanel>
        <TabPanel id="table" className="tab-panel column">
          <ResultsHead />
          <ResultsTable />
        </TabPanel>
        <TabPanel id="balance" className="tab-panel column">
          <Balance />
        </TabPanel>
        <TabPanel id="selected" className="tab-panel column">
          <SelectedTable />
        </TabPanel>
      </Tabs>
    </aside>
  )
}

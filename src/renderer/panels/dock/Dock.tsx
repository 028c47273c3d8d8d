// Results below the globe, as pictures or as a table.

import { X } from 'lucide-react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { IconButton } from '../../controls/Button.tsx'
import { useApp, useAppState } from '../../state/use-app.ts'
import type { DockTab } from '../../state/view.ts'
import { Balance } from './Balance.tsx'
import { Gallery } from './Gallery.tsx'
import { ResultsHead } from './ResultsHead.tsx'
import { ResultsTable } from './ResultsTable.tsx'
import { SelectedTable } from './SelectedTable.tsx'

export function Dock() {
  const { view } = useApp()
  const tab = useAppState((state) => state.view.dockTab)
  return (
    <section className="dock" aria-label="Results">
      <Tabs className="tabs" selectedKey={tab} onSelectionChange={(key) => view.setDockTab(key as DockTab)}>
        <div className="dock-head">
          <TabList className="tab-list" aria-label="Results as">
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
          <ResultsHead />
          <IconButton label="Hide the results" keys="D" small onPress={() => view.showDock(false)}>
            <X />
          </IconButton>
        </div>
        <TabPanel id="results" className="tab-panel column">
          <Gallery />
        </TabPanel>
        <TabPanel id="table" className="tab-panel column">
          <ResultsTable />
        </TabPanel>
        <TabPanel id="balance" className="tab-panel column">
          <Balance />
        </TabPanel>
        <TabPanel id="selected" className="tab-panel column">
          <SelectedTable />
        </TabPanel>
      </Tabs>
    </section>
  )
}

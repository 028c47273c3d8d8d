// What the left panel can show, once: the rail, the panel and the keys read the same list.

import { BoxSelect, Layers, type LucideIcon, SatelliteDish, ShieldAlert, Tags } from 'lucide-react'
import type { ComponentType } from 'react'
import type { LeftTab } from '../../state/view.ts'
import { ExplorePanel } from '../explore/ExplorePanel.tsx'
import { FaultsPanel } from '../faults/FaultsPanel.tsx'
import { LabelsPanel } from '../labels/LabelsPanel.tsx'
import { SelectionPanel } from '../selection/SelectionPanel.tsx'
import { SetsPanel } from '../sets/SetsPanel.tsx'

export interface LeftPanelEntry {
  readonly tab: LeftTab
  /** of its button in the rail */
  readonly label: string
  /** of the panel itself */
  readonly title: string
  /** as the rail's button shows it */
  readonly keys?: string
  readonly Icon: LucideIcon
  readonly Panel: ComponentType
}

/** in the order of the rail */
export const leftPanels: readonly LeftPanelEntry[] = [
  {
    tab: 'explore',
    label: 'Query, filters, layers',
    title: 'Query, filters and layers',
    keys: '[',
    Icon: Layers,
    Panel: ExplorePanel,
  },
  { tab: 'selection', label: 'Selection', title: 'Selection', Icon: BoxSelect, Panel: SelectionPanel },
  { tab: 'labels', label: 'Labels', title: 'Labels', Icon: Tags, Panel: LabelsPanel },
  { tab: 'faults', label: 'Faults', title: 'Faults', Icon: ShieldAlert, Panel: FaultsPanel },
  { tab: 'sets', label: 'Open sets', title: 'Open sets', Icon: SatelliteDish, Panel: SetsPanel },
]

// Icon rail: what the left panel shows, jobs, theme, shortcuts.

import { Boxes, FolderOpen, Keyboard, ListChecks, Monitor, Moon, Sun } from 'lucide-react'
import { IconButton } from '../../controls/Button.tsx'
import { runningJobs } from '../../state/jobs.ts'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { effectiveTheme } from '../../state/view.ts'
import { JobsTray } from '../jobs/JobsTray.tsx'
import { type LeftPanelEntry, leftPanels } from '../left/left-panels.ts'

export function Rail() {
  const app = useApp()
  const hasSet = useAppState((state) => currentSet(state) !== undefined)
  return (
    <nav className="rail" aria-label="Panels">
      {hasSet && (
        <>
          {leftPanels.map((entry) => (
            <LeftPanelButton key={entry.tab} entry={entry} />
          ))}
          <span className="rail-line" />
        </>
      )}
      <IconButton label="Open embeddings or imagery" keys="O" onPress={() => app.files.choose()}>
        <FolderOpen />
      </IconButton>
      <IconButton label="Models" keys="M" onPress={() => app.library.open()}>
        <Boxes />
      </IconButton>
      <JobsButton />
      <span className="grow" />
      <ThemeButton />
      <IconButton label="Keyboard shortcuts" keys="?" onPress={() => app.view.openDialog('shortcuts')}>
        <Keyboard />
      </IconButton>
    </nav>
  )
}

function LeftPanelButton({ entry: { tab, label, keys, Icon } }: { readonly entry: LeftPanelEntry }) {
  const { view } = useApp()
  const isOn = useAppState((state) => state.view.left && state.view.leftTab === tab)
  return (
    <IconButton label={label} keys={keys} className={isOn ? 'rail-on' : ''} onPress={() => view.showLeft(!isOn, tab)}>
      <Icon />
    </IconButton>
  )
}

function JobsButton() {
  const { view } = useApp()
  const isOpen = useAppState((state) => state.view.jobsOpen)
  const running = useAppState((state) => runningJobs(state.jobs).length)
  return (
    <div className="rail-jobs">
      <IconButton
        label={running === 0 ? 'Jobs' : `Jobs, ${running} running`}
        keys="J"
        className={isOpen ? 'rail-on' : ''}
        onPress={() => view.showJobs(!isOpen)}
      >
        <ListChecks />
      </IconButton>
      {running > 0 && (
        <span className="rail-count" aria-hidden="true">
          {running}
        </span>
      )}
      {isOpen && <JobsTray />}
    </div>
  )
}

function ThemeButton() {
  const { view } = useApp()
  const theme = useAppState((state) => state.view.theme)
  const shown = useAppState((state) => effectiveTheme(state.view))
  const Icon = theme === 'system' ? Monitor : shown === 'dark' ? Moon : Sun
  const next = theme === 'system' ? (shown === 'dark' ? 'light' : 'dark') : theme === 'dark' ? 'light' : 'system'
  const now = theme === 'system' ? `as the system (${shown})` : theme
  return (
    <IconButton label={`Theme: ${now}; switch to ${next}`} keys="T" onPress={() => view.setTheme(next)}>
      <Icon />
    </IconButton>
  )
}

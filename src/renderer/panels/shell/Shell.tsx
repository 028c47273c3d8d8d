// The window: header, rail, side panels, globe, dock, status bar.

import { useEffect, useLayoutEffect, useRef } from 'react'
import { Group, Panel, type PanelSize, Separator, usePanelRef } from 'react-resizable-panels'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { compactBelowPx, effectiveTheme, type PanelSizes } from '../../state/view.ts'
import { Dock } from '../dock/Dock.tsx'
import { Header } from '../header/Header.tsx'
import { RightPanel } from '../inspector/RightPanel.tsx'
import { LeftPanel } from '../left/LeftPanel.tsx'
import { MapView } from '../map/MapView.tsx'
import { Notices } from '../notices/Notices.tsx'
import { Rail } from '../rail/Rail.tsx'
import { useShortcuts } from '../shortcuts/use-shortcuts.ts'
import { StatusBar } from '../status/StatusBar.tsx'
import { Dialogs } from './Dialogs.tsx'
import { DropTarget } from './DropTarget.tsx'

export function Shell() {
  const theme = useAppState((state) => effectiveTheme(state.view))
  useWindow()
  useShortcuts()
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  return (
    <div className="app">
      <Header />
      <div className="workspace">
        <Rail />
        <Panels />
      </div>
      <StatusBar />
      <Dialogs />
      <Notices />
      <DropTarget />
    </div>
  )
}

function Panels() {
  const { view } = useApp()
  const hasSet = useAppState((state) => currentSet(state) !== undefined)
  const left = useAppState((state) => state.view.left) && hasSet
  const right = useAppState((state) => state.view.right) && hasSet
  const dock = useAppState((state) => state.view.dock && !state.view.compact) && hasSet
  const { leftPx, rightPx, ...sizes } = useAppState((state) => state.view.sizes)
  const dockSize = useAppState((state) => (state.view.dockTab === 'results' ? 'dockPx' : 'tablePx'))
  const dockPanel = usePanelRef()
  const keep = (name: keyof PanelSizes) => (size: PanelSize) =>
    size.inPixels > 0 && view.setSizes({ [name]: Math.round(size.inPixels) })

  return (
    <Group className="grow" orientation="horizontal">
      {left && (
        <Panel
          id="left"
          defaultSize={leftPx}
          minSize={260}
          maxSize={480}
          groupResizeBehavior="preserve-pixel-size"
          onResize={keep('leftPx')}
        >
          <LeftPanel />
        </Panel>
      )}
      {left && <Separator className="divider" />}
      <Panel id="centre" minSize={320}>
        <Group orientation="vertical">
          <Panel id="map" minSize={200}>
            <MapView />
          </Panel>
          {dock && <Separator className="divider" />}
          {dock && (
            <Panel
              id="dock"
              panelRef={dockPanel}
              defaultSize={sizes[dockSize]}
              minSize={120}
              groupResizeBehavior="preserve-pixel-size"
              onResize={keep(dockSize)}
            >
              <SizedDock panel={dockPanel} size={dockSize} />
            </Panel>
          )}
        </Group>
      </Panel>
      {right && <Separator className="divider" />}
      {right && (
        <Panel
          id="right"
          defaultSize={rightPx}
          minSize={280}
          maxSize={560}
          groupResizeBehavior="preserve-pixel-size"
          onResize={keep('rightPx')}
        >
          <RightPanel />
        </Panel>
      )}
    </Group>
  )
}

/** Pictures and table each have a height of their own. */
function SizedDock(props: { readonly panel: ReturnType<typeof usePanelRef>; readonly size: 'dockPx' | 'tablePx' }) {
  const { panel, size } = props
  const { view } = useApp()
  const lastSize = useRef<typeof size>(undefined)
  // before the panel reports a size of its own: the group opens it as it was when it closed, which may be the other one's
  useLayoutEffect(() => {
    const wanted = view.sizeOf(size)
    const isOpening = lastSize.current === undefined
    const isChanged = lastSize.current !== size
    lastSize.current = size
    if (!isChanged) return
    if (!isOpening) return panel.current?.resize(wanted)
    // it cannot be resized before it is open
    const frame = requestAnimationFrame(() => panel.current?.resize(wanted))
    return () => cancelAnimationFrame(frame)
  }, [view, panel, size])
  return <Dock />
}

/** Follows the width of the window and the system's theme. */
function useWindow() {
  const { view } = useApp()
  useEffect(() => {
    const narrow = matchMedia(`(max-width: ${compactBelowPx - 1}px)`)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const follow = () => {
      view.setCompact(narrow.matches)
      view.setSystemTheme(dark.matches ? 'dark' : 'light')
    }
    follow()
    narrow.addEventListener('change', follow)
    dark.addEventListener('change', follow)
    return () => {
      narrow.removeEventListener('change', follow)
      dark.removeEventListener('change', follow)
    }
  }, [view])
}

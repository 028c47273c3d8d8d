// The globe alone, driven by the test: `showScene` draws, `globeLog` holds what it reported.

import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { Globe } from '../../src/renderer/globe/Globe.tsx'
import type { GlobeEvents } from '../../src/renderer/globe/globe-scene.ts'
import { Legend } from '../../src/renderer/globe/Legend.tsx'
import type { GlobeWindow, PageScene } from './page-window.ts'

const page = window as unknown as GlobeWindow
page.globeLog = { places: [], rows: [], hoveredRows: [], movedFrom: [], ready: 0 }

const on: GlobeEvents = {
  onPlace: (place) => page.globeLog.places.push(place),
  onRow: (row) => page.globeLog.rows.push(row),
  onHoverRow: (row) => page.globeLog.hoveredRows.push(row),
  onHover: (place) => {
    page.globeLog.hover = place
  },
  onView: (view) => {
    page.globeLog.view = view
  },
  onMovedOut: (from) => page.globeLog.movedFrom.push(from),
  onReady: () => {
    page.globeLog.ready++
  },
}

const root = createRoot(document.getElementById('root')!)
page.showScene = ({ legend, ...scene }: PageScene) => {
  document.documentElement.dataset['theme'] = scene.theme
  root.render(createElement(Globe, { scene, on }, legend ? createElement(Legend, legend) : undefined))
}

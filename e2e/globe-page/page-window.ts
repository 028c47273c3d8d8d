// What the page and the test say to each other.

import type { GlobeCamera, GlobePlace, GlobeScene, GlobeViewState } from '../../src/renderer/globe/globe-scene.ts'
import type { LegendProps } from '../../src/renderer/globe/Legend.tsx'

export type PageScene = GlobeScene & { readonly legend?: LegendProps }

export interface GlobeLog {
  readonly places: GlobePlace[]
  readonly rows: number[]
  readonly hoveredRows: (number | undefined)[]
  readonly movedFrom: GlobeCamera[]
  ready: number
  hover?: GlobePlace | undefined
  view?: GlobeViewState
}

export interface GlobeWindow {
  globeLog: GlobeLog
  showScene: (scene: PageScene) => void
}

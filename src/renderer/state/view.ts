// What is open on the screen, the theme, and where the pointer is.

import type { Footprint } from '../../shared/terms.ts'
import { type ActionContext, latestOnly, patch } from './store.ts'

export type ThemeChoice = 'system' | 'light' | 'dark'
export type DialogName = 'open' | 'embed' | 'export' | 'models' | 'cuda' | 'verify' | 'palette' | 'shortcuts'
const leftTabs = ['explore', 'selection', 'labels', 'faults', 'sets'] as const
export type LeftTab = (typeof leftTabs)[number]
export type DockTab = 'results' | 'table' | 'balance' | 'selected'

export interface PanelSizes {
  readonly leftPx: number
  readonly rightPx: number
  /** height of the results as pictures, and of those as a table */
  readonly dockPx: number
  readonly tablePx: number
}

export interface Place {
  readonly lat: number
  readonly lon: number
}

export interface Flight extends Place {
  readonly id: number
  readonly zoom?: number
  /** comes to take about a third of the map's shorter side; counts where no zoom is named */
  readonly footprint?: Footprint
}

/** Shows places that a near view does not, with the one they belong to. */
export interface Overview {
  readonly id: number
  readonly around: Place
  readonly places: readonly Place[]
}

/** Shows a set where the view has nothing of it. */
export interface Homing {
  readonly id: number
  /** all of the set; undefined for one that is as wide as the globe */
  readonly home: (Place & { readonly zoom: number }) | undefined
}

/** Back to the whole globe. */
export interface Return {
  readonly id: number
  readonly whole: true
}

export interface ViewState {
  readonly theme: ThemeChoice
  readonly systemTheme: 'light' | 'dark'
  readonly left: boolean
  readonly right: boolean
  readonly dock: boolean
  readonly leftTab: LeftTab
  readonly dockTab: DockTab
  /** below 1280 px: one side panel at a time, the dock is a tab of the right one */
  readonly compact: boolean
  readonly compactTab: 'fragment' | DockTab
  readonly sizes: PanelSizes
  readonly dialog: DialogName | undefined
  /** dialogs that the open one was opened from, each of the next */
  readonly beneath: readonly DialogName[]
  readonly jobsOpen: boolean
  readonly cursor: { readonly lat: number; readonly lon: number } | undefined
  readonly cursorCell: { readonly gridCell: string; readonly utmCrs: string } | undefined
  readonly metersPerPixel: number | undefined
  /** where the globe is seen from */
  readonly camera: (Place & { readonly zoom: number }) | undefined
  readonly flight: Flight | Overview | Homing | Return | undefined
}

const rememberedAs = 'ground-control.view'
/** the table's height shows eight rows */
const defaultSizes: PanelSizes = { leftPx: 296, rightPx: 316, dockPx: 164, tablePx: 262 }
export const compactBelowPx = 1280

interface Remembered {
  readonly theme?: ThemeChoice
  readonly left?: boolean
  readonly sizes?: PanelSizes
}

export function initialView(): ViewState {
  const remembered = recall()
  return {
    theme: remembered.theme ?? 'system',
    systemTheme: 'dark',
    left: remembered.left ?? true,
    right: false,
    dock: false,
    leftTab: 'explore',
    dockTab: 'results',
    compact: false,
    compactTab: 'fragment',
    sizes: { ...defaultSizes, ...remembered.sizes },
    dialog: undefined,
    beneath: [],
    jobsOpen: false,
    cursor: undefined,
    cursorCell: undefined,
    metersPerPixel: undefined,
    camera: undefined,
    flight: undefined,
  }
}

export function effectiveTheme(view: ViewState): 'light' | 'dark' {
  return view.theme === 'system' ? view.systemTheme : view.theme
}

export function viewActions({ store, client }: ActionContext) {
  const view = () => store.getState().view
  const change = (part: Partial<ViewState>) => {
    patch(store, 'view', part)
    remember(view())
  }
  const latestCell = latestOnly()
  let lastFlight = 0

  return {
    setTheme: (theme: ThemeChoice) => change({ theme }),
    nextTheme: () => change({ theme: effectiveTheme(view()) === 'dark' ? 'light' : 'dark' }),
    setSystemTheme: (systemTheme: 'light' | 'dark') => patch(store, 'view', { systemTheme }),
    setCompact(compact: boolean) {
      if (compact !== view().compact)
        patch(store, 'view', { compact, ...(compact && view().right ? { left: false } : {}) })
    },
    showLeft: (left: boolean, leftTab: LeftTab = view().leftTab) =>
      change({ left, leftTab, ...(left && view().compact ? { right: false } : {}) }),
    showRight: (right: boolean) => change({ right, ...(right && view().compact ? { left: false } : {}) }),
    /** Shows or hides the results; in a narrow window they are a tab of the right panel. */
    showDock(dock: boolean, dockTab: DockTab = view().dockTab) {
      if (!view().compact) return change({ dock, dockTab })
      change({
        dock,
        dockTab,
        right: dock || view().right,
        compactTab: dock ? dockTab : 'fragment',
        left: dock ? false : view().left,
      })
    },
    setDockTab: (dockTab: DockTab) => change({ dockTab }),
    setCompactTab: (compactTab: ViewState['compactTab']) =>
      change(compactTab === 'fragment' ? { compactTab } : { compactTab, dockTab: compactTab }),
    sizeOf: (name: keyof PanelSizes) => view().sizes[name],
    setSizes: (sizes: Partial<PanelSizes>) => change({ sizes: { ...view().sizes, ...sizes } }),
    /** Opens a dialog; one that is open comes back when this one is closed. */
    openDialog(dialog: DialogName) {
      const { dialog: from, beneath } = view()
      const next = from === undefined || from === dialog ? beneath : [...beneath, from]
      patch(store, 'view', { dialog, beneath: next, jobsOpen: false })
    },
    /** Closes the open dialog; the one it was opened from comes back. */
    closeDialog() {
      const { beneath } = view()
      patch(store, 'view', { dialog: beneath.at(-1), beneath: beneath.slice(0, -1) })
    },
    closeDialogs: () => patch(store, 'view', { dialog: undefined, beneath: [] }),
    /** the dialog that is open */
    current: () => view().dialog,
    showJobs: (jobsOpen: boolean) => patch(store, 'view', { jobsOpen }),
    flyTo(place: Omit<Flight, 'id'>) {
      lastFlight += 1
      patch(store, 'view', { flight: { id: lastFlight, ...place } })
    },
    /** The globe moves out where it sees next to none of the places. */
    showPlaces(overview: Omit<Overview, 'id'>) {
      lastFlight += 1
      patch(store, 'view', { flight: { id: lastFlight, ...overview } })
    },
    /** The globe moves where it sees nothing of the set that is on it. */
    goHome(home: Homing['home']) {
      lastFlight += 1
      patch(store, 'view', { flight: { id: lastFlight, home } })
    },
    showWholeGlobe() {
      lastFlight += 1
      patch(store, 'view', { flight: { id: lastFlight, whole: true } })
    },
    setSeen: ({ metersPerPixel, lat, lon, zoom }: Place & { readonly zoom: number; readonly metersPerPixel: number }) =>
      patch(store, 'view', { metersPerPixel, camera: { lat, lon, zoom } }),
    /** As a project has kept it. */
    putBack({ leftTab, ...kept }: Omit<Parameters<typeof change>[0], 'leftTab'> & { readonly leftTab: string }) {
      change({ ...kept, leftTab: leftTabs.find((tab) => tab === leftTab) ?? 'explore' })
    },
    /** Where the pointer is, and which grid cell lies there. */
    async setCursor(cursor: { lat: number; lon: number } | undefined) {
      patch(store, 'view', { cursor, ...(cursor === undefined ? { cursorCell: undefined } : {}) })
      if (cursor === undefined) return
      const cell = await latestCell(() => client.engine.locate(cursor)).catch(() => undefined)
      if (cell !== undefined) patch(store, 'view', { cursorCell: { gridCell: cell.gridCell, utmCrs: cell.utmCrs } })
    },
  }
}

export type ViewActions = ReturnType<typeof viewActions>

function recall(): Remembered {
  try {
    return JSON.parse(globalThis.localStorage?.getItem(rememberedAs) ?? '{}') as Remembered
  } catch {
    return {}
  }
}

function remember({ theme, left, sizes }: ViewState): void {
  try {
    globalThis.localStorage?.setItem(rememberedAs, JSON.stringify({ theme, left, sizes } satisfies Remembered))
  } catch {
    // a full or forbidden storage only costs the memory of panel sizes
  }
}

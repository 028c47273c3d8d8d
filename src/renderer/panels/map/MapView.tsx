// The globe with its legend; the welcome lies over it until a set is open.

import { useMemo } from 'react'
import { Globe } from '../../globe/Globe.tsx'
import type { GlobeEvents } from '../../globe/globe-scene.ts'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { Welcome } from '../welcome/Welcome.tsx'
import { globeSceneOf } from './globe-scene-of.ts'
import { MapLegend } from './MapLegend.tsx'

export function MapView() {
  const app = useApp()
  const { search, selection, rowSelection, sets, layers, labels, view } = useSceneParts()
  const scene = useMemo(
    () => globeSceneOf({ search, selection, rowSelection, sets, layers, labels, view }),
    [search, selection, rowSelection, sets, layers, labels, view],
  )
  const hasSet = useAppState((state) => currentSet(state) !== undefined)
  const on = useMemo<GlobeEvents>(() => {
    const look = (row: number) => {
      const hit = app.store.getState().search.answer?.hits.find((other) => other.row === row)
      if (hit === undefined) app.selection.selectRow(row).catch(app.notices.fail)
      else app.search.showHit(hit).catch(app.notices.fail)
    }
    return {
      onPlace: (place) => {
        app.selection.selectPlace(place).catch(app.notices.fail)
      },
      onHover: (place) => {
        app.view.setCursor(place).catch(app.notices.fail)
      },
      onRow: look,
      onArea: (area, combine) => {
        void app.rowSelection.selectArea(area, combine)
      },
      onHoverRow: app.selection.hoverRow,
      onMovedOut: app.history.movedFrom,
      onView: app.view.setSeen,
    }
  }, [app])
  return (
    <main className="map" aria-label="Globe">
      <Globe scene={scene} on={on}>
        <MapLegend />
      </Globe>
      {!hasSet && <Welcome />}
    </main>
  )
}

/** The slices a scene is made of; of the view only what the globe shows, so that the pointer does not rebuild it. */
function useSceneParts() {
  const search = useAppState((state) => state.search)
  const selection = useAppState((state) => state.selection)
  const rowSelection = useAppState((state) => state.rowSelection)
  const sets = useAppState((state) => state.sets)
  const layers = useAppState((state) => state.layers)
  const labels = useAppState((state) => state.labels)
  const theme = useAppState((state) => state.view.theme)
  const systemTheme = useAppState((state) => state.view.systemTheme)
  const flight = useAppState((state) => state.view.flight)
  const view = useMemo(() => ({ theme, systemTheme, flight }), [theme, systemTheme, flight])
  return { search, selection, rowSelection, sets, layers, labels, view }
}

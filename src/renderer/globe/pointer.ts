// What the pointer means: a mark or a footprint (picked by deck.gl), a place on the ground, or space.

import type { Map as MapLibreMap } from 'maplibre-gl'
import type { GlobeEvents, GlobePlace } from './globe-scene.ts'
import type { ScreenPoint } from './picked-row.ts'

type RowAt = (point: ScreenPoint) => number | undefined

/** Wires clicks, and the keyboard's click on what lies under the cross in the middle. */
export function listenToClicks(map: MapLibreMap, rowAt: RowAt, events: () => GlobeEvents): void {
  const choose = (point: ScreenPoint) => {
    const row = rowAt(point)
    if (row !== undefined) return events().onRow?.(row)
    const place = placeAt(map, point)
    if (place) events().onPlace?.(place)
  }
  map.on('click', ({ point }) => choose(point))
  map.getCanvas().addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') choose(map.project(map.getCenter()))
  })
}

/** @returns to be called when the pointer is at a point over a row or none; without a point when it has left */
export function hoverReporter(
  map: MapLibreMap,
  events: () => GlobeEvents,
): (point?: ScreenPoint, row?: number) => void {
  let hoveredRow: number | undefined
  return (point, row) => {
    events().onHover?.(point && placeAt(map, point))
    if (row === hoveredRow) return
    hoveredRow = row
    events().onHoverRow?.(row)
  }
}

/** Place under a point of the canvas; undefined over space, where MapLibre would answer with the nearest point of the limb. */
export function placeAt(map: Pick<MapLibreMap, 'project' | 'unproject'>, point: ScreenPoint): GlobePlace | undefined {
  const place = map.unproject([point.x, point.y])
  const back = map.project(place)
  if (!(Math.hypot(back.x - point.x, back.y - point.y) < 1)) return undefined
  const { lat, lng } = place.wrap()
  return Math.abs(lat) <= 90 ? { lat, lon: lng } : undefined
}

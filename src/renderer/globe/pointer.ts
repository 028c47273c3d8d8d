// What the pointer means: a mark, a footprint, a place on the ground, or space.

import type { Map as MapLibreMap, MapMouseEvent, PointLike } from 'maplibre-gl'
import type { GlobeEvents, GlobePlace } from './globe-scene.ts'
import { footprintPickLayers } from './layers/footprints.ts'
import { markPickLayers } from './layers/marks.ts'

/** How far beside a mark a click still means it, px. */
const markSlackPx = 3

interface ScreenPoint {
  readonly x: number
  readonly y: number
}

/** Wires clicks and hovering to the events; hovering is answered once a frame. */
export function listenToPointer(map: MapLibreMap, events: () => GlobeEvents): void {
  const choose = (point: ScreenPoint) => {
    const row = rowAt(map, point)
    if (row !== undefined) return events().onRow?.(row)
    const place = placeAt(map, point)
    if (place) events().onPlace?.(place)
  }
  map.on('click', ({ point }) => choose(point))
  // the keyboard's click: what lies under the cross in the middle
  map.getCanvas().addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') choose(map.project(map.getCenter()))
  })
  let pending: ScreenPoint | undefined
  let hoveredRow: number | undefined
  const hover = () => {
    if (!pending || !map.getCanvas().isConnected) return
    events().onHover?.(placeAt(map, pending))
    setRow(rowAt(map, pending))
    pending = undefined
  }
  const setRow = (row: number | undefined) => {
    if (row === hoveredRow) return
    hoveredRow = row
    map.getCanvas().style.cursor = row === undefined ? '' : 'pointer'
    events().onHoverRow?.(row)
  }
  map.on('mousemove', ({ point }: MapMouseEvent) => {
    if (!pending) requestAnimationFrame(hover)
    pending = point
  })
  map.on('mouseout', () => {
    pending = undefined
    events().onHover?.(undefined)
    setRow(undefined)
  })
}

/** Place under a point of the canvas; undefined over space, where MapLibre would answer with the nearest point of the limb. */
export function placeAt(map: Pick<MapLibreMap, 'project' | 'unproject'>, point: ScreenPoint): GlobePlace | undefined {
  const place = map.unproject([point.x, point.y])
  const back = map.project(place)
  if (!(Math.hypot(back.x - point.x, back.y - point.y) < 1)) return undefined
  const { lat, lng } = place.wrap()
  return Math.abs(lat) <= 90 ? { lat, lon: lng } : undefined
}

/** Row of the mark under the point, else of the footprint whose centre is nearest to it. */
export function rowAt(map: MapLibreMap, point: ScreenPoint): number | undefined {
  return markAt(map, point) ?? footprintAt(map, point)
}

function markAt(map: MapLibreMap, { x, y }: ScreenPoint): number | undefined {
  const box: [PointLike, PointLike] = [
    [x - markSlackPx, y - markSlackPx],
    [x + markSlackPx, y + markSlackPx],
  ]
  const layers = markPickLayers.filter((layer) => map.getLayer(layer))
  return map
    .queryRenderedFeatures(box, { layers })
    .map(({ properties }) => properties['row'] as number | undefined)
    .find((row) => row !== undefined)
}

function footprintAt(map: MapLibreMap, { x, y }: ScreenPoint): number | undefined {
  const layers = footprintPickLayers.filter((layer) => map.getLayer(layer))
  let nearest: { row: number; distancePx: number } | undefined
  for (const { properties } of map.queryRenderedFeatures([x, y], { layers })) {
    const centre = map.project([properties['centreLon'] as number, properties['centreLat'] as number])
    const distancePx = Math.hypot(centre.x - x, centre.y - y)
    if (!nearest || distancePx < nearest.distancePx) nearest = { row: properties['row'] as number, distancePx }
  }
  return nearest?.row
}

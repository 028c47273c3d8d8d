// Names near the limb of the globe: they would stand beside it in space, or on ground that is seen too flat, so they fade before it.

import type { Map as MapLibreMap } from 'maplibre-gl'
import type { BaseMap } from '../base-map.ts'
import { limbRadiusPx, type ScreenSize, screenPointOf } from '../camera.ts'
import type { GlobeCamera, GlobePlace } from '../globe-scene.ts'

/** A letter is about this wide, a line this far from the middle of its name, px. */
const [letterPx, halfLinePx] = [7, 9]
/** Longer names are broken, but not within a word. */
const lettersOfLine = 13
/** Over the last pixels before the limb a name goes from whole to none. */
const fadePx = 24

/** 0..1: 1 where all of the name lies well inside the limb, 0 where some of it reaches the limb or it lies behind. */
export function nameOpacity(
  { lat, lon, name }: GlobePlace & { readonly name: string },
  camera: GlobeCamera,
  size: ScreenSize,
): number {
  const point = screenPointOf({ lat, lon }, camera, size)
  if (point === undefined) return 0
  const longest = Math.max(...name.split(' ').map((word) => word.length), Math.min(name.length, lettersOfLine))
  const across = Math.abs(point.x - size.width / 2) + (longest * letterPx) / 2
  const along = Math.abs(point.y - size.height / 2) + halfLinePx
  const insidePx = limbRadiusPx(camera.lat, camera.zoom, size.height) - Math.hypot(across, along)
  return Math.min(Math.max(insidePx / fadePx, 0), 1)
}

/** Tells the map how much of each name is seen; their layers read it as the state `seen` of the feature. */
export class NamesAtLimb {
  readonly #map: MapLibreMap
  readonly #names: BaseMap['names']['features']
  readonly #told = new Map<number, number>()

  constructor(map: MapLibreMap, { features }: BaseMap['names']) {
    this.#map = map
    this.#names = features
  }

  /** @param camera undefined for the flat map, which has no limb */
  fade(camera: GlobeCamera | undefined, size: ScreenSize): void {
    this.#names.forEach(({ geometry, properties }, id) => {
      const [lon, lat] = geometry.coordinates as [number, number]
      const opacity = camera ? nameOpacity({ lat, lon, name: properties.name }, camera, size) : 1
      // in steps: most names stay as they are in most frames
      const seen = Math.round(opacity * 10) / 10
      if (seen === (this.#told.get(id) ?? 1)) return
      this.#told.set(id, seen)
      this.#map.setFeatureState({ source: 'names', id }, { seen })
    })
  }
}

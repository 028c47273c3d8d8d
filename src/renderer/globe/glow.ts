// The atmosphere: a glow outside the limb and a slight shade inside it, in CSS behind and over the canvas, which is clear over space.

import type { Map as MapLibreMap } from 'maplibre-gl'
import { atmosphereStrength, limbRadiusPx } from './camera.ts'

/** Tells the style sheet where the limb is in this frame and how strong the atmosphere. */
export function drawGlow(frame: HTMLElement, map: MapLibreMap): void {
  const isGlobe = map.getProjection()?.type === 'globe'
  const zoom = map.getZoom()
  const limb = limbRadiusPx(map.getCenter().lat, zoom, map.getContainer().clientHeight)
  frame.style.setProperty('--limb', `${limb.toFixed(2)}px`)
  frame.style.setProperty('--atmosphere', isGlobe ? atmosphereStrength(zoom).toFixed(3) : '0')
}

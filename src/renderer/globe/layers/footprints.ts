// Fragment footprints of the selected cell as true polygons, and the cell's name at their corner.

import type { Feature, MultiLineString, MultiPolygon, Point } from 'geojson'
import type { LayerSpecification } from 'maplibre-gl'
import type { Footprint, LonLat } from '../../../shared/terms.ts'
import { withoutCuts } from '../base-map.ts'
import { fontNames } from '../fonts.ts'
import type { GlobeFragment, GlobePlace, GlobeScene } from '../globe-scene.ts'
import type { MapColours } from '../theme.ts'
import { meanPlace } from './mean-place.ts'

export type FootprintState = 'plain' | 'hovered' | 'selected'

export interface FootprintProperties {
  readonly row: number
  readonly state: FootprintState
  readonly centreLat: number
  readonly centreLon: number
}

/** The outline is a feature of its own: a footprint cut at 180 degrees has no line along the cut. */
export interface OutlineProperties {
  readonly outline: FootprintState
}

export interface CellNameProperties {
  readonly name: string
}

export type FootprintFeature =
  | Feature<MultiPolygon, FootprintProperties>
  | Feature<MultiLineString, OutlineProperties>
  | Feature<Point, CellNameProperties>
export interface FootprintCollection {
  readonly type: 'FeatureCollection'
  readonly features: FootprintFeature[]
}

type FootprintScene = Pick<GlobeScene, 'cell' | 'selectedRow' | 'hoveredRow'>

/** Zoom from which the fragments of a cell are told apart. */
export const footprintMinZoom = 6

/** One polygon a fragment; rows of several dates over the same ground share one, the selected row first. */
export function footprintFeatures({ cell, selectedRow, hoveredRow }: FootprintScene): FootprintCollection {
  const byGround = new Map<string, GlobeFragment>()
  for (const fragment of cell?.rows ?? []) {
    if (!fragment.footprint) continue
    const ground = JSON.stringify(fragment.footprint.polygons)
    const shown = byGround.get(ground)
    if (!shown || fragment.row === selectedRow || (fragment.row === hoveredRow && shown.row !== selectedRow)) {
      byGround.set(ground, fragment)
    }
  }
  const stateOf = (row: number): FootprintState =>
    row === selectedRow ? 'selected' : row === hoveredRow ? 'hovered' : 'plain'
  const features: FootprintFeature[] = [...byGround.values()].flatMap(({ row, footprint }) => [
    footprintFeature(row, footprint!, stateOf(row)),
    outlineFeature(footprint!, stateOf(row)),
  ])
  const corner = northWestCorner([...byGround.values()].map(({ footprint }) => footprint!))
  if (cell && corner) features.push(cellNameFeature(cell.gridCell, corner))
  return { type: 'FeatureCollection', features }
}

function outlineFeature({ polygons }: Footprint, outline: FootprintState): FootprintFeature {
  const lines = polygons.flatMap((rings) => rings.flatMap((ring) => withoutCuts(ring.map(([x, y]) => [x, y]))))
  return { type: 'Feature', geometry: { type: 'MultiLineString', coordinates: lines }, properties: { outline } }
}

function footprintFeature(row: number, footprint: Footprint, state: FootprintState): FootprintFeature {
  const { lat, lon } = footprintCentre(footprint)
  return {
    type: 'Feature',
    geometry: {
      type: 'MultiPolygon',
      coordinates: footprint.polygons.map((rings) => rings.map((ring) => ring.map(([x, y]) => [x, y]))),
    },
    properties: { row, state, centreLat: lat, centreLon: lon },
  }
}

function cellNameFeature(name: string, [lon, lat]: LonLat): FootprintFeature {
  return { type: 'Feature', geometry: { type: 'Point', coordinates: [lon, lat] }, properties: { name } }
}

/** Mean of the corners; a footprint across 180 degrees has its centre there, not on the other side of the Earth. */
export function footprintCentre(footprint: Footprint): GlobePlace {
  return meanPlace(footprint.polygons.flatMap((rings) => (rings[0] ?? []).slice(1)))
}

/** Centre of the selected cell, from its footprints or as the scene gives it. */
export function cellCentre(cell: NonNullable<GlobeScene['cell']>): GlobePlace | undefined {
  const footprints = cell.rows.flatMap(({ footprint }) => (footprint ? [footprint] : []))
  if (footprints.length > 0) return meanPlace(footprints.map(footprintCentre).map(({ lat, lon }) => [lon, lat]))
  return cell.lat === undefined || cell.lon === undefined ? undefined : { lat: cell.lat, lon: cell.lon }
}

function northWestCorner(footprints: readonly Footprint[]): LonLat | undefined {
  const corners = footprints.flatMap(({ polygons }) => polygons.flatMap((rings) => rings[0] ?? []))
  if (corners.length === 0) return undefined
  const centre = meanPlace(corners)
  const west = Math.min(...corners.map(([lon]) => wrapDegrees(lon - centre.lon)))
  return [wrapDegrees(centre.lon + west), Math.max(...corners.map(([, lat]) => lat))]
}

const wrapDegrees = (degrees: number) => ((((degrees + 180) % 360) + 360) % 360) - 180

export function footprintLayers(colours: MapColours): LayerSpecification[] {
  return [
    fill('footprint-fill', 'plain', colours.footprint, 0.05),
    fill('footprint-fill-hovered', 'hovered', colours.footprintHover, 1),
    fill('footprint-fill-selected', 'selected', colours.chosen, 0.16),
    line('footprint-casing', 'plain', colours.footprintHalo, 2.6),
    line('footprint-line', 'plain', colours.footprint, 1),
    line('footprint-casing-hovered', 'hovered', colours.footprintHalo, 4.5),
    line('footprint-line-hovered', 'hovered', colours.markCore, 2),
    line('footprint-casing-selected', 'selected', colours.markHalo, 5.5),
    line('footprint-line-selected', 'selected', colours.chosen, 2.6),
  ]
}

/** Layers a click on the ground is tested against. */
export const footprintPickLayers = ['footprint-fill', 'footprint-fill-hovered', 'footprint-fill-selected'] as const

function fill(id: string, state: FootprintState, colour: string, opacity: number): LayerSpecification {
  return {
    id,
    type: 'fill',
    source: 'footprints',
    filter: ['==', ['get', 'state'], state],
    minzoom: footprintMinZoom,
    paint: { 'fill-color': colour, 'fill-opacity': opacity, 'fill-antialias': false },
  }
}

function line(id: string, state: FootprintState, colour: string, widthPx: number): LayerSpecification {
  return {
    id,
    type: 'line',
    source: 'footprints',
    filter: ['==', ['get', 'outline'], state],
    minzoom: footprintMinZoom,
    layout: { 'line-join': 'miter' },
    paint: {
      'line-color': colour,
      'line-width': ['interpolate', ['linear'], ['zoom'], 7, widthPx * 0.5, 10, widthPx],
      'line-opacity': ['interpolate', ['linear'], ['zoom'], 7, 0, 8, 1],
    },
  }
}

export function cellNameLayer(colours: MapColours): LayerSpecification {
  return {
    id: 'cell-name',
    type: 'symbol',
    source: 'footprints',
    filter: ['has', 'name'],
    minzoom: 8.5,
    layout: {
      'text-field': ['get', 'name'],
      'text-font': [fontNames.mono],
      'text-size': 12,
      'text-anchor': 'bottom-left',
      'text-offset': [0.1, -0.35],
      'text-allow-overlap': true,
    },
    paint: { 'text-color': colours.cellName, 'text-halo-color': colours.cellNameHalo, 'text-halo-width': 1.4 },
  }
}

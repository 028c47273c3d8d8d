// Fragment footprints of the selected cell as true polygons: a fill that is picked, and outlines with a dark casing.

import type { Color } from '@deck.gl/core'
import { PathLayer, SolidPolygonLayer } from '@deck.gl/layers'
import type { Position } from 'geojson'
import type { LonLat } from '../../../shared/terms.ts'
import { withoutCuts } from '../base-map.ts'
import { rgba } from '../colour.ts'
import type { GlobeFragment, GlobePlace, GlobeScene } from '../globe-scene.ts'
import type { MapColours } from '../theme.ts'
import { footprintCentre } from './cell-places.ts'
import { aboveGround, atZoom, type LayerView } from './data-layer.ts'
import { rememberLast } from './remember-last.ts'

export type FootprintState = 'plain' | 'hovered' | 'selected'
type FootprintScene = Pick<GlobeScene, 'cell' | 'selectedRow' | 'hoveredRow'>

/** One polygon of a footprint; one that is cut at 180 degrees has two. */
export interface FootprintPolygon {
  readonly row: number
  readonly state: FootprintState
  /** outer ring and holes, degrees */
  readonly rings: readonly (readonly LonLat[])[]
  /** of the whole footprint */
  readonly centre: GlobePlace
}

/** Zoom from which the fragments of a cell are told apart. */
export const footprintMinZoom = 6
export const footprintFillId = 'footprint-fills'

export function footprintFillLayer(scene: FootprintScene, { zoom, colours }: LayerView) {
  const colour: Record<FootprintState, Color> = {
    plain: rgba(colours.footprint, 0.05),
    hovered: rgba(colours.footprintHover, 1),
    selected: rgba(colours.chosen, 0.16),
  }
  return new SolidPolygonLayer<FootprintPolygon>({
    ...aboveGround,
    id: footprintFillId,
    data: polygonsOf(scene.cell, scene.selectedRow, scene.hoveredRow),
    visible: zoom >= footprintMinZoom,
    pickable: true,
    getPolygon: ({ rings }) => rings as LonLat[][],
    getFillColor: ({ state }) => colour[state],
    updateTriggers: { getFillColor: [colours.footprint, colours.footprintHover] },
  })
}

/** A line, over those before it. Widths are those of zoom 10 and nearer, CSS pixels. */
export interface Stroke {
  readonly path: readonly Position[]
  readonly ink: keyof Pick<MapColours, 'footprint' | 'footprintHalo' | 'markHalo' | 'markCore' | 'chosen'>
  readonly widthPx: number
}

export function footprintOutlineLayer(scene: FootprintScene, { zoom, colours }: LayerView) {
  const strength = atZoom(zoom, [7, 0], [8, 1])
  return new PathLayer<Stroke>({
    ...aboveGround,
    id: 'footprint-outlines',
    data: strokesOf(scene.cell, scene.selectedRow, scene.hoveredRow),
    visible: strength > 0,
    widthUnits: 'pixels',
    widthScale: atZoom(zoom, [7, 0.5], [10, 1]),
    getPath: ({ path }) => path as [number, number][],
    getWidth: ({ widthPx }) => widthPx,
    getColor: ({ ink }) => rgba(colours[ink], strength),
    updateTriggers: { getColor: [strength, colours.footprint] },
  })
}

/** Rows of several dates over the same ground share one footprint: the selected row's, else the hovered one's. */
export function footprintPolygons({ cell, selectedRow, hoveredRow }: FootprintScene): FootprintPolygon[] {
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
  return [...byGround.values()].flatMap(({ row, footprint }) => {
    const centre = footprintCentre(footprint!)
    return footprint!.polygons.map((rings) => ({ row, state: stateOf(row), rings, centre }))
  })
}

const pens: Readonly<Record<FootprintState, readonly Omit<Stroke, 'path'>[]>> = {
  plain: [
    { ink: 'footprintHalo', widthPx: 2.6 },
    { ink: 'footprint', widthPx: 1 },
  ],
  hovered: [
    { ink: 'footprintHalo', widthPx: 4.5 },
    { ink: 'markCore', widthPx: 2 },
  ],
  selected: [
    { ink: 'markHalo', widthPx: 5.5 },
    { ink: 'chosen', widthPx: 2.6 },
  ],
}

/** Outlines without the cut at 180 degrees: all casings of a state below its lines, the selected footprint on top. */
export function outlineStrokes(scene: FootprintScene): Stroke[] {
  const polygons = footprintPolygons(scene)
  const states: readonly FootprintState[] = ['plain', 'hovered', 'selected']
  return states.flatMap((state) => {
    const paths = polygons
      .filter((polygon) => polygon.state === state)
      .flatMap(({ rings }) => rings.flatMap((ring) => withoutCuts(ring.map(([x, y]) => [x, y]))))
    return pens[state].flatMap((pen) => paths.map((path) => ({ path, ...pen })))
  })
}

type SceneParts = [FootprintScene['cell'], FootprintScene['selectedRow'], FootprintScene['hoveredRow']]
const partly =
  <Result>(make: (scene: FootprintScene) => Result) =>
  (...[cell, selectedRow, hoveredRow]: SceneParts) =>
    make({ cell, selectedRow, hoveredRow })
const polygonsOf = rememberLast(partly(footprintPolygons))
const strokesOf = rememberLast(partly(outlineStrokes))

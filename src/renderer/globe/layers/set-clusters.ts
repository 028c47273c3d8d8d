// The groups in which the cells of a small set stand. A group of few cells is less than a pixel of a whole globe: who has turned the
// globe away from it would not find it again.

import type { GlobePlace } from '../globe-scene.ts'
import { arcDegrees } from '../homing.ts'
import { type CellMap, texelCentre, texelKm } from './cell-map.ts'
import { meanPlace } from './mean-place.ts'

export interface SetCluster extends GlobePlace {
  /** across, on the ground */
  readonly spanKm: number
  /** mean colour of its cells, `#rrggbb` */
  readonly ink: string
}

/** A set with more of them is seen by itself. */
const mostTexels = 500
const mostClusters = 24
/** Cells nearer to each other than this are one group. */
const togetherDegrees = 2
const kmPerDegree = 111.195

/** @returns none for a set of many cells, or of cells in many places */
export function clustersOf({ grid, pixels }: CellMap): readonly SetCluster[] {
  const texels: number[] = []
  for (let texel = 0; texel < grid.width * grid.height; texel++) {
    if (pixels[4 * texel + 3] === 0) continue
    if (texels.push(texel) > mostTexels) return []
  }
  const cells = texels.map((texel) => ({ ...texelCentre(grid, texel), rgb: pixels.subarray(4 * texel, 4 * texel + 3) }))
  const groups = groupsOf(cells)
  const cellKm = texelKm(grid)[1]
  return groups.length > mostClusters ? [] : groups.map((group) => clusterOf(group, cellKm))
}

interface Cell extends GlobePlace {
  readonly rgb: Uint8Array
}

/** Single linkage: a cell joins every group of which one cell is near. */
function groupsOf(cells: readonly Cell[]): readonly (readonly Cell[])[] {
  let groups: readonly (readonly Cell[])[] = []
  for (const cell of cells) {
    const isNear = (group: readonly Cell[]) => group.some((other) => arcDegrees(cell, other) < togetherDegrees)
    groups = [...groups.filter((group) => !isNear(group)), [...groups.filter(isNear).flat(), cell]]
  }
  return groups
}

function clusterOf(cells: readonly Cell[], cellKm: number): SetCluster {
  const centre = meanPlace(cells.map(({ lat, lon }) => [lon, lat]))
  const farthest = Math.max(...cells.map((cell) => arcDegrees(centre, cell)))
  const channels = [0, 1, 2].map((at) => cells.reduce((sum, { rgb }) => sum + rgb[at]!, 0) / cells.length)
  const ink = `#${channels.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`
  return { ...centre, spanKm: 2 * farthest * kmPerDegree + cellKm, ink }
}

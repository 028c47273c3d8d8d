// Where a cell and its fragments lie, from their footprints.

import type { Footprint, LonLat } from '../../../shared/terms.ts'
import type { GlobeCell, GlobePlace } from '../globe-scene.ts'
import { meanPlace } from './mean-place.ts'

/** Mean of the corners; a footprint across 180 degrees has its centre there, not on the other side of the Earth. */
export function footprintCentre(footprint: Footprint): GlobePlace {
  return meanPlace(footprint.polygons.flatMap((rings) => (rings[0] ?? []).slice(1)))
}

/** The longer of height and width on the ground, metres. */
export function footprintSideMeters(footprint: Footprint): number {
  const { lat: middle, lon: centre } = footprintCentre(footprint)
  const corners = footprint.polygons.flatMap((rings) => rings[0] ?? [])
  const height = spanOf(corners.map(([, lat]) => lat))
  const width = spanOf(corners.map(([lon]) => wrapDegrees(lon - centre))) * Math.cos((middle * Math.PI) / 180)
  return Math.max(height, width) * metersPerDegree
}

/** Centre of the selected cell, from its footprints or as the scene gives it. */
export function cellCentre(cell: GlobeCell): GlobePlace | undefined {
  const footprints = cell.rows.flatMap(({ footprint }) => (footprint ? [footprint] : []))
  if (footprints.length > 0) return meanPlace(footprints.map(footprintCentre).map(({ lat, lon }) => [lon, lat]))
  return cell.lat === undefined || cell.lon === undefined ? undefined : { lat: cell.lat, lon: cell.lon }
}

/** Where the name of the cell stands; undefined without footprints. */
export function northWestCorner({ rows }: GlobeCell): LonLat | undefined {
  const corners = rows.flatMap(({ footprint }) => footprint?.polygons.flatMap((rings) => rings[0] ?? []) ?? [])
  if (corners.length === 0) return undefined
  const centre = meanPlace(corners)
  const west = Math.min(...corners.map(([lon]) => wrapDegrees(lon - centre.lon)))
  return [wrapDegrees(centre.lon + west), Math.max(...corners.map(([, lat]) => lat))]
}

/** of arc on the mean sphere */
const metersPerDegree = 111_195
const spanOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values)
const wrapDegrees = (degrees: number) => ((((degrees + 180) % 360) + 360) % 360) - 180

// The offline base map: land, coast, borders and names as GeoJSON, from the packaged asset (scripts/build-basemap.mjs).

import type { FeatureCollection, LineString, MultiLineString, MultiPolygon, Point, Position } from 'geojson'
import assetUrl from './assets/base-map.json?url'

/** Rings and lines are `[lon, lat, dLon, dLat, ...]` in units of `unit` degrees. */
export interface BaseMapAsset {
  readonly source: string
  readonly unit: number
  readonly land: readonly (readonly (readonly number[])[])[]
  readonly borders: readonly (readonly number[])[]
  readonly names: readonly {
    readonly name: string
    readonly areaKm2: number
    readonly lat: number
    readonly lon: number
  }[]
  readonly seas: readonly {
    readonly name: string
    readonly lat: number
    readonly lon: number
    readonly minZoom: number
  }[]
}

export interface NameProperties {
  readonly name: string
  readonly kind: 'country' | 'sea'
  /** smallest zoom at which there is room for the name */
  readonly minZoom: number
  /** smaller is placed first */
  readonly order: number
}

export interface BaseMap {
  readonly land: MultiPolygon
  readonly coast: MultiLineString
  readonly borders: MultiLineString
  readonly names: FeatureCollection<Point, NameProperties>
}

/** @throws if the packaged asset cannot be fetched */
export async function loadBaseMap(signal: AbortSignal): Promise<BaseMap> {
  const response = await fetch(assetUrl, { signal })
  if (!response.ok)
    throw new Error(`base map: expected the packaged file, got HTTP ${response.status}, reinstall the application`)
  return decodeBaseMap((await response.json()) as BaseMapAsset)
}

export function decodeBaseMap(asset: BaseMapAsset): BaseMap {
  const land = asset.land.map((rings) => rings.map((codes) => decodeLine(codes, asset.unit)))
  return {
    land: { type: 'MultiPolygon', coordinates: land },
    coast: { type: 'MultiLineString', coordinates: land.flat().flatMap(withoutCuts) },
    borders: { type: 'MultiLineString', coordinates: asset.borders.map((codes) => decodeLine(codes, asset.unit)) },
    names: { type: 'FeatureCollection', features: [...asset.names.map(countryFeature), ...asset.seas.map(seaFeature)] },
  }
}

function decodeLine(codes: readonly number[], unit: number): Position[] {
  const points: Position[] = []
  let lon = 0
  let lat = 0
  for (let i = 0; i + 1 < codes.length; i += 2) {
    lon += codes[i]!
    lat += codes[i + 1]!
    points.push([lon * unit, lat * unit])
  }
  return points
}

/** A ring as coast: the edges along which it was cut (180 degrees, the pole) are no coast. */
export function withoutCuts(ring: Position[]): Position[][] {
  const lines: Position[][] = []
  let line: Position[] = []
  ring.forEach((point, index) => {
    const last = ring[index - 1]
    if (last && isCutEdge(last, point)) {
      if (line.length > 1) lines.push(line)
      line = []
    }
    line.push(point)
  })
  if (line.length > 1) lines.push(line)
  return lines
}

function isCutEdge(a: Position, b: Position): boolean {
  const alongAntimeridian = Math.abs(a[0]!) > 179.99 && Math.abs(b[0]!) > 179.99
  return alongAntimeridian || a[1]! < -89.9 || b[1]! < -89.9
}

function countryFeature({
  name,
  areaKm2,
  lat,
  lon,
}: BaseMapAsset['names'][number]): BaseMap['names']['features'][number] {
  const minZoom = Math.max(0, Math.ceil(zoomWithRoom(name, areaKm2)))
  return nameFeature(lat, lon, { name, kind: 'country', minZoom, order: -areaKm2 })
}

function seaFeature({ name, lat, lon, minZoom }: BaseMapAsset['seas'][number]): BaseMap['names']['features'][number] {
  return nameFeature(lat, lon, { name, kind: 'sea', minZoom, order: minZoom })
}

function nameFeature(lat: number, lon: number, properties: NameProperties): BaseMap['names']['features'][number] {
  return { type: 'Feature', geometry: { type: 'Point', coordinates: [lon, lat] }, properties }
}

/** Zoom at which a square of the country's area is about as wide as its name (7 px a letter, 40,075 km on 512 px at zoom 0). */
function zoomWithRoom(name: string, areaKm2: number): number {
  const widthPx = 7 * name.length
  return Math.log2((widthPx * (40_075 / 512)) / Math.sqrt(Math.max(areaKm2, 1))) - 0.35
}

/** Meridians and parallels every `stepDegrees`; meridians stop short of the poles except every 90 degrees. */
export function graticule(stepDegrees: number): MultiLineString {
  const lines: LineString['coordinates'][] = []
  for (let lon = -180; lon < 180; lon += stepDegrees) {
    const end = lon % 90 === 0 ? 90 : 80
    lines.push(steps(-end, end, 2).map((lat) => [lon, lat]))
  }
  for (let lat = -80; lat <= 80; lat += stepDegrees) lines.push(steps(-180, 180, 2).map((lon) => [lon, lat]))
  return { type: 'MultiLineString', coordinates: lines }
}

function steps(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, index) => from + index * step)
}

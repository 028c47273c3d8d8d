// Makes src/renderer/globe/assets/base-map.json: land, borders and country names of Natural Earth 1:50m, from the world-atlas package.
// world-atlas stitches polygons across the antimeridian and the pole; drawn as they are, their rings jump across the whole map.
// They are cut here, once, on the sphere (d3-geo), and stored as delta-coded integers of `unit` degrees.
// Run: node scripts/build-basemap.mjs

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { geoArea, geoEquirectangular } from 'd3-geo'
import { feature, mesh } from 'topojson-client'
import { countryName, seaNames } from './place-names.mjs'

const UNIT_DEGREES = 0.002
const EARTH_RADIUS_KM = 6371.0088
const target = new URL('../src/renderer/globe/assets/base-map.json', import.meta.url)

/** Plate carree in degrees, without resampling: straight segments of the source stay straight in longitude and latitude. */
const degrees = geoEquirectangular()
  .scale(180 / Math.PI)
  .translate([0, 0])
  .precision(0)

/** Rings or lines of a geometry after cutting at the antimeridian and closing over the poles; [lon, lat] in degrees. */
export function cutOnSphere(geometry) {
  const polygons = []
  const lines = []
  let polygon
  let points
  const sink = {
    point: (x, y) => points?.push([round(x), round(-y)]),
    lineStart: () => {
      points = []
    },
    lineEnd: () => {
      if (polygon) {
        points.push(points[0])
        polygon.push(points)
      } else lines.push(points)
      points = undefined
    },
    polygonStart: () => {
      polygon = []
    },
    polygonEnd: () => {
      if (polygon.length > 0) polygons.push(polygon)
      polygon = undefined
    },
    sphere: () => {},
  }
  streamGeometry(geometry, degrees.stream(sink))
  return { polygons, lines }
}

const round = (value) => Math.round(value / UNIT_DEGREES) * UNIT_DEGREES

function streamGeometry(geometry, stream) {
  if (geometry.type === 'MultiPolygon') for (const rings of geometry.coordinates) streamPolygon(rings, stream)
  if (geometry.type === 'Polygon') streamPolygon(geometry.coordinates, stream)
  if (geometry.type === 'MultiLineString') for (const line of geometry.coordinates) streamLine(line, stream, 0)
}

function streamPolygon(rings, stream) {
  stream.polygonStart()
  for (const ring of rings) streamLine(ring, stream, 1)
  stream.polygonEnd()
}

/** d3 closes rings itself: the repeated last point of a ring is left out. */
function streamLine(points, stream, leaveOut) {
  stream.lineStart()
  for (const [lon, lat] of points.slice(0, points.length - leaveOut)) stream.point(lon, lat)
  stream.lineEnd()
}

/** Ring groups of one polygon after a cut: d3 emits all its rings at once, so each outer ring takes the holes inside it. */
function splitPolygon(rings) {
  const outers = rings.filter((ring) => signedArea(ring) < 0)
  const holes = rings.filter((ring) => signedArea(ring) >= 0)
  return outers.map((outer) => [outer, ...holes.filter((hole) => contains(outer, hole[0]))])
}

/** Negative for the clockwise outer rings that world-atlas has. */
function signedArea(ring) {
  let area = 0
  for (let i = 1; i < ring.length; i++) area += (ring[i][0] - ring[i - 1][0]) * (ring[i][1] + ring[i - 1][1])
  return -area / 2
}

function contains(ring, [x, y]) {
  let inside = false
  for (let i = 1; i < ring.length; i++) {
    const [ax, ay] = ring[i - 1]
    const [bx, by] = ring[i]
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
  }
  return inside
}

/** The place inside the largest part of a country that is farthest from its edge: where a name sits best. */
function namePlace(polygons) {
  const largest = polygons.reduce((a, b) => (groundArea(a[0]) >= groundArea(b[0]) ? a : b))
  const [west, south, east, north] = bounds(largest[0])
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180)
  let best = { distance: -1, lon: (west + east) / 2, lat: (south + north) / 2 }
  const steps = 40
  for (let i = 1; i < steps; i++)
    for (let j = 1; j < steps; j++) {
      const lon = west + ((east - west) * i) / steps
      const lat = south + ((north - south) * j) / steps
      if (!contains(largest[0], [lon, lat])) continue
      const distance = edgeDistance(largest[0], lon, lat, squeeze)
      if (distance > best.distance) best = { distance, lon, lat }
    }
  return { lon: round(best.lon), lat: round(best.lat) }
}

/** Names are wide and low: room above and below counts twice as much as room to the sides. */
function edgeDistance(ring, lon, lat, squeeze) {
  let nearest = Number.POSITIVE_INFINITY
  for (const [x, y] of ring) {
    if (y < -89) continue // the closing edge at the pole is no coast
    nearest = Math.min(nearest, Math.hypot((x - lon) * squeeze * 0.5, y - lat))
  }
  return nearest
}

const groundArea = (ring) => Math.abs(signedArea(ring)) * Math.cos((ring[0][1] * Math.PI) / 180)

function bounds(ring) {
  const lons = ring.map((point) => point[0])
  const lats = ring.map((point) => point[1])
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

/** [lon, lat, dLon, dLat, ...] in units, repeated points left out. */
function encode(points) {
  const codes = []
  let last = [0, 0]
  for (const point of points) {
    const next = point.map((value) => Math.round(value / UNIT_DEGREES))
    if (codes.length > 0 && next[0] === last[0] && next[1] === last[1]) continue
    codes.push(next[0] - last[0], next[1] - last[1])
    last = next
  }
  return codes
}

export function buildBaseMap(atlas) {
  const land = cutOnSphere(feature(atlas, atlas.objects.land).features[0].geometry).polygons.flatMap(splitPolygon)
  const borders = cutOnSphere(mesh(atlas, atlas.objects.countries, (a, b) => a !== b)).lines
  const names = feature(atlas, atlas.objects.countries)
    .features.map((country) => ({
      name: countryName(country.properties.name),
      areaKm2: Math.round(geoArea(country) * EARTH_RADIUS_KM ** 2),
      ...namePlace(cutOnSphere(country.geometry).polygons.flatMap(splitPolygon)),
    }))
    .sort((a, b) => b.areaKm2 - a.areaKm2)
  return {
    source: 'Natural Earth 1:50m, public domain, from world-atlas 2.0.2',
    unit: UNIT_DEGREES,
    land: land
      .map((rings) => rings.map(encode).filter((codes) => codes.length >= 8))
      .filter((rings) => rings.length > 0),
    borders: borders.map(encode).filter((codes) => codes.length >= 4),
    names,
    seas: seaNames,
  }
}

async function main() {
  const atlas = JSON.parse(await readFile(fileURLToPath(import.meta.resolve('world-atlas/countries-50m.json')), 'utf8'))
  await mkdir(new URL('.', target), { recursive: true })
  const text = JSON.stringify(buildBaseMap(atlas))
  await writeFile(target, `${text}\n`)
  process.stdout.write(`base-map.json: ${Math.round(text.length / 1000)} kB\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()

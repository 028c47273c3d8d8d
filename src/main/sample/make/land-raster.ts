// Makes src/main/sample/land-raster-data.ts: Natural Earth 1:50m countries (world-atlas) as a 0.1 degree raster of continent
// codes. Run by scripts of docs/sample-planet.md; the result is committed.

import { readFileSync, writeFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import type { Polygon, Position } from 'geojson'
import { feature } from 'topojson-client'
import type { GeometryCollection, Topology } from 'topojson-specification'
import { continents } from '../continents.ts'

/** ISO 3166 numeric codes (Natural Earth's `id`) of each continent; the rest is told by longitude and latitude */
const members: Record<string, string> = {
  Africa:
    '012 024 072 108 120 132 140 148 174 175 178 180 204 226 231 232 262 266 270 288 324 384 404 426 430 434 450 454 466 478 480 504 508 516 562 566 624 638 646 654 678 686 690 694 706 710 716 728 729 732 748 768 788 800 818 834 854 894',
  Asia: '004 031 048 050 051 064 086 096 104 116 144 156 158 268 275 344 356 360 364 368 376 392 398 400 408 410 414 417 418 422 446 458 462 496 512 524 586 608 626 634 682 702 704 760 762 764 784 792 795 860 887',
  Europe:
    '008 020 040 056 070 100 112 191 196 203 208 233 234 246 248 250 276 300 336 348 352 372 380 428 438 440 442 470 492 498 499 528 578 616 620 642 674 688 703 705 724 752 756 804 807 826 831 832 833',
  'North America':
    '028 044 052 060 084 092 124 136 188 192 212 214 222 304 308 312 320 332 340 388 474 484 500 531 533 534 558 591 630 652 659 660 662 663 666 670 780 796 840 850',
  'South America': '032 068 076 152 170 218 238 239 254 328 600 604 740 858 862',
  Oceania: '016 036 090 184 242 258 296 316 520 540 548 554 570 574 580 583 584 585 598 612 772 776 798 876 882',
  Antarctica: '010 260 334',
}

const width = 3600
const height = 1800
const raster = new Uint8Array(width * height)

const topology = JSON.parse(readFileSync('node_modules/world-atlas/countries-50m.json', 'utf8')) as Topology
const countries = feature(topology, topology.objects['countries'] as GeometryCollection)
for (const country of countries.features) {
  const { geometry } = country
  const polygons =
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.type === 'MultiPolygon' ? geometry.coordinates : []
  for (const polygon of polygons) fill(polygon, String(country.id ?? ''))
}
const packed = deflateSync(raster, { level: 9 }).toString('base64')
writeFileSync(
  'src/main/sample/land-raster-data.ts',
  `// Made by src/main/sample/make/land-raster.ts from world-atlas 2.0.2 (Natural Earth, public domain); do not edit.\n\n` +
    `/** ${width} x ${height} continent codes, row 0 at 90 N, column 0 at 180 W; deflated, base64 */\n` +
    `export const landRasterData =\n  '${packed}'\n`,
)
console.log('land share', raster.filter((code) => code > 0).length / raster.length, 'bytes', packed.length)

/** Scan lines through pixel centres, even-odd over all rings. */
function fill(rings: Polygon['coordinates'], id: string): void {
  const flat = rings.map(unwrapped)
  for (let row = 0; row < height; row++) {
    const lat = 90 - (row + 0.5) / 10
    const crossings = flat.flatMap((ring) => ringCrossings(ring, lat)).sort((a, b) => a - b)
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.ceil((crossings[i]! + 180) * 10 - 0.5)
      const to = Math.floor((crossings[i + 1]! + 180) * 10 - 0.5)
      for (let col = from; col <= to; col++) {
        const wrapped = ((col % width) + width) % width
        raster[row * width + wrapped] = codeOf(id, lat, -180 + (wrapped + 0.5) / 10)
      }
    }
  }
}

/** Rings that jump across the antimeridian go on beyond 180; the ring round the pole is closed along 90 S. */
function unwrapped(ring: readonly Position[]): Position[] {
  const out: Position[] = []
  let shift = 0
  ring.forEach((point, i) => {
    const step = i === 0 ? 0 : point[0]! - ring[i - 1]![0]!
    if (step > 180) shift -= 360
    if (step < -180) shift += 360
    out.push([point[0]! + shift, point[1]!])
  })
  const turn = out.at(-1)![0]! - out[0]![0]!
  if (Math.abs(turn) > 180) out.push([out.at(-1)![0]!, -90.1], [out[0]![0]!, -90.1], out[0]!)
  return out
}

function ringCrossings(ring: readonly Position[], lat: number): number[] {
  const found: number[] = []
  for (let i = 1; i < ring.length; i++) {
    const [x0, y0] = ring[i - 1] as [number, number]
    const [x1, y1] = ring[i] as [number, number]
    if (y0 <= lat !== y1 <= lat) found.push(x0 + ((lat - y0) / (y1 - y0)) * (x1 - x0))
  }
  return found
}

function codeOf(id: string, lat: number, lon: number): number {
  const named = Object.entries(members).find(([, ids]) => ids.split(' ').includes(id))?.[0]
  if (named !== undefined && !(id === '840' && lon < -150 && lat < 30)) return continents.indexOf(named as never) + 1
  if (id === '643') return lon > 60 || lon < 0 ? 2 : 3
  if (lat < -55) return 7
  if (lon < -30) return lat > 10 ? 4 : 5
  if (lon < 40) return lat > 36 ? 3 : 1
  return lat > -11 ? (lon < 52 && lat < 13 ? 1 : lon < 25 ? 3 : 2) : 6
}

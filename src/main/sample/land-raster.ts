// Land, continents and the distance to the sea, from the 0.1 degree raster of Natural Earth.

import { inflateSync } from 'node:zlib'
import { type Continent, continents } from './continents.ts'
import { landRasterData } from './land-raster-data.ts'

const width = 3600
const height = 1800
const kmPerCell = 11.12

let codes: Uint8Array | undefined
let coastKm: Float32Array | undefined

/** Code of the continent per raster cell; 0 is sea. */
function loadCodes(): Uint8Array {
  codes ??= new Uint8Array(inflateSync(Buffer.from(landRasterData, 'base64')))
  return codes
}

/** Km to the coast per raster cell: positive on land, negative at sea. */
function loadCoastKm(): Float32Array {
  coastKm ??= signedDistance(loadCodes())
  return coastKm
}

/** The continent at a place, or of the nearest land within about 30 km; undefined at sea. */
export function continentAt(lat: number, lon: number): Continent | undefined {
  const land = loadCodes()
  const row = Math.min(height - 1, Math.max(0, Math.floor((90 - lat) * 10)))
  const col = Math.floor((lon + 180) * 10)
  for (let ring = 0; ring <= 3; ring++) {
    for (let dr = -ring; dr <= ring; dr++) {
      for (let dc = -ring; dc <= ring; dc++) {
        const at = Math.min(height - 1, Math.max(0, row + dr)) * width + ((((col + dc) % width) + width) % width)
        const code = land[at]!
        if (code > 0) return continents[code - 1]
      }
    }
  }
  return undefined
}

/** Signed km to the coast, positive on land; smooth between raster cells. */
export function coastDistanceKm(lat: number, lon: number): number {
  const coast = loadCoastKm()
  const y = Math.min(height - 1.001, Math.max(0, (90 - lat) * 10 - 0.5))
  const x = ((((lon + 180) * 10 - 0.5) % width) + width) % width
  const [row, col] = [Math.floor(y), Math.floor(x)]
  const next = (col + 1) % width
  const [fy, fx] = [y - row, x - col]
  const upper = coast[row * width + col]! * (1 - fx) + coast[row * width + next]! * fx
  const lower = coast[(row + 1) * width + col]! * (1 - fx) + coast[(row + 1) * width + next]! * fx
  return upper * (1 - fy) + lower * fy
}

/** Two chamfer passes; columns narrow with the cosine of the latitude. */
function signedDistance(codes: Uint8Array): Float32Array {
  const distance = new Float32Array(codes.length).fill(5000)
  for (let row = 0; row < height; row++) seedRow(codes, distance, row)
  for (let row = 0; row < height; row++) relaxRow(distance, row, -1)
  for (let row = height - 1; row >= 0; row--) relaxRow(distance, row, 1)
  for (let i = 0; i < codes.length; i++) if (codes[i] === 0) distance[i] = -distance[i]!
  return distance
}

function eastKm(row: number): number {
  return kmPerCell * Math.max(0.02, Math.cos(((90 - (row + 0.5) / 10) * Math.PI) / 180))
}

function seedRow(codes: Uint8Array, distance: Float32Array, row: number): void {
  const east = eastKm(row) / 2
  for (let col = 0; col < width; col++) {
    const at = row * width + col
    const isLand = codes[at]! > 0
    const nextEast = row * width + ((col + 1) % width)
    if (codes[nextEast]! > 0 !== isLand) {
      distance[at] = Math.min(distance[at]!, east)
      distance[nextEast] = Math.min(distance[nextEast]!, east)
    }
    if (row + 1 < height && codes[at + width]! > 0 !== isLand) {
      distance[at] = Math.min(distance[at]!, kmPerCell / 2)
      distance[at + width] = Math.min(distance[at + width]!, kmPerCell / 2)
    }
  }
}

/** Eastwards with what the row before (`from`) brings, then westwards; columns wrap around the globe. */
function relaxRow(distance: Float32Array, row: number, from: -1 | 1): void {
  const line = distance.subarray(row * width, (row + 1) * width)
  const other = row + from
  const east = eastKm(row)
  let carried = line[width - 1]! + east
  if (other >= 0 && other < height) takeOver(line, distance.subarray(other * width, (other + 1) * width), east)
  for (let col = 0; col < width; col++) {
    const best = Math.fround(Math.min(line[col]!, carried))
    line[col] = best
    carried = best + east
  }
  carried = line[0]! + east
  for (let col = width - 1; col >= 0; col--) {
    const best = Math.fround(Math.min(line[col]!, carried))
    line[col] = best
    carried = best + east
  }
}

/** What the three nearest cells of the row before bring. */
function takeOver(line: Float32Array, before: Float32Array, east: number): void {
  const diagonal = Math.hypot(east, kmPerCell)
  let left = before[width - 1]!
  let middle = before[0]!
  for (let col = 0; col < width; col++) {
    const right = before[col + 1 === width ? 0 : col + 1]!
    const best = Math.min(middle + kmPerCell, Math.min(left, right) + diagonal)
    if (best < line[col]!) line[col] = best
    left = middle
    middle = right
  }
}

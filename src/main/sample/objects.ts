// What people and fire put on the ground: irrigation pivots, towns, burn scars. Each writes over `surface` where it stands.

import { random2, smoothstep, texelAt, tileAt } from './noise.ts'
import { material } from './spectra.ts'
import { surface } from './surface.ts'
import type { Textures } from './textures.ts'

/** distance of pivot centres and radius of the watered circle, metres */
const pivotSpacing = 840
const pivotRadius = 400
/** half the width of the irrigated square round the middle of the cell, metres */
const irrigatedReach = 3400

/** crops of the eight circles round every third one, which turn by one from farm to farm */
const rotation = [
  material.ripeCrop,
  material.irrigated,
  material.irrigated,
  material.irrigated,
  material.darkSoil,
  material.irrigated,
  material.irrigated,
  material.irrigated,
]
const ringOrder = [0, 1, 2, 7, -1, 3, 6, 5, 4]

function cropOf(col: number, row: number, cell: number): number {
  const [inCol, inRow] = [(((col + 1) % 3) + 3) % 3, (((row + 1) % 3) + 3) % 3]
  const ring = ringOrder[inRow * 3 + inCol]!
  return ring === -1 ? material.irrigated : rotation[(ring + cell) % 8]!
}

/** @param x,y metres from the middle of the cell image; `cell` numbers the cell @returns whether a circle covers the pixel */
export function drawPivot(t: Textures, x: number, y: number, cell: number): boolean {
  if (Math.abs(x) > irrigatedReach || Math.abs(y) > irrigatedReach) return false
  const [col, row] = [Math.floor(x / pivotSpacing + 0.5), Math.floor(y / pivotSpacing + 0.5)]
  const [dx, dy] = [x - col * pivotSpacing, y - row * pivotSpacing]
  const radius = Math.hypot(dx, dy)
  if (radius > pivotRadius) {
    // The ground was levelled for the machines: dunes and gravel are gone, tracks run between the circles.
    const isTrack = Math.abs(Math.abs(dx) - pivotSpacing / 2) < 7 || Math.abs(Math.abs(dy) - pivotSpacing / 2) < 7
    surface.first = material.sand
    surface.second = material.paleSand
    surface.mixture = 0.5
    surface.gain = isTrack ? 0.85 : 0.98 + 0.02 * texelAt(t.fine, Math.floor(x / 10), Math.floor(y / 10))
    return false
  }
  const crop = cropOf(col, row, cell)
  const ring = 0.03 * Math.cos(radius / 14)
  const arm = Math.abs(dx * Math.sin(cell + col) - dy * Math.cos(cell + col)) < 6
  surface.first = crop
  surface.second = arm ? material.soil : crop
  surface.mixture = arm ? 0.5 : 0
  surface.gain = 0.98 + 0.04 * random2(col, row, cell * 7 + 5) + ring
  return true
}

/** @param x,y metres from the middle of the town @returns whether the pixel is built up */
export function drawTown(t: Textures, x: number, y: number, town: number): boolean {
  const reach = 900 + 320 * random2(town, 1, 401)
  const away = Math.hypot(x, y) / reach + 0.2 * tileAt(t.broad, (x + town * 977) / 9, y / 9)
  const turn = random2(town, 2, 401) * 1.57
  const u = x * Math.cos(turn) + y * Math.sin(turn)
  const v = y * Math.cos(turn) - x * Math.sin(turn)
  const isMainRoad = Math.min(Math.abs(u + 60), Math.abs(v - 40)) < 12 && Math.hypot(x, y) < reach * 3.5
  if (away > 1 && !isMainRoad) return false
  const [block, lane] = [Math.floor(u / 150), Math.floor(v / 110)]
  const isStreet = u - block * 150 < 14 || v - lane * 110 < 14
  if (isMainRoad || isStreet) {
    surface.first = material.asphalt
    surface.second = material.roof
    surface.mixture = isMainRoad ? 0.35 : 0.05
    surface.gain = 0.95
    return true
  }
  drawBlock(t, { u, v, block, lane, town, away })
  return true
}

/** Parks, works with bright roofs towards the edge, else houses: dense in the middle, among gardens further out. */
function drawBlock(
  t: Textures,
  p: { u: number; v: number; block: number; lane: number; town: number; away: number },
): void {
  const kind = random2(p.block, p.lane, p.town * 3 + 403)
  const [houseU, houseV] = [Math.floor(p.u / 30), Math.floor(p.v / 30)]
  const house = random2(houseU, houseV, p.town * 3 + 409)
  surface.second = material.broadleaf
  if (kind < 0.09) {
    surface.first = material.meadow
    surface.mixture = texelAt(t.crown, Math.floor(p.u / 10), Math.floor(p.v / 10))
    surface.gain = 0.95
  } else if (kind > 0.93 && p.away > 0.35) {
    surface.first = material.roof
    surface.mixture = 0
    surface.gain = 1.3 + 0.35 * house
  } else {
    const isGarden = house < 0.55 * p.away
    surface.first = isGarden ? material.meadow : kind < 0.55 ? material.redRoof : material.roof
    surface.mixture = isGarden ? 0.6 : 0.08 + 0.25 * p.away
    surface.gain = 0.78 + 0.3 * house
  }
}

/** @param x,y metres from the middle of the scar @returns whether the pixel is burnt */
export function drawBurn(t: Textures, x: number, y: number, radius: number): boolean {
  const edge =
    radius * (1 + 0.28 * tileAt(t.broad, (x + radius * 31) / 13, y / 13)) - Math.hypot(x * 0.8 + y * 0.3, y * 0.95)
  if (edge < 0) return false
  const severity = smoothstep(0, 120, edge) * (0.86 + 0.1 * tileAt(t.broad, x / 12, y / 12))
  const was = surface.mixture > 0.5 ? surface.second : surface.first
  surface.first = was
  surface.second = material.burnt
  surface.mixture = Math.min(1, severity)
  return true
}

// The tiles behind the 10 m textures, made once per process.

import { fbmTile, random2, smoothstep, standardised, type Tile, tileAt, tileSize } from './noise.ts'

export interface Textures {
  /** features of 128 texels and finer */
  readonly broad: Tile
  /** features of 8 texels and finer */
  readonly fine: Tile
  /** features of 128 and 64 texels only: smooth enough for shore lines */
  readonly smooth: Tile
  /** mountains: sharp crests, 0..1 high */
  readonly height: Tile
  /** light on them from the north-west, about -1..1 */
  readonly shade: Tile
  /** tree crowns about 3 texels wide, 0..1: 1 in the middle of a crown */
  readonly crown: Tile
  /** cell boundaries of polygons about 12 texels wide: 1 on a boundary */
  readonly polygon: Tile
  /** light on dunes that run along u */
  readonly dune: Tile
  /** Gaussian, for the sensor */
  readonly sensor: Float32Array
  /** exponential with mean 1, for speckle */
  readonly speckle: Float32Array
}

let made: Textures | undefined

export function textures(): Textures {
  if (made !== undefined) return made
  const height = mountainTile()
  made = {
    broad: fbmTile(4, 6, 11),
    fine: fbmTile(64, 3, 23),
    smooth: fbmTile(4, 2, 37),
    height,
    shade: shadeTile(height),
    crown: worleyTile(160, (nearest) => smoothstep(0.75, 0.1, nearest), 41),
    polygon: worleyTile(40, (nearest, second) => smoothstep(0.16, 0.02, second - nearest), 43),
    dune: duneTile(),
    sensor: table((i) => Math.sqrt(-2 * Math.log(1 - random2(i, 1, 47))) * Math.cos(2 * Math.PI * random2(i, 2, 47))),
    speckle: table((i) => -Math.log(1 - random2(i, 3, 53))),
  }
  return made
}

function table(valueAt: (i: number) => number): Float32Array {
  const values = new Float32Array(65536)
  for (let i = 0; i < values.length; i++) values[i] = valueAt(i)
  return values
}

/** Ridged noise: crests where a smooth noise changes sign, finer ones on higher ground. */
function mountainTile(): Tile {
  const layers = [fbmTile(4, 1, 61), fbmTile(8, 1, 67), fbmTile(16, 1, 71), fbmTile(32, 1, 73), fbmTile(64, 1, 79)]
  const tile = new Float32Array(tileSize * tileSize)
  for (let i = 0; i < tile.length; i++) {
    let sum = 0
    let weight = 0.5
    let above = 1
    for (const layer of layers) {
      const ridge = (1 - Math.min(1, Math.abs(layer[i]!) * 0.75)) ** 2
      sum += weight * ridge * above
      above = Math.min(1, ridge * 1.6)
      weight *= 0.55
    }
    tile[i] = Math.min(1, sum)
  }
  return tile
}

function shadeTile(height: Tile): Tile {
  const tile = new Float32Array(tileSize * tileSize)
  for (let row = 0; row < tileSize; row++) {
    for (let col = 0; col < tileSize; col++) {
      const alongX = tileAt(height, col + 1, row) - tileAt(height, col - 1, row)
      const alongY = tileAt(height, col, row + 1) - tileAt(height, col, row - 1)
      // Tile rows grow northwards, light comes from the north-west: a slope that rises to the south-east is lit.
      tile[row * tileSize + col] = Math.tanh((alongX - alongY) * 9)
    }
  }
  return tile
}

/** One jittered point a cell; `shape` turns the distances to the nearest two (in cells) into a value. */
function worleyTile(cells: number, shape: (nearest: number, second: number) => number, seed: number): Tile {
  const tile = new Float32Array(tileSize * tileSize)
  const step = cells / tileSize
  const points = jitteredPoints(cells, seed)
  const side = cells + 2
  for (let row = 0; row < tileSize; row++) {
    const y = row * step
    const top = Math.floor(y) * side
    for (let col = 0; col < tileSize; col++) {
      const x = col * step
      const corner = top + Math.floor(x)
      let nearest = 9
      let second = 9
      // by squares: a root for each of nine points would take most of the time
      for (let at = corner, line = 0; line < 3; line++, at += side) {
        for (let k = at; k < at + 3; k++) {
          const [dx, dy] = [points.x[k]! - x, points.y[k]! - y]
          const square = dx * dx + dy * dy
          if (square < nearest) {
            second = nearest
            nearest = square
          } else if (square < second) second = square
        }
      }
      tile[row * tileSize + col] = shape(Math.sqrt(nearest), Math.sqrt(second))
    }
  }
  return tile
}

/** A point in every cell and in one more cell at each side, where the tile repeats; in cells. */
function jitteredPoints(cells: number, seed: number): { readonly x: Float64Array; readonly y: Float64Array } {
  const side = cells + 2
  const [x, y] = [new Float64Array(side * side), new Float64Array(side * side)]
  for (let row = 0; row < side; row++) {
    for (let col = 0; col < side; col++) {
      const cell = ((row - 1 + cells) % cells) * cells + ((col - 1 + cells) % cells)
      x[row * side + col] = col - 1 + Math.fround(random2(cell, 1, seed))
      y[row * side + col] = row - 1 + Math.fround(random2(cell, 2, seed))
    }
  }
  return { x, y }
}

/** Asymmetric waves, bent and broken by noise. */
function duneTile(): Tile {
  const bend = fbmTile(4, 3, 83)
  const strength = fbmTile(4, 2, 89)
  const tile = new Float32Array(tileSize * tileSize)
  for (let i = 0; i < tile.length; i++) {
    const phase = (Math.floor(i / tileSize) / tileSize) * 16 + bend[i]! * 0.85
    const saw = phase - Math.floor(phase)
    const wave = saw < 0.72 ? saw / 0.72 : (1 - saw) / 0.28
    tile[i] = (wave - 0.5) * smoothstep(-2, 1, strength[i]!)
  }
  return standardised(tile)
}

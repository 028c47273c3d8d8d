// Seeded noise: hashes, value noise on the sphere (in unit-vector space, so nothing depends on a projection) and
// periodic tiles that make 10 m textures a table lookup.

/** 32-bit mix of two integers and a seed (Wellons' lowbias32). */
export function hash2(x: number, y: number, seed: number): number {
  let h = Math.imul(x | 0, 0x9e3779b1) ^ Math.imul(y | 0, 0x85ebca6b) ^ Math.imul(seed, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}

/** 0 <= value < 1 */
export function random2(x: number, y: number, seed: number): number {
  return hash2(x, y, seed) / 4294967296
}

export function smoothstep(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)))
  return t * t * (3 - 2 * t)
}

const lattice = new Float32Array(65536)
for (let i = 0; i < 65536; i++) lattice[i] = random2(i, 7, 1) * 2 - 1

function latticeAt(x: number, y: number, z: number): number {
  return lattice[(Math.imul(x, 73856093) ^ Math.imul(y, 19349663) ^ Math.imul(z, 83492791)) & 65535]!
}

/** Value noise in -1..1 with features one unit wide. */
export function noise3(x: number, y: number, z: number): number {
  const [ix, iy, iz] = [Math.floor(x), Math.floor(y), Math.floor(z)]
  const fx = fade(x - ix)
  const fy = fade(y - iy)
  const fz = fade(z - iz)
  const x00 = mix(latticeAt(ix, iy, iz), latticeAt(ix + 1, iy, iz), fx)
  const x10 = mix(latticeAt(ix, iy + 1, iz), latticeAt(ix + 1, iy + 1, iz), fx)
  const x01 = mix(latticeAt(ix, iy, iz + 1), latticeAt(ix + 1, iy, iz + 1), fx)
  const x11 = mix(latticeAt(ix, iy + 1, iz + 1), latticeAt(ix + 1, iy + 1, iz + 1), fx)
  return mix(mix(x00, x10, fy), mix(x01, x11, fy), fz)
}

function fade(t: number): number {
  return t * t * (3 - 2 * t)
}

function mix(a: number, b: number, t: number): number {
  return a + t * (b - a)
}

/** Sum of `octaves` noises, each twice as fine and half as strong; about -1..1. */
export function fbm3(x: number, y: number, z: number, octaves: number): number {
  let sum = 0
  let weight = 0.5
  let scale = 1
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * noise3(x * scale + octave * 17.3, y * scale - octave * 9.1, z * scale + octave * 5.7)
    weight /= 2
    scale *= 2
  }
  return sum
}

export const tileSize = 512
const tileMask = tileSize - 1

/** Periodic `tileSize` square, mean 0 and standard deviation 1. */
export type Tile = Float32Array

/** @param firstCells lattice cells along the tile in the first octave (a power of two) */
export function fbmTile(firstCells: number, octaves: number, seed: number): Tile {
  const tile = new Float32Array(tileSize * tileSize)
  for (let octave = 0; octave < octaves; octave++) {
    addOctave(tile, { cells: firstCells << octave, weight: 0.5 ** octave, seed: seed + octave * 101 })
  }
  return standardised(tile)
}

function addOctave(tile: Tile, { cells, weight, seed }: { cells: number; weight: number; seed: number }): void {
  const values = new Float32Array(cells * cells)
  for (let i = 0; i < values.length; i++) values[i] = random2(i % cells, Math.floor(i / cells), seed) * 2 - 1
  const step = cells / tileSize
  // the same along every row: the lattice points at both sides of a texel and how far it is from the first
  const left = Int32Array.from({ length: tileSize }, (_, col) => Math.floor(col * step))
  const fades = Float64Array.from({ length: tileSize }, (_, col) => fade(col * step - left[col]!))
  for (let row = 0; row < tileSize; row++) {
    const y0 = left[row]!
    const fy = fades[row]!
    const [top, bottom] = [y0 * cells, ((y0 + 1) % cells) * cells]
    const start = row * tileSize
    for (let col = 0; col < tileSize; col++) {
      const x0 = left[col]!
      const x1 = x0 + 1 === cells ? 0 : x0 + 1
      const fx = fades[col]!
      const upper = mix(values[top + x0]!, values[top + x1]!, fx)
      const lower = mix(values[bottom + x0]!, values[bottom + x1]!, fx)
      tile[start + col]! += weight * mix(upper, lower, fy)
    }
  }
}

export function standardised(tile: Tile): Tile {
  let sum = 0
  let squares = 0
  for (let i = 0; i < tile.length; i++) {
    const value = tile[i]!
    sum += value
    squares += value * value
  }
  const mean = sum / tile.length
  const std = Math.sqrt(squares / tile.length - mean * mean)
  const out = new Float32Array(tile.length)
  for (let i = 0; i < tile.length; i++) out[i] = (tile[i]! - mean) / std
  return out
}

/** The tile at fractional texel (u, v), bilinear and periodic. */
export function tileAt(tile: Tile, u: number, v: number): number {
  const iu = Math.floor(u)
  const iv = Math.floor(v)
  const fu = u - iu
  const [c0, c1] = [iu & tileMask, (iu + 1) & tileMask]
  const [r0, r1] = [(iv & tileMask) * tileSize, ((iv + 1) & tileMask) * tileSize]
  const upper = tile[r0 + c0]! + fu * (tile[r0 + c1]! - tile[r0 + c0]!)
  const lower = tile[r1 + c0]! + fu * (tile[r1 + c1]! - tile[r1 + c0]!)
  return upper + (v - iv) * (lower - upper)
}

/** The tile at whole texel (u, v), periodic. */
export function texelAt(tile: Tile, u: number, v: number): number {
  return tile[(v & tileMask) * tileSize + (u & tileMask)]!
}

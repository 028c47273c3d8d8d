// Used by tests and benchmarks only: the vectors of fixtures/search/make.py, drawn instead of stored.

import { readFileSync } from 'node:fs'
import { mulberry32 } from './mulberry32.ts'

export { mulberry32 } from './mulberry32.ts'

/** A file of fixtures/search; the caller states its shape. */
export function readSearchFixture<T>(name: 'search' | 'pca' | 'polygons'): T {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/search/${name}.json`, import.meta.url), 'utf8')) as T
}

/** Row-major `count x dimensions`; column j has mean j / dimensions and spread 1 / (1 + j / 4). */
export function fixtureVectors(seed: number, count: number, dimensions: number): Float32Array {
  const draw = mulberry32(seed)
  const out = new Float32Array(count * dimensions)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < dimensions; j++) out[i * dimensions + j] = (draw() - 0.5) / (1 + j / 4) + j / dimensions
  }
  return out
}

/** Row 7 repeats row 3, row 11 has a NaN, row 13 is zero, row 17 has an infinity. */
export function spoiledVectors(seed: number, count: number, dimensions: number): Float32Array {
  const out = fixtureVectors(seed, count, dimensions)
  out.copyWithin(7 * dimensions, 3 * dimensions, 4 * dimensions)
  out[11 * dimensions + 2] = Number.NaN
  out.fill(0, 13 * dimensions, 14 * dimensions)
  out[17 * dimensions] = Number.POSITIVE_INFINITY
  return out
}

/**
 * The images of fixtures/networks/original.py: noise, with a level and a contrast of its own in each channel of each image.
 * @param shape (images, channels, rows, cols)
 */
export function fixtureImages(seed: number, shape: readonly number[]): Float32Array {
  const [count = 0, channels = 0, rows = 0, cols = 0] = shape
  const [noise, own] = [mulberry32(seed), mulberry32(seed + 1)]
  const values = new Float32Array(count * channels * rows * cols)
  for (let plane = 0; plane < count * channels; plane++) {
    const level = own() * 2 - 1
    const contrast = 0.25 + own()
    for (let i = plane * rows * cols; i < (plane + 1) * rows * cols; i++) values[i] = (noise() - 0.5) * contrast + level
  }
  return values
}

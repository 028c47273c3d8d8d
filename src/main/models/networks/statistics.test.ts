import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StateDict } from '../state-dict/state-dict.ts'
import { withStatistics } from './statistics.ts'

const weights: StateDict = {
  place: 'weights',
  entries: new Map([['a', { type: 'float32', shape: [1] }]]),
  readFloat32: async () => Float32Array.of(5),
  readFloat64: async () => Float64Array.of(5),
  close: async () => {},
}

let path = ''
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'statistics-')), 'stats.json')
})
afterAll(() => rm(join(path, '..'), { recursive: true }))

const thirteen = Array.from({ length: 13 }, (_, i) => i + 0.5)

describe('the band statistics of MMEarth', () => {
  it('leave out the cirrus band, whose numbers may be NaN as Python writes it', async () => {
    const list = JSON.stringify(thirteen).replace('10.5', 'NaN')
    await writeFile(path, `{"sentinel2_l2a": {"mean": ${list}, "std": ${list}, "max": [-Infinity]}, "era5": {}}`)
    const found = await withStatistics(weights, path)
    expect(found.entries.get('statistics.mean')).toEqual({ type: 'float64', shape: [12] })
    expect([...(await found.readFloat64('statistics.std'))]).toEqual(thirteen.filter((value) => value !== 10.5))
    expect(await found.readFloat32('a')).toEqual(Float32Array.of(5))
  })

  it.each([
    ['{"sentinel2_l2a": {"mean": [1, 2], "std": [1, 2]}}', /12 or 13 bands, got 2 bands/],
    ['{"sentinel2_l1c": {}}', /got no such list \(sentinel2_l2a\)/],
    [`{"sentinel2_l2a": {"mean": [NaN${', 1'.repeat(12)}], "std": [1${', 1'.repeat(12)}]}}`, /a band without a number/],
    ['mean: 1', /got something else/],
  ])('are refused when the file says %s', async (text, message) => {
    await writeFile(path, text)
    await expect(withStatistics(weights, path)).rejects.toThrow(message)
  })

  it('are refused when there is no file', async () => {
    await expect(withStatistics(weights, `${path}.nowhere`)).rejects.toThrow(/got ENOENT/)
  })
})

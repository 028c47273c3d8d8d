// A probe on a few labelled fragments of the sample planet, against scikit-learn's (fixtures/labels).

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LabelProbeRequest, labelProbeRequest } from '../../shared/contract.ts'
import { CellLayers } from './cell-layers.ts'
import { cellTexture, texelAt } from './cell-texture.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { LabelProbes, labelsOfColumn } from './label-probe.ts'
import { readSet } from './read-set.ts'
import { searchedSet } from './searched-set.ts'
import { wilson } from './wilson.ts'

const root = join(import.meta.dirname, '../../..')
const expected = JSON.parse(readFileSync(join(root, 'fixtures/labels/sample-planet-biomes.json'), 'utf8'))
const { classes, labels } = expected as Pick<LabelProbeRequest, 'classes' | 'labels'>
const context = { signal: new AbortController().signal, onProgress: () => {} }
let set: EmbeddingSet
let layers: CellLayers
let probes: LabelProbes

beforeAll(async () => {
  set = await readSet(join(root, 'sample/sample-planet.parquet'), context)
  layers = new CellLayers(set.cells)
  probes = new LabelProbes(set, layers)
})
afterAll(() => set.source.close())

const train = (parts: Partial<LabelProbeRequest> = {}) =>
  probes.train(labelProbeRequest.parse({ setId: '', classes, labels, ...parts }))
/** answers near a border may fall to the other side of it */
const expectCounts = (got: readonly number[], wanted: readonly number[]) => {
  got.forEach((count, kind) => {
    expect(Math.abs(count - wanted[kind]!), `${classes[kind]} ${count} ${wanted[kind]}`).toBeLessThanOrEqual(6)
  })
}

describe('a probe of labels given in the window', () => {
  it('answers every row as logistic regression of scikit-learn does', async () => {
    const { rows, layer, unusable } = await train()
    expectCounts(rows, expected.logistic.rows)
    expect([rows.reduce((sum, count) => sum + count), unusable]).toEqual([24_095, 0])
    const { values } = layer
    if (values.kind !== 'category') throw new Error('expected categories')
    expect(values.categories.map(({ name }) => name)).toEqual(classes)
    expectCounts(
      values.categories.map(({ cells }) => cells),
      expected.logistic.cells,
    )
  })

  it('answers as ridge does', async () => {
    expectCounts((await train({ probe: 'ridge' })).rows, expected.ridge.rows)
  })

  it('maps the mean probability of one class', async () => {
    const { layer } = await train({ shown: 1 })
    expect(layer.values.kind).toBe('number')
    const texels = layers.texels(layer.layerId)
    const texture = cellTexture(set.cells)
    for (const [cell, probability] of Object.entries(expected.logistic.secondOfCells)) {
      const { lat, lon } = set.cells.named(cell)!
      expect(texels[texelAt(texture, lat, lon)], cell).toBeCloseTo(probability as number, 2)
    }
  })

  it('offers the unlabelled rows it is least sure of, one a cell', async () => {
    const { next } = await train()
    expect(next).toHaveLength(24)
    const labelled = new Set(labels.map(({ row }) => row))
    expect(next.some(({ row }) => labelled.has(row))).toBe(false)
    expect(new Set(next.map(({ gridCell }) => gridCell)).size).toBe(24)
    expect(next[0]!.margin).toBeLessThan(expected.logistic.leastMargins[2] + 0.002)
    expect(next.every(({ margin }, at) => at === 0 || margin >= next[at - 1]!.margin)).toBe(true)
  })

  it('judges itself on held-out labels, where every class has two', async () => {
    const { heldOut } = await train()
    expect(heldOut?.parts).toBe(5)
    expect(heldOut!.accuracy).toBeGreaterThan(0.8)
    const [low, high] = heldOut!.interval
    expect(low < heldOut!.accuracy && heldOut!.accuracy <= high).toBe(true)
    const one = labels.find((label) => label.class === 0)!
    const few = [one, ...labels.filter((label) => label.class === 1)]
    expect((await train({ labels: few })).heldOut).toBeUndefined()
  })

  it('measures the ground of each class', async () => {
    const { layer } = await train()
    const areas = probes.areas(layer.layerId, classes.length)
    const whole = areas.reduce((sum, area) => sum + area)
    // the union of all footprints, shapely's union measured by pyproj: 104,491 km2; classes overlap where fragments do
    expect(whole).toBeGreaterThan(104_491)
    expect(whole).toBeLessThan(115_000)
    expect(() => probes.areas('v99', 2)).toThrow(/train it again/)
  })

  it('is refused with one class, and for rows that are not there', async () => {
    const first = labels.filter((label) => label.class === 0)
    await expect(train({ labels: first })).rejects.toThrow(/two classes or more .*, got one; label another class/)
    await expect(train({ labels: [...labels, { row: 1e6, class: 0 }] })).rejects.toThrow(/got row 1000000 of class 0/)
  })
})

describe('labels of a column', () => {
  it('are its values, as many classes as it has', async () => {
    const found = await labelsOfColumn(searchedSet(set), 'utm_crs').catch((error: Error) => error.message)
    expect(found).toMatch(/labels utm_crs: expected 2 to 30 classes .* got more than 30 classes; choose another column/)
    await expect(labelsOfColumn(searchedSet(set), 'nothing')).rejects.toThrow(/expected a column of the set/)
  })
})

describe("Wilson's interval", () => {
  it('is that of statsmodels', () => {
    // statsmodels.stats.proportion.proportion_confint(45, 50, method='wilson'): 0.786 to 0.957
    const [low, high] = wilson(45, 50)
    expect(low).toBeCloseTo(0.786398, 5)
    expect(high).toBeCloseTo(0.956524, 5)
  })
})

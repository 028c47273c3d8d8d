// The recipes of the shipped cards against Major TOM's own preprocessing, and every network that a card can name.

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readGolden } from '../bytes/golden-file.ts'
import { isMadeForEachRun } from './built-models.ts'
import { isImageCard } from './model-card.ts'
import { networkOf } from './networks/networks.ts'
import { preprocessFragment } from './preprocess.ts'
import { listAllModelCards, readModelCard } from './read-card.ts'

const shipped = join(import.meta.dirname, '../../../models')

interface Normalising {
  norm: {
    s1: Record<'linear' | 'vv' | 'vh', number[]>
    rgb: Record<'dn' | 'siglip_after_05_05', number[]>
    s2l1c: Record<'dn' | 'preprocess', number[]>
  }
}
const { norm } = readGolden<Normalising>('preprocess')

/** One row of pixels a band through the recipe. */
async function run(id: string, recipe: string, bands: readonly (readonly number[])[]): Promise<number[]> {
  const card = await readModelCard(id, [shipped])
  const steps = card.recipes.find(({ name }) => name === recipe)!.steps
  return [...preprocessFragment(Float32Array.from(bands.flat()), steps, { bandCount: bands.length, size: 0 })]
}

function expectNear(got: readonly number[], expected: readonly number[]): void {
  expect(got).toHaveLength(expected.length)
  for (const [i, value] of expected.entries()) expect(Math.abs(got[i]! - value)).toBeLessThan(1e-6)
}

describe("a shipped recipe gives what Major TOM's code gives", () => {
  it('for SSL4EO-S12 on Sentinel-2, exactly', async () => {
    expect(await run('ssl4eo-s2', 'released', [norm.s2l1c.dn])).toEqual(norm.s2l1c.preprocess)
  })

  it('for SSL4EO-S12 on Sentinel-1, with its logarithm repaired', async () => {
    const got = await run('ssl4eo-s1', 'intended', [norm.s1.linear, norm.s1.linear])
    expectNear(got, [...norm.s1.vv, ...norm.s1.vh])
  })

  it('for SigLIP, exactly', async () => {
    expect(await run('siglip-so400m', 'released', [norm.rgb.dn])).toEqual(norm.rgb.siglip_after_05_05)
  })

  it.each([
    ['released', 'executed'],
    ['intended', 'single_rescale'],
  ] as const)('for DINOv2, %s, as the real processor', async (recipe, key) => {
    const golden = readGolden<Record<string, { samples: number[][] }>>('dinov2_preprocess')
    for (const id of ['dinov2-small', 'dinov2-base', 'dinov2-large']) {
      const card = await readModelCard(id, [shipped])
      const pixels = Float32Array.from({ length: 3 * 224 * 224 }, (_, i) => {
        const [band, row, col] = [Math.floor(i / (224 * 224)), Math.floor(i / 224) % 224, i % 224]
        return (row * 37 + col * 11 + band * 701) % 6000
      })
      const { steps } = card.recipes.find(({ name }) => name === recipe)!
      const result = preprocessFragment(pixels, steps, { bandCount: 3, size: 224 })
      const samples = golden[key]!.samples
      const at = samples.map(([band = 0, row = 0, col = 0]) => result[(band * 224 + row) * 224 + col]!)
      expectNear(
        at,
        samples.map((sample) => sample[3]!),
      )
    }
  })
})

describe('a shipped card', () => {
  it('that is built names an architecture, options that fit it, and as many dimensions as its network has', async () => {
    const { cards, problems } = await listAllModelCards([shipped])
    expect(problems).toEqual([])
    const built = cards.map(({ card }) => card).filter((card) => card.onnx.kind === 'build' && !isMadeForEachRun(card))
    expect(built.length).toBe(13)
    for (const card of built) {
      const network = networkOf(card)
      const graph = await network.build({
        read: async () => new Float32Array(),
        tensor: (name, change) => ({
          type: 'float32',
          shape: change?.shape ?? network.parameters.find((parameter) => parameter.name === name)!.shape,
          read: async () => new Float32Array(),
        }),
        tensorFloat64: (name) => ({
          type: 'float64',
          shape: network.parameters.find((parameter) => parameter.name === name)!.shape,
          read: async () => new Float64Array(),
        }),
      })
      expect(graph.inputs.map(({ name }) => name)).toEqual([card.input.name])
      expect(graph.outputs).toEqual([
        { name: card.output.name, type: 'float32', shape: ['batch', card.output.dimensions] },
      ])
      if (isImageCard(card) && Array.isArray(card.bands)) expect(graph.inputs[0]!.shape[1]).toBe(card.bands.length)
    }
  })
})

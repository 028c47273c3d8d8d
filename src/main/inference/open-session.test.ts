import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ModelCard, modelCard } from '../models/model-card.ts'
import { openSession } from './open-session.ts'
import { firstNonFinite } from './pool.ts'

const folder = join(import.meta.dirname, '../../../fixtures/models')
const expected: Record<string, number[]> = JSON.parse(readFileSync(join(folder, 'tiny-expected.json'), 'utf8'))

function tinyCard(change: { bands?: string[]; output?: object; input?: object } = {}): ModelCard {
  return modelCard.parse({
    ...{ id: 'tiny', name: 'tiny', source: 'fixtures', licence: 'Apache-2.0', unit: 'u8' },
    ...{ bands: change.bands ?? ['B04', 'B03', 'B02'], fragment: { size: 16 } },
    recipes: [{ name: 'intended', reason: 'nothing to do', steps: [] }],
    input: { name: 'pixels', size: 16, ...change.input },
    output: { name: 'embedding', dimensions: 12, ...change.output },
    ...{ onnx: { kind: 'file', file: 'tiny.onnx' }, weights: { howToGet: 'committed' } },
    ...{ verified: true, verification: 'test' },
  })
}

/** the images of tiny-networks.py */
function images(bandCount: number): Float32Array {
  const perImage = bandCount * 256
  return Float32Array.from({ length: 3 * perImage }, (_, i) => {
    const image = Math.floor(i / perImage)
    return (((i % perImage) * 31 + image * 7) % 101) / 50 - 1
  })
}

async function embed(name: string, card: ModelCard, bandCount = 3): Promise<Float32Array> {
  const session = await openSession({ model: join(folder, `${name}.onnx`), card, bandCount, device: 'cpu' })
  const vectors = await session.run(images(bandCount), 3, 16)
  await session.dispose()
  return vectors
}

describe('a network run through its card', () => {
  it.each([
    ['tiny-rgb', tinyCard(), 'tiny-rgb', 3],
    ['tiny-rgb-batch4', tinyCard(), 'tiny-rgb-batch4', 3],
    ['tiny-vv-vh', tinyCard({ bands: ['vv', 'vh'] }), 'tiny-vv-vh', 2],
    ['tiny-space', tinyCard({ output: { pooling: 'mean-space' } }), 'tiny-space', 3],
    ['tiny-tokens', tinyCard({ output: { pooling: 'mean-tokens' } }), 'tiny-tokens', 3],
    ['tiny-tokens', tinyCard({ output: { pooling: 'first-token' } }), 'tiny-tokens first', 3],
    ['tiny-nhwc', tinyCard({ input: { layout: 'nhwc' } }), 'tiny-nhwc', 3],
  ])('%s answers as Python says (%#)', async (name, card, key, bandCount) => {
    const vectors = await embed(name, card, bandCount)
    expect(vectors).toHaveLength(36)
    for (const [i, value] of expected[key]!.entries()) expect(Math.abs(vectors[i]! - value)).toBeLessThan(2e-5)
  })

  it('reports the provider and why nothing better runs', async () => {
    const session = await openSession({ model: join(folder, 'tiny-rgb.onnx'), card: tinyCard(), bandCount: 3 })
    if (session.provider === 'cpu') expect(session.providerReason).toMatch(/cuda: .*; webgpu: /)
    await session.dispose()
    const onCpu = await openSession({
      model: join(folder, 'tiny-rgb.onnx'),
      card: tinyCard(),
      bandCount: 3,
      device: 'cpu',
    })
    expect([onCpu.provider, onCpu.providerReason]).toEqual(['cpu', undefined])
    await onCpu.dispose()
  })

  it('keeps NaN values for the caller to find', async () => {
    const vectors = await embed('tiny-log', tinyCard())
    expect(firstNonFinite(vectors, 12)).toBe(0)
    expect(firstNonFinite(Float32Array.from([1, 2, 3, Number.NaN]), 2)).toBe(1)
  })
})

describe('a model that does not fit its card', () => {
  const open = (name: string, card: ModelCard) =>
    openSession({ model: join(folder, name), card, bandCount: (card.bands as string[]).length, device: 'cpu' })

  it.each([
    [
      'another number of bands',
      tinyCard({ bands: ['vv', 'vh'] }),
      /expected "pixels" of shape \(n, 2, 16, 16\).*got \(n, 3, 16, 16\)/,
    ],
    ['another input name', tinyCard({ input: { name: 'image' } }), /expected an input named "image".*got "pixels"/],
    [
      'another output name',
      tinyCard({ output: { name: 'features' } }),
      /expected an output named "features".*got "embedding"/,
    ],
    [
      'other dimensions',
      tinyCard({ output: { dimensions: 64 } }),
      /expected "embedding" of shape \(n, 64\).*got \(n, 12\)/,
    ],
    ['tokens where it has none', tinyCard({ output: { pooling: 'mean-tokens' } }), /of shape \(n, n, 12\)/],
  ])('is refused for %s', async (_name, card, message) => {
    await expect(open('tiny-rgb.onnx', card)).rejects.toThrow(message)
  })

  it('is refused when it is no network, or no file', async () => {
    await expect(open('bicubic.json', tinyCard())).rejects.toThrow(
      /bicubic\.json: expected an ONNX network, got something else/,
    )
    await expect(open('none.onnx', tinyCard())).rejects.toThrow(/none\.onnx: expected an ONNX file, got no such file/)
  })
})

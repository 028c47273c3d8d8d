import { describe, expect, it } from 'vitest'
import type { StateDict, StateDictEntry } from '../state-dict/state-dict.ts'
import { networkOf } from './networks.ts'
import { randomStateDict } from './random-state-dict.ts'
import { matchWeights } from './weights.ts'

const network = networkOf({
  id: 'small',
  onnx: {
    kind: 'build',
    builder: 'dinov2',
    options: { width: 8, layers: 1, heads: 2, mlpWidth: 16, imageSize: 28, positionGrid: 4, pooling: 'mean-tokens' },
  },
})

function changed(change: (entries: Map<string, StateDictEntry>) => void, layout?: string): StateDict {
  const dict = randomStateDict(network, 1, layout === undefined ? {} : { layout })
  const entries = new Map(dict.entries)
  change(entries)
  return { ...dict, place: 'w.safetensors', entries }
}

describe('weights for a network', () => {
  it('are refused by the name of the first tensor that is missing, with how many more', () => {
    const one = changed((entries) => entries.delete('encoder.layer.0.norm2.weight'))
    expect(() => matchWeights(network, one)).toThrow(
      'weights w.safetensors: expected tensor "encoder.layer.0.norm2.weight" of shape (8) (names of transformers 4), got no such tensor; these weights belong to another model or variant',
    )
    const two = changed((entries) => {
      entries.delete('layernorm.weight')
      entries.delete('layernorm.bias')
    })
    expect(() => matchWeights(network, two)).toThrow('got no such tensor (and 1 more like it)')
  })

  it('are refused by the name of the first tensor of another shape, with both shapes', () => {
    const wide = changed((entries) => entries.set('embeddings.cls_token', { type: 'float32', shape: [1, 1, 16] }))
    expect(() => matchWeights(network, wide)).toThrow(
      'expected tensor "embeddings.cls_token" of shape (1, 1, 8) (names of transformers 4), got (1, 1, 16)',
    )
  })

  it('are named in the layout that fits best', () => {
    const original = changed((entries) => entries.delete('blocks.0.ls1.gamma'), 'facebookresearch and timm')
    expect(() => matchWeights(network, original)).toThrow(
      '"blocks.0.ls1.gamma" of shape (8) (names of facebookresearch',
    )
  })

  it('may hold more; what is not known to be left over is listed', () => {
    const more = changed((entries) => {
      for (const name of ['embeddings.mask_token', 'embeddings.register_tokens', 'a', 'b', 'c']) {
        entries.set(name, { type: 'float32', shape: [1] })
      }
    })
    expect(matchWeights(network, more).warnings).toEqual([
      'weights w.safetensors: 4 tensors are not used (embeddings.register_tokens, a, b and 1 more); if the model should have them, its card names the wrong builder',
    ])
  })

  it('from transformers are three matrices where ours are one, joined in the order query, key, value', async () => {
    const dict = randomStateDict(network, 3)
    const { weights } = matchWeights(network, dict)
    const parts = ['query', 'key', 'value'].map((one) => `encoder.layer.0.attention.attention.${one}.weight`)
    const expected = (await Promise.all(parts.map((name) => dict.readFloat32(name)))).flatMap((part) => [...part])
    expect([...(await weights.read('blocks.0.attn.qkv.weight'))]).toEqual(expected)
  })
})

describe('random weights', () => {
  it('are the same for the same seed and others for another', async () => {
    const name = 'encoder.layer.0.mlp.fc1.weight'
    const [first, again, other] = await Promise.all(
      [7, 7, 8].map((seed) => randomStateDict(network, seed).readFloat32(name)),
    )
    expect(first).toEqual(again)
    expect(first).not.toEqual(other)
    const deviation = Math.sqrt(first!.reduce((sum, value) => sum + value ** 2, 0) / first!.length)
    expect(deviation * Math.sqrt(8)).toBeGreaterThan(0.7)
    expect(deviation * Math.sqrt(8)).toBeLessThan(1.3)
  })

  it('say so when asked for a tensor that the network has not', async () => {
    await expect(randomStateDict(network, 7).readFloat32('x')).rejects.toThrow(
      'expected tensor "x", got no such tensor',
    )
  })
})

describe('a card', () => {
  it('is refused for an architecture that is not built here, and for options that do not fit', () => {
    const card = (builder: string, options: Record<string, unknown>) => ({
      id: 'm',
      onnx: { kind: 'build' as const, builder, options },
    })
    expect(() => networkOf(card('vgg', {}))).toThrow('model m: expected one of the builders dinov2, ')
    expect(() => networkOf(card('resnet50', { channels: 'rgb' }))).toThrow('model card m: onnx.options.channels: ')
  })
})

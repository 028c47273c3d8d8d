import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { openStateDict } from '../state-dict/open-state-dict.ts'
import type { PlainValue } from '../state-dict/plain-value.ts'
import type { StateDict } from '../state-dict/state-dict.ts'
import { networkOf } from './networks.ts'
import { checkSatclipSettings } from './satclip-settings.ts'

/** by the names of the authors' training code; the values are ours */
const published: Readonly<Record<string, PlainValue>> = {
  ...{ le_type: 'sphericalharmonics', pe_type: 'siren', frequency_num: 16, max_radius: 260, min_radius: 1 },
  ...{ legendre_polys: 40, harmonics_calculation: 'analytic', embed_dim: 256, num_hidden_layers: 2, capacity: 512 },
}

function checkpoint(hyper: Readonly<Record<string, PlainValue>>): StateDict {
  const none = async () => {
    throw new Error('no tensor is read')
  }
  return {
    ...{ place: 'satclip.ckpt', entries: new Map(), readFloat32: none, readFloat64: none, close: async () => {} },
    readPlain: ([first, name]) => (first === 'hyper_parameters' ? hyper[name ?? ''] : undefined),
  }
}

describe('the hyper-parameters of a checkpoint', () => {
  const settings = { degrees: 40, dimensions: 256, width: 512, layers: 2 }

  it('may be those of the network, or not there', () => {
    expect(() => checkSatclipSettings('L = 40', settings, checkpoint(published))).not.toThrow()
    expect(() => checkSatclipSettings('L = 40', settings, checkpoint({}))).not.toThrow()
  })

  it.each([
    ['legendre_polys', 10],
    ['harmonics_calculation', 'closed-form'],
    ['le_type', 'grid'],
    ['pe_type', 'fcnet'],
    ['embed_dim', 512],
    ['capacity', 256],
    ['num_hidden_layers', 3],
  ])('%s of another network is refused in a sentence', (name, value) => {
    const expected = JSON.stringify(published[name])
    expect(() => checkSatclipSettings('L = 40', settings, checkpoint({ ...published, [name]: value }))).toThrow(
      `weights satclip.ckpt: expected hyper-parameter ${name} = ${expected} for L = 40, got ${JSON.stringify(value)}; these weights belong to another model or variant`,
    )
  })

  it('are read out of a Lightning file that torch wrote', async () => {
    const path = fileURLToPath(new URL('../../../../fixtures/state-dict/satclip.ckpt', import.meta.url))
    const file = await openStateDict(path, { stubUnknown: true })
    const card = (degrees: number) => ({
      id: 'satclip',
      onnx: { kind: 'build' as const, builder: 'satclip-location', options: { degrees } },
    })
    expect(() => networkOf(card(10), file)).not.toThrow()
    expect(() => networkOf(card(40), file)).toThrow(
      /satclip\.ckpt: expected hyper-parameter legendre_polys = 40 .*, got 10;/,
    )
    await file.close()
  })
})

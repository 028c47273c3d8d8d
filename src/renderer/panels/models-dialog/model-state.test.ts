import { describe, expect, it } from 'vitest'
import type { ModelSummary, WeightsState } from '../../../shared/contract.ts'
import { downloadText, nextStep, stateText } from './model-state.ts'

const from = 'https://huggingface.co/some/net/resolve/main/net.safetensors'

function model(weights: WeightsState, change: Partial<ModelSummary> = {}): ModelSummary {
  const base = { availability: 'missing', network: 'build', needsStatistics: false, input: 'text', weights }
  return { ...base, ...change } as ModelSummary
}

describe('what is here of a model', () => {
  it.each([
    [model({ state: 'no-address' }), 'Needs a file from you', 'file'],
    [model({ state: 'downloadable', from }), 'Not downloaded', 'download'],
    [model({ state: 'downloadable', from, byteLength: 346e6 }), 'Not downloaded, 346 MB', 'download'],
    [model({ state: 'downloadable', from }, { networkBytes: 88e6 }), 'Not downloaded, network of 88.0 MB', 'download'],
    [
      model({ state: 'partial', from, byteLength: 330e6, fetchedBytes: 120e6 }),
      'Partly downloaded, 120 MB of 330 MB',
      'download',
    ],
    [
      model({ state: 'partial', from, byteLength: 330e6, fetchedBytes: 330e6 }),
      'Downloaded, not taken yet',
      'download',
    ],
    [model({ state: 'fetched', from, fetchedBytes: 1, byteLength: 1 }), 'Weights here, not built', 'build'],
    [model({ state: 'no-address' }, { availability: 'ready', network: 'built-in' }), 'Ready, built in', 'none'],
    [model({ state: 'fetched', from }, { availability: 'ready' }), 'Ready', 'none'],
  ] as const)('is said, with the next step: %#', (one, text, step) => {
    expect(stateText(one)).toBe(text)
    expect(nextStep(one)).toBe(step)
  })
})

describe('a download', () => {
  it('names file, size and host before it begins, and that it goes on', () => {
    expect(downloadText(model({ state: 'partial', from, byteLength: 330e6, fetchedBytes: 120e6 }))).toBe(
      'Downloads net.safetensors (330 MB) from huggingface.co and the servers it refers to, then builds the network on this machine. Nothing of yours is sent. 120 MB of it are here already.',
    )
  })

  it('says that its size is not known, and builds nothing where more than weights is needed', () => {
    const weights = { state: 'downloadable', from } as const
    expect(downloadText(model(weights, { networkBytes: 13.6e6, needsStatistics: true }))).toBe(
      'Downloads net.safetensors (size not known yet, its network takes 13.6 MB) from huggingface.co and the servers it refers to. Nothing of yours is sent.',
    )
  })
})

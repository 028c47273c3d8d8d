// Seeded weights at true size, for tests and benchmarks: a network's time and memory do not depend on what it learned.

import { EngineError } from '../../../shared/errors.ts'
import { elementCount } from '../onnx/graph.ts'
import type { StateDict, StateDictEntry } from '../state-dict/state-dict.ts'
import type { Initialisation, Network } from './network.ts'

/**
 * Weights of the network as its first layout (or `layout`) names them; each tensor is drawn when it is read, and is the
 * same for the same seed and name.
 */
export function randomStateDict(
  { parameters, layouts }: Network,
  seed: number,
  options: { readonly layout?: string } = {},
): StateDict {
  const layout = layouts.find(({ name }) => name === options.layout) ?? layouts[0]!
  const entries = new Map<string, StateDictEntry>()
  const inits = new Map<string, Initialisation>()
  for (const parameter of parameters) {
    const source = layout.source(parameter)
    for (const { name, shape } of 'parts' in source ? source.parts : []) {
      entries.set(name, { type: 'float32', shape })
      inits.set(name, parameter.init)
    }
  }
  const place = `random weights of seed ${seed}`
  const draw = (name: string) => {
    const init = inits.get(name)
    if (init === undefined) {
      throw new EngineError('unreadable-file', `weights ${place}: expected tensor "${name}", got no such tensor`)
    }
    return drawValues(init, elementCount(entries.get(name)!.shape), uniformNumbers(seed ^ hashOf(name)))
  }
  return {
    place,
    entries,
    readFloat32: async (name) => draw(name),
    readFloat64: async (name) => Float64Array.from(draw(name)),
    close: async () => {},
  }
}

function drawValues(init: Initialisation, count: number, next: () => number): Float32Array {
  const values = new Float32Array(count)
  if (init.kind === 'uniform') {
    for (let i = 0; i < count; i++) values[i] = init.low + (init.high - init.low) * next()
    return values
  }
  // Box and Muller: two uniform numbers make two normal ones.
  for (let i = 0; i < count; i += 2) {
    const radius = init.std * Math.sqrt(-2 * Math.log(1 - next()))
    const angle = 2 * Math.PI * next()
    values[i] = init.mean + radius * Math.cos(angle)
    if (i + 1 < count) values[i + 1] = init.mean + radius * Math.sin(angle)
  }
  return values
}

/** Uniform numbers in [0, 1) from a 32-bit seed (mulberry32). */
function uniformNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

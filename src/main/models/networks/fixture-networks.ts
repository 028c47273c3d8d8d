// Used by tests only: small networks of the original implementations and what they answer (fixtures/networks).

import { readdirSync, readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { memorySource } from '../../bytes/byte-source.ts'
import { fixtureImages } from '../../bytes/fixture-vectors.ts'
import { encodeModel } from '../onnx/encode-model.ts'
import type { Graph, GraphConstant } from '../onnx/graph.ts'
import { readStateDict } from '../state-dict/open-state-dict.ts'
import type { StateDict } from '../state-dict/state-dict.ts'

const folder = new URL('../../../../fixtures/networks/', import.meta.url)

export interface NetworkCase {
  readonly name: string
  readonly original: string
  readonly weights: string
  readonly builder: string
  readonly options: Readonly<Record<string, unknown>>
  /** images drawn from a seed, or rows of token ids or of longitude and latitude */
  readonly input: { readonly seed: number; readonly shape: number[] } | readonly (readonly number[])[]
  readonly output: readonly (readonly number[])[]
}

export function readCases(): NetworkCase[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.map((name) => ({
    name: name.slice(0, -'.json'.length),
    ...(JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Omit<NetworkCase, 'name'>),
  }))
}

export function inputTensor({ builder, input }: NetworkCase): Tensor {
  if ('seed' in input) return new Tensor('float32', fixtureImages(input.seed, input.shape), input.shape)
  const dims = [input.length, input[0]!.length]
  if (builder === 'siglip-text') return new Tensor('int64', BigInt64Array.from(input.flat(), BigInt), dims)
  return new Tensor('float64', Float64Array.from(input.flat()), dims)
}

/** Reads every constant, encodes the graph and runs it. */
export async function runGraph(graph: Graph, input: Tensor): Promise<number[]> {
  const constants: GraphConstant[] = []
  for (const { name, tensor } of graph.constants) {
    const { type, shape } = tensor
    constants.push({ name, tensor: { type, shape, values: 'values' in tensor ? tensor.values : await tensor.read() } })
  }
  const session = await InferenceSession.create(encodeModel({ ...graph, constants }), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  })
  const outputs = await session.run({ [session.inputNames[0]!]: input })
  await session.release()
  return [...(outputs['embedding']!.data as Float32Array | Float64Array)]
}

/** Weights of a fixture, held in memory: nothing has to be closed. */
export function readFixtureWeights(name: string): Promise<StateDict> {
  return readStateDict(memorySource(name, readFileSync(new URL(name, folder))))
}

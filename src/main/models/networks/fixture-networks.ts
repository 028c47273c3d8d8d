// Used by tests only: small networks of the original implementations and what they answer (fixtures/networks).

import { readdirSync, readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { fixtureImages } from '../../bytes/fixture-vectors.ts'
import { encodeModel } from '../onnx/encode-model.ts'
import type { Graph, GraphConstant } from '../onnx/graph.ts'
import type { StateDict, StateDictEntry } from '../state-dict/state-dict.ts'

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

/** The float tensors of a safetensors file, all in memory. */
export function readFixtureWeights(name: string): StateDict {
  const bytes = readFileSync(new URL(name, folder))
  const headerBytes = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.subarray(8, 8 + headerBytes).toString('utf8')) as Record<
    string,
    { dtype: 'F32' | 'F64' | 'I64'; shape: number[]; data_offsets: [number, number] }
  >
  delete header['__metadata__']
  const types = { F32: 'float32', F64: 'float64', I64: 'int64' } as const
  const entries = new Map<string, StateDictEntry>(
    Object.entries(header).map(([key, { dtype, shape }]) => [key, { type: types[dtype], shape }]),
  )
  const valuesOf = (key: string) => {
    const { dtype, data_offsets } = header[key]!
    const own = bytes.buffer.slice(
      bytes.byteOffset + 8 + headerBytes + data_offsets[0],
      bytes.byteOffset + 8 + headerBytes + data_offsets[1],
    )
    return dtype === 'F64' ? new Float64Array(own) : new Float32Array(own)
  }
  return {
    place: name,
    entries,
    readFloat32: async (key) => Float32Array.from(valuesOf(key)),
    readFloat64: async (key) => Float64Array.from(valuesOf(key)),
    close: async () => {},
  }
}

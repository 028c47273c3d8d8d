// A graph in float16 for processors that compute it: half the memory, and what a GPU is fast at. Inputs and outputs stay
// float32. Layer normalisation, softmax and sums are kept in float32 by the operators themselves.

import type { Graph, GraphConstant, GraphNode, GraphValue, LazyTensor, Tensor, TensorValues } from './graph.ts'

const elementTypeNumbers = { float32: 1, float16: 10 } as const

/** @throws Error when the graph has float64 in it, or, while it is written, when a constant is too large for float16 */
export function toHalfPrecision(graph: Graph): Graph {
  const inputs = graph.inputs.filter(({ type }) => type === 'float32')
  const outputs = graph.outputs.filter(({ type }) => type === 'float32')
  if ([...graph.inputs, ...graph.constants.map(({ tensor }) => tensor)].some(({ type }) => type === 'float64')) {
    throw new Error(`graph ${graph.name}: float64 cannot become float16`)
  }
  const renamed = new Map([...inputs, ...outputs].map(({ name }) => [name, halfName(name)]))
  const rename = (names: readonly string[]) => names.map((name) => renamed.get(name) ?? name)
  const nodes = graph.nodes.map((node) => ({ ...node, inputs: rename(node.inputs), outputs: rename(node.outputs) }))
  const before = inputs.map(({ name }) => castNode(name, halfName(name), 'float16'))
  const after = outputs.map(({ name }) => castNode(halfName(name), name, 'float32'))
  return { ...graph, constants: graph.constants.map(halfConstant), nodes: [...before, ...nodes, ...after] }
}

function halfName(name: GraphValue['name']): string {
  return `${name}.half`
}

function castNode(from: string, to: string, type: keyof typeof elementTypeNumbers): GraphNode {
  const attributes = { to: { kind: 'int', value: elementTypeNumbers[type] } } as const
  return { opType: 'Cast', name: `${to}.cast`, inputs: [from], outputs: [to], attributes }
}

function halfConstant({ name, tensor }: GraphConstant): GraphConstant {
  if (tensor.type !== 'float32') return { name, tensor }
  const { shape } = tensor
  return { name, tensor: { type: 'float16', shape, read: async () => halves(name, await valuesOf(tensor)) } }
}

async function valuesOf(tensor: Tensor | LazyTensor): Promise<TensorValues> {
  return 'values' in tensor ? tensor.values : await tensor.read()
}

const infinity = 0x7c00

function halves(name: string, values: TensorValues): Uint16Array {
  if (!(values instanceof Float32Array)) throw new Error(`constant "${name}": expected float32 values`)
  const result = toFloat16(values)
  const tooLarge = result.findIndex((bits) => (bits & infinity) === infinity)
  if (tooLarge === -1) return result
  throw new Error(`constant "${name}": expected values up to 65504 for float16, got ${values[tooLarge]}`)
}

/** The bits of the nearest float16, ties to even; what is too large becomes infinite. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const result = new Uint16Array(values.length)
  for (let i = 0; i < bits.length; i++) {
    const all = bits[i]!
    const sign = (all >>> 16) & 0x8000
    const rest = all & 0x7fffffff
    result[i] = sign | magnitude(rest)
  }
  return result
}

function magnitude(rest: number): number {
  if (rest > 0x7f800000) return 0x7e00
  // from 65520 on the nearest is infinite
  if (rest >= 0x477ff000) return infinity
  // normal: the exponent changes its bias from 127 to 15, 13 bits of the fraction are rounded away
  if (rest >= 0x38800000) return rounded(rest - 0x38000000, 13)
  // subnormal: the fraction with its leading one, moved down by what the exponent lacks
  const exponent = rest >>> 23
  if (exponent < 102) return 0
  return rounded((rest & 0x7fffff) | 0x800000, 126 - exponent)
}

/** value / 2^bits, ties to even */
function rounded(value: number, bits: number): number {
  const half = 2 ** (bits - 1)
  const kept = value >>> bits
  const lost = value - kept * 2 ** bits
  return lost > half || (lost === half && (kept & 1) === 1) ? kept + 1 : kept
}

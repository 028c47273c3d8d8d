// A graph whose matrix products with weights are computed in 8 bits: a quarter of the file, and faster on processors that
// multiply bytes. Weights are rounded to one scale for each output, activations to one scale for each product, when it runs.

import type { Graph, GraphConstant, GraphNode, LazyTensor, Tensor, TensorValues } from './graph.ts'

/**
 * Largest whole number of a weight. 7 of 8 bits, so that the sum of two products with bytes fits into 16 bits: processors
 * without dot products of bytes (AVX2, AVX-512 before VNNI) would cut it off otherwise.
 */
const largest = 63

/**
 * Every `MatMul` with a constant (inputs, outputs) on its right; the rest of the graph stays as it is.
 * @returns undefined when there is no such product
 */
export function toEightBit(graph: Graph): Graph | undefined {
  const constants = new Map(graph.constants.map((constant) => [constant.name, constant]))
  const isMatrix = ({ opType, inputs }: GraphNode) => {
    const tensor = constants.get(inputs[1] ?? '')?.tensor
    return opType === 'MatMul' && tensor?.type === 'float32' && tensor.shape.length === 2
  }
  const products = graph.nodes.filter(isMatrix)
  if (products.length === 0) return undefined
  const matrices = new Set(products.map(({ inputs }) => inputs[1]!))
  const stillFloat = new Set(
    graph.nodes.filter((node) => !isMatrix(node)).flatMap(({ inputs }) => inputs.filter((name) => matrices.has(name))),
  )
  const quantised = new Set<string>()
  return {
    ...graph,
    constants: graph.constants.flatMap((constant) => {
      if (!matrices.has(constant.name)) return [constant]
      const rounded = quantisedConstants(constant)
      return stillFloat.has(constant.name) ? [constant, ...rounded] : rounded
    }),
    nodes: graph.nodes.flatMap((node) => (isMatrix(node) ? eightBitNodes(node, quantised) : [node])),
  }
}

/** @param quantised activations that an earlier product has rounded already; added to */
function eightBitNodes(node: GraphNode, quantised: Set<string>): GraphNode[] {
  const [x, weight] = node.inputs as readonly [string, string]
  const output = node.outputs[0]!
  const nodes: GraphNode[] = []
  const add = (opType: string, inputs: readonly string[], outputs: readonly string[], attributes = {}) =>
    nodes.push({ opType, name: outputs[0]!, inputs, outputs, attributes })
  if (!quantised.has(x)) {
    quantised.add(x)
    add('DynamicQuantizeLinear', [x], [`${x}.bytes`, `${x}.scale`, `${x}.zero`])
  }
  add('MatMulInteger', [`${x}.bytes`, `${weight}.bytes`, `${x}.zero`], [`${output}.sum`])
  add('Cast', [`${output}.sum`], [`${output}.float`], { to: { kind: 'int', value: 1 } })
  add('Mul', [`${x}.scale`, `${weight}.scale`], [`${output}.scale`])
  add('Mul', [`${output}.float`, `${output}.scale`], [output])
  return nodes
}

function quantisedConstants({ name, tensor }: GraphConstant): GraphConstant[] {
  const [, cols = 0] = tensor.shape
  // both constants come from one reading of the weight, which must not stay in memory after it
  let held: Promise<Quantised> | undefined
  const quantise = async () => quantiseColumns(await valuesOf(tensor), cols)
  const bytes: LazyTensor = {
    type: 'int8',
    shape: tensor.shape,
    async read() {
      held = quantise()
      return (await held).bytes
    },
  }
  const scales: LazyTensor = {
    type: 'float32',
    shape: [cols],
    async read() {
      const { scales: values } = await (held ?? quantise())
      held = undefined
      return values
    },
  }
  return [
    { name: `${name}.bytes`, tensor: bytes },
    { name: `${name}.scale`, tensor: scales },
  ]
}

interface Quantised {
  readonly bytes: Int8Array
  /** one a column: value = byte * scale */
  readonly scales: Float32Array
}

/** @param values row-major, with `cols` columns. Ties round to even, as numpy's `rint`. */
export function quantiseColumns(values: TensorValues, cols: number): Quantised {
  if (!(values instanceof Float32Array)) throw new Error('quantiseColumns: expected float32 values')
  const scales = new Float32Array(cols)
  for (let i = 0; i < values.length; i++) scales[i % cols] = Math.max(scales[i % cols]!, Math.abs(values[i]!))
  for (let col = 0; col < cols; col++) scales[col] = scales[col]! / largest
  const bytes = new Int8Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const scale = scales[i % cols]!
    bytes[i] = scale === 0 ? 0 : Math.max(-largest, Math.min(largest, roundToEven(values[i]! / scale)))
  }
  return { bytes, scales }
}

function roundToEven(value: number): number {
  const rounded = Math.round(value)
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

async function valuesOf(tensor: Tensor | LazyTensor): Promise<TensorValues> {
  return 'values' in tensor ? tensor.values : await tensor.read()
}

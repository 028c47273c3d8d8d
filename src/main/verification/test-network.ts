// Used by tests only: a small network that sees everything a verification asks about. Patches with learned positions (flips),
// a kernel per band (band order), GELU in two forms, batch norm in two forms.

import { mulberry32 } from '../bytes/fixture-vectors.ts'
import { encodeModel } from '../models/onnx/encode-model.ts'
import { float32Tensor, GraphBuilder, int64Tensor } from '../models/onnx/graph.ts'

export interface TestNetwork {
  readonly seed: number
  readonly bandCount: number
  readonly gelu?: 'erf' | 'tanh'
  readonly statistics?: 'learned' | 'batch'
  /** a fault planted in front of the network */
  readonly fault?: PlantedFault
}

/** What happens to the network's input before the network sees it. */
export type PlantedFault =
  /** x * factor + shift */
  { readonly factor: number; readonly shift: number } | { readonly flip: 'vertical' | 'horizontal' | 'transpose' }

export const testInputSize = 64
export const testDimensions = 32
const patch = 8
const grid = testInputSize / patch
const width = 24

/** Input `pixels` (batch, bands, 64, 64), output `embedding` (batch, 32). */
export function encodeTestNetwork(network: TestNetwork): Uint8Array {
  const { bandCount, gelu = 'erf', statistics = 'learned' } = network
  const draw = mulberry32(network.seed)
  const graph = new GraphBuilder('verification-test')
  const normal = (shape: readonly number[], std: number, mean = 0) =>
    float32Tensor(
      Float32Array.from({ length: product(shape) }, () => mean + std * gaussian(draw)),
      shape,
    )
  const kernels = graph.constant(
    'kernels',
    normal([width, bandCount, patch, patch], 1.5 / Math.sqrt(bandCount) / patch),
  )
  const positions = graph.constant('positions', normal([1, width, grid, grid], 1))
  const gain = graph.constant('gain', normal([1, width, 1, 1], 0.1, 1))
  const shift = graph.constant('shift', normal([1, width, 1, 1], 0.1))
  const mean = graph.constant('mean', normal([1, width, 1, 1], 0.3))
  const mixing = graph.constant('mixing', normal([width, width, 1, 1], 1.4 / Math.sqrt(width)))
  const projection = graph.constant('projection', normal([testDimensions, width], 1 / Math.sqrt(width)))

  const pixels = withFault(
    graph,
    graph.input('pixels', ['batch', bandCount, testInputSize, testInputSize]),
    network.fault,
  )
  const patches = graph.node('Conv', [pixels, kernels], { kernel_shape: [patch, patch], strides: [patch, patch] })
  const normed = statistics === 'batch' ? batchStatistics(graph, patches) : graph.node('Sub', [patches, mean])
  const scaled = graph.node('Add', [graph.node('Mul', [normed, gain]), shift])
  const first = addGelu(graph, graph.node('Mul', [scaled, positions]), gelu)
  const second = addGelu(graph, graph.node('Conv', [first, mixing], { kernel_shape: [1, 1] }), gelu)
  const pooled = graph.node('Flatten', [graph.node('GlobalAveragePool', [second])], { axis: 1 })
  graph.output(graph.node('Gemm', [pooled, projection], { transB: 1 }, 'embedding'), ['batch', testDimensions])
  return encodeModel(graph.finish(), { opset: 17 })
}

function withFault(graph: GraphBuilder, pixels: string, fault: PlantedFault | undefined): string {
  if (fault === undefined) return pixels
  if ('factor' in fault) {
    const scaled = graph.node('Mul', [pixels, graph.constant('factor', float32Tensor([fault.factor]))])
    return graph.node('Add', [scaled, graph.constant('offset', float32Tensor([fault.shift]))])
  }
  if (fault.flip === 'transpose') return graph.node('Transpose', [pixels], { perm: [0, 1, 3, 2] })
  const slice = { starts: [-1], ends: [-testInputSize - 1], axes: [fault.flip === 'vertical' ? 2 : 3], steps: [-1] }
  const inputs = Object.entries(slice).map(([name, values]) => graph.constant(name, int64Tensor(values)))
  return graph.node('Slice', [pixels, ...inputs])
}

/** PyTorch's batch norm in training mode: mean and variance over the images of the batch and their places. */
function batchStatistics(graph: GraphBuilder, x: string): string {
  const axes = { axes: [0, 2, 3] }
  const centred = graph.node('Sub', [x, graph.node('ReduceMean', [x], axes)])
  const variance = graph.node('ReduceMean', [graph.node('Mul', [centred, centred])], axes)
  const small = graph.constant('epsilon', float32Tensor([1e-5]))
  return graph.node('Div', [centred, graph.node('Sqrt', [graph.node('Add', [variance, small])])])
}

function addGelu(graph: GraphBuilder, x: string, form: 'erf' | 'tanh'): string {
  const number = (value: number) => graph.constant(`number_${x}_${value}`, float32Tensor([value]))
  const times = (a: string, value: number) => graph.node('Mul', [a, number(value)])
  const inner =
    form === 'erf'
      ? graph.node('Erf', [times(x, Math.SQRT1_2)])
      : graph.node('Tanh', [times(graph.node('Add', [x, times(cubeOf(graph, x), 0.044715)]), Math.sqrt(2 / Math.PI))])
  return graph.node('Mul', [times(x, 0.5), graph.node('Add', [inner, number(1)])])
}

function cubeOf(graph: GraphBuilder, x: string): string {
  return graph.node('Mul', [graph.node('Mul', [x, x]), x])
}

const product = (shape: readonly number[]) => shape.reduce((all, size) => all * size, 1)

function gaussian(draw: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw())
}

/** Sees only the mean of every band: blind to flips. Input and output as `encodeTestNetwork`. */
export function encodeMeanNetwork({ seed, bandCount }: Pick<TestNetwork, 'seed' | 'bandCount'>): Uint8Array {
  const draw = mulberry32(seed)
  const graph = new GraphBuilder('verification-mean')
  const weights = Float32Array.from({ length: testDimensions * bandCount }, () => gaussian(draw))
  const projection = graph.constant('projection', float32Tensor(weights, [testDimensions, bandCount]))
  const pixels = graph.input('pixels', ['batch', bandCount, testInputSize, testInputSize])
  const pooled = graph.node('Flatten', [graph.node('GlobalAveragePool', [pixels])], { axis: 1 })
  graph.output(graph.node('Gemm', [pooled, projection], { transB: 1 }, 'embedding'), ['batch', testDimensions])
  return encodeModel(graph.finish(), { opset: 17 })
}

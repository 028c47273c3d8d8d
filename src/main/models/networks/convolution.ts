import { float32Tensor, type GraphBuilder, int64Tensor } from '../onnx/graph.ts'
import { normal, type Parameter, uniform, weight } from './network.ts'
import type { Weights } from './weights.ts'

/** A square convolution without bias, padded so that only its stride changes the size, and the batch norm behind it. */
export interface Convolution {
  readonly name: string
  readonly normName: string
  readonly inputs: number
  readonly outputs: number
  readonly kernel: number
  readonly stride: number
  /** of random weights: small for a residual branch beside its shortcut, large where the input is small */
  readonly gain?: number
}

/** PyTorch's default */
const epsilon = 1e-5

export function convolutionParameters({ name, normName, inputs, outputs, kernel, gain }: Convolution): Parameter[] {
  return [
    weight(`${name}.weight`, [outputs, inputs, kernel, kernel], Math.SQRT2 * (gain ?? 1)),
    { name: `${normName}.weight`, shape: [outputs], init: normal(0.1, 1) },
    // below zero, so that a feature of random weights fires for some images only
    { name: `${normName}.bias`, shape: [outputs], init: normal(0.3, -0.25) },
    { name: `${normName}.running_mean`, shape: [outputs], init: normal(0.1) },
    { name: `${normName}.running_var`, shape: [outputs], init: uniform(0.7, 1.5) },
  ]
}

/**
 * @param x `(batch, inputs, rows, cols)`
 * @param statistics `learned`: folded into the convolution; `batch`: those of the batch itself, as in training
 */
export function addBatchNormalised(
  graph: GraphBuilder,
  weights: Weights,
  x: string,
  convolution: Convolution,
  statistics: 'learned' | 'batch',
): string {
  const { name, kernel, stride } = convolution
  const pad = Math.floor(kernel / 2)
  const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] }
  if (statistics === 'batch') {
    const kernels = graph.constant(`${name}.weight`, weights.tensor(`${name}.weight`))
    return addBatchStatistics(graph, weights, graph.node('Conv', [x, kernels], attributes), convolution)
  }
  const kernels = graph.constant(`${name}.weight`, foldedKernels(weights, convolution))
  const shift = graph.constant(`${name}.bias`, foldedBias(weights, convolution))
  return graph.node('Conv', [x, kernels, shift], attributes)
}

function foldedKernels(weights: Weights, { name, normName, inputs, outputs, kernel }: Convolution) {
  return weights.tensor(`${name}.weight`, {
    shape: [outputs, inputs, kernel, kernel],
    async values(own) {
      const factors = await normFactors(weights, normName)
      const taps = own.length / outputs
      return own.map((value, i) => value * factors[Math.floor(i / taps)]!)
    },
  })
}

function foldedBias(weights: Weights, { normName, outputs }: Convolution) {
  return weights.tensor(`${normName}.bias`, {
    shape: [outputs],
    async values(own) {
      const factors = await normFactors(weights, normName)
      const means = await weights.read(`${normName}.running_mean`)
      return own.map((value, i) => value - means[i]! * factors[i]!)
    },
  })
}

async function normFactors(weights: Weights, normName: string): Promise<Float64Array> {
  const gains = await weights.read(`${normName}.weight`)
  const variances = await weights.read(`${normName}.running_var`)
  return Float64Array.from(gains, (gain, i) => gain / Math.sqrt(variances[i]! + epsilon))
}

/** (y - mean) / sqrt(variance + epsilon) * weight + bias; the variance is that of all values, not of a sample. */
function addBatchStatistics(
  graph: GraphBuilder,
  weights: Weights,
  y: string,
  { normName, outputs }: Convolution,
): string {
  const perChannel = (name: string) => graph.constant(name, weights.tensor(name, { shape: [1, outputs, 1, 1] }))
  const axes = graph.constant(`${normName}.axes`, int64Tensor([0, 2, 3]))
  const mean = graph.node('ReduceMean', [y, axes])
  const centred = graph.node('Sub', [y, mean])
  const variance = graph.node('ReduceMean', [graph.node('Mul', [centred, centred]), axes])
  const small = graph.constant(`${normName}.epsilon`, float32Tensor([epsilon]))
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, small])])
  const scaled = graph.node('Mul', [graph.node('Div', [centred, deviation]), perChannel(`${normName}.weight`)])
  return graph.node('Add', [scaled, perChannel(`${normName}.bias`)])
}

// ConvNeXt V2 (Woo et al. 2023, arXiv:2301.00808) as MMEarth pretrained it (Nedungadi et al. 2024, arXiv:2405.02771): the
// authors' dense network, with which they evaluate what they pretrained with a sparse one.

import { z } from 'zod'
import { float32Tensor, type Graph, GraphBuilder, int64Tensor } from '../onnx/graph.ts'
import { addLayerNorm } from './layer-norm.ts'
import { addLinear } from './linear.ts'
import { denseKernel } from './minkowski.ts'
import {
  bias,
  linear,
  type Network,
  norm,
  normal,
  type Parameter,
  renamed,
  type Source,
  uniform,
  type WeightLayout,
  weight,
} from './network.ts'
import { statisticsNames } from './statistics.ts'
import { addGelu } from './transformer.ts'
import type { Weights } from './weights.ts'

export const mmearthConvnextOptions = z.object({
  channels: z.number().int().positive(),
  depths: z.array(z.number().int().positive()).min(1).default([2, 2, 6, 2]),
  widths: z.array(z.number().int().positive()).min(1).default([40, 80, 160, 320]),
  /** pixels on each axis of what becomes one position of the last stage: 8 or 16 */
  patch: z.number().int().positive(),
})
export type MmearthConvnextOptions = z.infer<typeof mmearthConvnextOptions>

const epsilon = 1e-6
/** of the dense code; the sparse one and ConvNeXt V2 itself have 1e-6 */
const responseEpsilon = 1e-4

export function mmearthConvnext(options: MmearthConvnextOptions): Network {
  const { channels, depths, widths } = options
  const first = widths[0]!
  const kernel = stemKernel(options)
  return {
    parameters: [
      { name: statisticsNames.mean, shape: [channels], init: uniform(500, 2500) },
      { name: statisticsNames.std, shape: [channels], init: uniform(500, 1500) },
      ...convolution('initial_conv.0', [first, channels, 3, 3]),
      ...norm('initial_conv.1', first),
      ...convolution('stem.0', [first, 1, kernel, kernel]),
      ...norm('stem.1', first),
      ...widths
        .slice(1)
        .flatMap((width, i) => [
          ...norm(`downsample_layers.${i}.0`, widths[i]!),
          ...convolution(`downsample_layers.${i}.1`, [width, widths[i]!, 2, 2]),
        ]),
      ...depths.flatMap((depth, stage) =>
        Array.from({ length: depth }, (_, index) => blockParameters(`stages.${stage}.${index}`, widths[stage]!)).flat(),
      ),
      ...norm('norm', widths.at(-1)!),
    ],
    layouts: [sparseNames, denseNames('MMEarth, dense encoder', 'encoder.'), denseNames('MMEarth, dense', '')],
    // its input is reflectance x 10000, which float16 knows in steps of up to 8
    fitsFloat16: false,
    build: async (weights) => buildGraph(options, weights),
  }
}

function convolution(name: string, shape: readonly number[]): Parameter[] {
  return [weight(`${name}.weight`, shape), bias(`${name}.bias`, shape[0]!)]
}

function blockParameters(block: string, width: number): Parameter[] {
  return [
    ...convolution(`${block}.dwconv`, [width, 1, 7, 7]),
    ...norm(`${block}.norm`, width),
    ...linear(`${block}.pwconv1`, 4 * width, width),
    { name: `${block}.grn.gamma`, shape: [4 * width], init: normal(0.5) },
    { name: `${block}.grn.beta`, shape: [4 * width], init: normal(0.1) },
    ...linear(`${block}.pwconv2`, width, 4 * width),
  ]
}

/** The stem shrinks by what the 2 x 2 convolutions between the stages leave. */
function stemKernel({ patch, widths }: MmearthConvnextOptions): number {
  return patch / 2 ** (widths.length - 1)
}

function buildGraph(options: MmearthConvnextOptions, weights: Weights): Graph {
  const { channels, depths, widths } = options
  const graph = new GraphBuilder('mmearth-convnext')
  const pixels = graph.input('pixels', ['batch', channels, 'rows', 'cols'])
  let x = addStem(graph, weights, addStandardised(graph, weights, pixels, channels), options)
  for (const [stage, depth] of depths.entries()) {
    if (stage > 0) {
      const before = `downsample_layers.${stage - 1}`
      const normed = addChannelNorm(graph, weights, x, `${before}.0`)
      x = addConvolution(graph, weights, normed, `${before}.1`, { kernel: 2, stride: 2 })
    }
    for (let i = 0; i < depth; i++) x = addBlock(graph, weights, x, `stages.${stage}.${i}`, widths[stage]!)
  }
  const pooled = graph.node('Flatten', [graph.node('GlobalAveragePool', [x])], { axis: 1 })
  const normed = addLayerNorm(graph, weights, pooled, 'norm', epsilon)
  graph.output(graph.node('Identity', [normed], {}, 'embedding'), ['batch', widths.at(-1)!])
  return graph.finish()
}

/** (x - mean) / std of each band */
function addStandardised(graph: GraphBuilder, weights: Weights, pixels: string, channels: number): string {
  const perBand = (name: string) => graph.constant(name, weights.tensor(name, { shape: [1, channels, 1, 1] }))
  const centred = graph.node('Sub', [pixels, perBand(statisticsNames.mean)])
  return graph.node('Div', [centred, perBand(statisticsNames.std)])
}

function addStem(graph: GraphBuilder, weights: Weights, x: string, options: MmearthConvnextOptions): string {
  const kernel = stemKernel(options)
  const initial = addConvolution(graph, weights, x, 'initial_conv.0', { kernel: 3, stride: 1 })
  const active = addGelu(graph, addChannelNorm(graph, weights, initial, 'initial_conv.1'), 'erf')
  const shape = { kernel, stride: kernel, pad: Math.floor(kernel / 2), group: options.widths[0]! }
  return addChannelNorm(graph, weights, addConvolution(graph, weights, active, 'stem.0', shape), 'stem.1')
}

function addBlock(graph: GraphBuilder, weights: Weights, x: string, block: string, width: number): string {
  const shape = { kernel: 7, stride: 1, pad: 3, group: width }
  const local = toChannelsLast(graph, addConvolution(graph, weights, x, `${block}.dwconv`, shape))
  const normed = addLayerNorm(graph, weights, local, `${block}.norm`, epsilon)
  const wide = addLinear(graph, weights, normed, `${block}.pwconv1`, { inputs: width, outputs: 4 * width })
  const responded = addResponseNorm(graph, weights, addGelu(graph, wide, 'erf'), `${block}.grn`)
  const narrow = addLinear(graph, weights, responded, `${block}.pwconv2`, { inputs: 4 * width, outputs: width })
  return graph.node('Add', [x, toChannelsFirst(graph, narrow)])
}

/** Global response normalisation: channels that respond strongly everywhere are raised; gamma (x N) + beta + x. */
function addResponseNorm(graph: GraphBuilder, weights: Weights, x: string, name: string): string {
  const space = graph.constant(`${name}.space`, int64Tensor([1, 2]))
  const channels = graph.constant(`${name}.channels`, int64Tensor([3]))
  const small = graph.constant(`${name}.epsilon`, float32Tensor([responseEpsilon]))
  const one = graph.constant(`${name}.one`, float32Tensor([1]))
  const response = graph.node('ReduceL2', [x, space])
  const mean = graph.node('Add', [graph.node('ReduceMean', [response, channels]), small])
  const gamma = graph.constant(`${name}.gamma`, weights.tensor(`${name}.gamma`))
  const raised = graph.node('Mul', [gamma, graph.node('Div', [response, mean])])
  const scaled = graph.node('Mul', [x, graph.node('Add', [raised, one])])
  return graph.node('Add', [scaled, graph.constant(`${name}.beta`, weights.tensor(`${name}.beta`))])
}

interface ConvolutionShape {
  readonly kernel: number
  readonly stride: number
  readonly pad?: number
  readonly group?: number
}

function addConvolution(
  graph: GraphBuilder,
  weights: Weights,
  x: string,
  name: string,
  { kernel, stride, pad = 0, group = 1 }: ConvolutionShape,
): string {
  const constants = [`${name}.weight`, `${name}.bias`].map((one) => graph.constant(one, weights.tensor(one)))
  return graph.node('Conv', [x, ...constants], {
    ...{ kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad], group },
  })
}

/** Layer normalisation over the channels of `(batch, channels, rows, cols)`. */
function addChannelNorm(graph: GraphBuilder, weights: Weights, x: string, name: string): string {
  return toChannelsFirst(graph, addLayerNorm(graph, weights, toChannelsLast(graph, x), name, epsilon))
}

const toChannelsLast = (graph: GraphBuilder, x: string) => graph.node('Transpose', [x], { perm: [0, 2, 3, 1] })
const toChannelsFirst = (graph: GraphBuilder, x: string) => graph.node('Transpose', [x], { perm: [0, 3, 1, 2] })

/** Decoders, mask and losses of pretraining. */
const pretrainingOnly = /^(?!encoder\.|statistics\.)/

/** Checkpoints of pretraining: the encoder is sparse (MinkowskiEngine) and has no last norm, which then does nothing. */
const sparseNames: WeightLayout = { name: 'MMEarth, sparse encoder', source: sparseSource, ignored: pretrainingOnly }

function sparseSource({ name, shape }: Parameter): Source {
  if (name === 'norm.weight') return { value: 1 }
  if (name === 'norm.bias') return { value: 0 }
  if (name.startsWith('statistics.')) return renamed(name, shape)
  const [, module = '', kind = ''] = /^(.*)\.(\w+)$/.exec(name) ?? []
  if (shape.length === 4) return sparseKernel(`encoder.${module}.kernel`, shape)
  if (kind === 'gamma' || kind === 'beta') return renamed(`encoder.${name}`, [1, ...shape])
  if (module.includes('pwconv')) return renamed(`encoder.${module}.linear.${kind}`, shape)
  if (isNorm(module)) return renamed(`encoder.${module}.ln.${kind}`, shape)
  return renamed(`encoder.${name}`, [1, ...shape])
}

function isNorm(module: string): boolean {
  return /\.norm$|^initial_conv\.1$|^stem\.1$|^downsample_layers\.\d+\.0$/.test(module)
}

function sparseKernel(name: string, shape: readonly number[]): Source {
  const [outputs = 0, inputs = 0, size = 0] = shape
  const isDepthwise = inputs === 1
  const own = isDepthwise ? [size * size, outputs] : [size * size, inputs, outputs]
  return { parts: [{ name, shape: own }], arrange: (values) => denseKernel(values, { outputs, inputs, size }) }
}

function denseNames(name: string, prefix: string): WeightLayout {
  return {
    name,
    source({ name: own, shape }) {
      if (own.startsWith('statistics.')) return renamed(own, shape)
      return renamed(`${prefix}${own}`, own.includes('.grn.') ? [1, 1, 1, ...shape] : shape)
    },
    ignored: prefix === '' ? /^head\./ : pretrainingOnly,
  }
}

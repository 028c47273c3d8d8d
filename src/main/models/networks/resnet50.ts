// ResNet-50 (He et al. 2015, arXiv:1512.03385) without its classifier, stride in the 3 x 3 convolution as torchvision and timm
// have it, for images of any number of bands.

import { z } from 'zod'
import { type Graph, GraphBuilder } from '../onnx/graph.ts'
import { addBatchNormalised, type Convolution, convolutionParameters } from './convolution.ts'
import { type Network, type Parameter, renamed, type WeightLayout } from './network.ts'
import type { Weights } from './weights.ts'

export const resnet50Options = z.object({
  channels: z.number().int().positive(),
  /** residual blocks of each stage */
  blocks: z.array(z.number().int().positive()).default([3, 4, 6, 3]),
  /** channels of the 3 x 3 convolution of each stage; the stage gives four times as many */
  planes: z.array(z.number().int().positive()).default([64, 128, 256, 512]),
  stemWidth: z.number().int().positive().default(64),
  /** learned: as in evaluation; batch: as in training, where every image changes the others of its batch */
  statistics: z.enum(['learned', 'batch']).default('learned'),
})
export type Resnet50Options = z.infer<typeof resnet50Options>

/** channels that a block gives, by those of its 3 x 3 convolution */
const expansion = 4

export function resnet50(options: Resnet50Options): Network {
  return {
    parameters: [stem(options), ...blocksOf(options).flatMap(convolutionsOf)].flatMap(convolutionParameters),
    layouts: prefixes.map(([name, prefix]) => prefixedNames(name, prefix)),
    fitsFloat16: true,
    build: async (weights) => buildGraph(options, weights),
  }
}

/** Released files have bare names; the checkpoints that they were cut from keep the names of their trainers. */
const prefixes = [
  ['timm and torchvision', ''],
  ['MoCo checkpoints', 'module.encoder_q.'],
  ['DeCUR checkpoints, Sentinel-1', 'module.backbone_1.'],
  ['DeCUR checkpoints, Sentinel-2', 'module.backbone_2.'],
] as const

function prefixedNames(name: string, prefix: string): WeightLayout {
  const ownHead =
    prefix === '' ? '^fc\\.' : `^(?!${prefix.replaceAll('.', '\\.')})|^${prefix.replaceAll('.', '\\.')}fc\\.`
  return {
    name,
    source: (parameter: Parameter) => renamed(`${prefix}${parameter.name}`, parameter.shape),
    ignored: new RegExp(`num_batches_tracked$|${ownHead}`),
  }
}

interface Block {
  readonly name: string
  readonly inputs: number
  readonly planes: number
  readonly stride: number
}

/** Random weights: reflectances are small numbers, the two bands of radar are scaled to 0..1. */
function stem({ channels, stemWidth }: Resnet50Options): Convolution {
  return {
    name: 'conv1',
    normName: 'bn1',
    inputs: channels,
    outputs: stemWidth,
    kernel: 7,
    stride: 2,
    gain: channels > 2 ? 8 : 2,
  }
}

function blocksOf({ blocks, planes, stemWidth }: Resnet50Options): Block[] {
  let inputs = stemWidth
  return blocks.flatMap((count, stage) =>
    Array.from({ length: count }, (_, index) => {
      const block = {
        ...{ name: `layer${stage + 1}.${index}`, inputs, planes: planes[stage]! },
        stride: stage > 0 && index === 0 ? 2 : 1,
      }
      inputs = block.planes * expansion
      return block
    }),
  )
}

/** The convolutions of a block in their order; the last one is the shortcut's, where sizes change. */
function convolutionsOf({ name, inputs, planes, stride }: Block): Convolution[] {
  const outputs = planes * expansion
  const own = (index: number, more: Pick<Convolution, 'inputs' | 'outputs' | 'kernel' | 'stride' | 'gain'>) => ({
    ...{ name: `${name}.conv${index}`, normName: `${name}.bn${index}` },
    ...more,
  })
  const branch = [
    own(1, { inputs, outputs: planes, kernel: 1, stride: 1 }),
    own(2, { inputs: planes, outputs: planes, kernel: 3, stride }),
    own(3, { inputs: planes, outputs, kernel: 1, stride: 1, gain: 0.5 }),
  ]
  if (inputs === outputs && stride === 1) return branch
  const shortcut = { name: `${name}.downsample.0`, normName: `${name}.downsample.1` }
  return [...branch, { ...shortcut, inputs, outputs, kernel: 1, stride }]
}

function buildGraph(options: Resnet50Options, weights: Weights): Graph {
  const { channels, statistics } = options
  const graph = new GraphBuilder('resnet50')
  const pixels = graph.input('pixels', ['batch', channels, 'rows', 'cols'])
  const convolve = (x: string, convolution: Convolution) =>
    addBatchNormalised(graph, weights, x, convolution, statistics)
  const relu = (x: string) => graph.node('Relu', [x])
  let x = graph.node('MaxPool', [relu(convolve(pixels, stem(options)))], {
    ...{ kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  })
  for (const block of blocksOf(options)) {
    const [first, second, third, shortcut] = convolutionsOf(block)
    const branch = convolve(relu(convolve(relu(convolve(x, first!)), second!)), third!)
    x = relu(graph.node('Add', [branch, shortcut === undefined ? x : convolve(x, shortcut)]))
  }
  const pooled = graph.node('GlobalAveragePool', [x])
  const dimensions = options.planes.at(-1)! * expansion
  graph.output(graph.node('Flatten', [pooled], { axis: 1 }, 'embedding'), ['batch', dimensions])
  return graph.finish()
}

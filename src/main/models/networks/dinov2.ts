// DINOv2 (Oquab et al. 2023, arXiv:2304.07193): a vision transformer with a class token and layer scale. SoftCon's ViT is one
// with 13 bands.

import { z } from 'zod'
import { type Graph, GraphBuilder, int64Tensor } from '../onnx/graph.ts'
import { addLayerNorm } from './layer-norm.ts'
import {
  joined,
  type Network,
  norm,
  normal,
  type Parameter,
  renamed,
  type Source,
  type WeightLayout,
} from './network.ts'
import { addPatchTokens, gridSize, patchParameters } from './patch-embedding.ts'
import { resizePositionGrid } from './position-grid.ts'
import { addTransformer, type TransformerShape, transformerParameters } from './transformer.ts'
import type { Weights } from './weights.ts'

export const dinov2Options = z.object({
  width: z.number().int().positive(),
  layers: z.number().int().positive(),
  heads: z.number().int().positive(),
  mlpWidth: z.number().int().positive(),
  channels: z.number().int().positive().default(3),
  patch: z.number().int().positive().default(14),
  /** pixels on each axis of the image */
  imageSize: z.number().int().positive(),
  /** patches on each axis of the learned table of positions */
  positionGrid: z.number().int().positive(),
  /** mean-tokens: over the class token and all patches, after the last norm, as Major TOM; class-token: the class token */
  pooling: z.enum(['mean-tokens', 'class-token']),
  /** erf: exact, as published; tanh: its approximation */
  gelu: z.enum(['erf', 'tanh']).default('erf'),
})
export type Dinov2Options = z.infer<typeof dinov2Options>

const epsilon = 1e-6

export function dinov2(options: Dinov2Options): Network {
  const { width, positionGrid } = options
  return {
    parameters: [
      { name: 'cls_token', shape: [1, 1, width], init: normal(0.5) },
      { name: 'pos_embed', shape: [1, 1 + positionGrid ** 2, width], init: normal(0.2) },
      ...patchParameters(options),
      ...transformerParameters(transformerShape(options)),
      ...norm('norm', width),
    ],
    layouts: [publishedNames, transformers5Names, originalNames],
    fitsFloat16: true,
    build: async (weights) => buildGraph(options, weights),
  }
}

function transformerShape({ width, layers, heads, mlpWidth, gelu }: Dinov2Options): TransformerShape {
  return { width, layers, heads, mlpWidth, epsilon, gelu, hasLayerScale: true }
}

function buildGraph(options: Dinov2Options, weights: Weights): Graph {
  const graph = new GraphBuilder('dinov2')
  const patches = addPatchTokens(graph, weights, options)
  // A token of zeros in front becomes the class token with the table of positions, whose first row holds it.
  const tokens = graph.node('Pad', [patches, graph.constant('pads', int64Tensor([0, 1, 0, 0, 0, 0]))])
  const embedded = graph.node('Add', [tokens, graph.constant('positions', positionTable(options, weights))])
  const x = addTransformer(graph, weights, embedded, transformerShape(options))
  graph.output(addPooling(graph, weights, x, options), ['batch', options.width])
  return graph.finish()
}

function addPooling(graph: GraphBuilder, weights: Weights, x: string, { pooling }: Dinov2Options): string {
  if (pooling === 'class-token') {
    const first = graph.node('Gather', [x, graph.constant('first', int64Tensor([0], []))], { axis: 1 })
    return graph.node('Identity', [addLayerNorm(graph, weights, first, 'norm', epsilon)], {}, 'embedding')
  }
  const normed = addLayerNorm(graph, weights, x, 'norm', epsilon)
  const axes = graph.constant('tokens', int64Tensor([1]))
  return graph.node('ReduceMean', [normed, axes], { keepdims: 0 }, 'embedding')
}

/** `(1, 1 + patches, width)`: the class token at its position, then the positions of the patches. */
function positionTable(options: Dinov2Options, weights: Weights) {
  const { width, positionGrid } = options
  const grid = gridSize(options)
  return weights.tensor('pos_embed', {
    shape: [1, 1 + grid ** 2, width],
    async values(own) {
      const classToken = await weights.read('cls_token')
      const table = new Float32Array((1 + grid ** 2) * width)
      table.set(classToken.map((value, i) => value + own[i]!))
      table.set(resizePositionGrid(own.subarray(width), positionGrid, grid), width)
      return table
    },
  })
}

const originalNames: WeightLayout = {
  name: 'facebookresearch and timm',
  source: ({ name, shape }) => renamed(name, shape),
  ignored: /^(mask_token|head\.)/,
}

/** The files of huggingface.co/facebook/dinov2-*. */
const publishedNames: WeightLayout = huggingFaceNames('transformers 4', {
  query: 'attention.attention.query',
  key: 'attention.attention.key',
  value: 'attention.attention.value',
  output: 'attention.output.dense',
})
/** Files saved again by transformers 5. */
const transformers5Names: WeightLayout = huggingFaceNames('transformers 5', {
  query: 'attention.q_proj',
  key: 'attention.k_proj',
  value: 'attention.v_proj',
  output: 'attention.o_proj',
})

function huggingFaceNames(
  name: string,
  attention: { query: string; key: string; value: string; output: string },
): WeightLayout {
  return {
    name,
    source: (parameter) => huggingFaceSource(parameter, attention),
    ignored: /^embeddings\.mask_token$/,
  }
}

const outsideBlocks: Readonly<Record<string, string>> = {
  cls_token: 'embeddings.cls_token',
  pos_embed: 'embeddings.position_embeddings',
  'patch_embed.proj.weight': 'embeddings.patch_embeddings.projection.weight',
  'patch_embed.proj.bias': 'embeddings.patch_embeddings.projection.bias',
  'norm.weight': 'layernorm.weight',
  'norm.bias': 'layernorm.bias',
}

function huggingFaceSource(
  { name, shape }: Parameter,
  { query, key, value, output }: { query: string; key: string; value: string; output: string },
): Source {
  const inBlock = /^blocks\.(\d+)\.(.+?)(?:\.(weight|bias|gamma))$/.exec(name)
  if (inBlock === null) return renamed(outsideBlocks[name] ?? name, shape)
  const [, index, part, kind] = inBlock
  const block = `encoder.layer.${index}`
  if (part === 'attn.qkv')
    return joined(
      [query, key, value].map((one) => `${block}.${one}.${kind}`),
      shape,
    )
  if (part === 'attn.proj') return renamed(`${block}.${output}.${kind}`, shape)
  if (part === 'ls1' || part === 'ls2') return renamed(`${block}.layer_scale${part.slice(2)}.lambda1`, shape)
  return renamed(`${block}.${part}.${kind}`, shape)
}

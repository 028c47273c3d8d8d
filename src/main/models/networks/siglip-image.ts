// SigLIP's image tower (Zhai et al. 2023, arXiv:2303.15343): a vision transformer without class token, whose tokens are
// pooled by attention to one learned probe.

import { z } from 'zod'
import { type Graph, GraphBuilder, int64Tensor } from '../onnx/graph.ts'
import { addLayerNorm } from './layer-norm.ts'
import { addLinear } from './linear.ts'
import {
  joined,
  linear,
  type Network,
  norm,
  normal,
  type Parameter,
  renamed,
  type Source,
  type WeightLayout,
} from './network.ts'
import { addPatchTokens, gridSize, patchParameters } from './patch-embedding.ts'
import { addMlp, addTransformer, type TransformerShape, transformerParameters } from './transformer.ts'
import type { Weights } from './weights.ts'

export const siglipImageOptions = z.object({
  width: z.number().int().positive(),
  layers: z.number().int().positive(),
  heads: z.number().int().positive(),
  mlpWidth: z.number().int().positive(),
  channels: z.number().int().positive().default(3),
  patch: z.number().int().positive(),
  imageSize: z.number().int().positive(),
  /** erf as open_clip and timm run it (and with them Major TOM), tanh as transformers does */
  gelu: z.enum(['erf', 'tanh']),
})
export type SiglipImageOptions = z.infer<typeof siglipImageOptions>

const epsilon = 1e-6

export function siglipImage(options: SiglipImageOptions): Network {
  const { width, mlpWidth } = options
  return {
    parameters: [
      { name: 'pos_embed', shape: [1, gridSize(options) ** 2, width], init: normal(0.2) },
      ...patchParameters(options),
      ...transformerParameters(transformerShape(options)),
      ...norm('norm', width),
      { name: 'attn_pool.latent', shape: [1, 1, width], init: normal(1) },
      ...linear('attn_pool.qkv', 3 * width, width),
      ...linear('attn_pool.proj', width, width),
      ...norm('attn_pool.norm', width),
      ...linear('attn_pool.mlp.fc1', mlpWidth, width),
      ...linear('attn_pool.mlp.fc2', width, mlpWidth),
    ],
    layouts: [timmNames('open_clip', 'visual.trunk.', /^(text\.|logit_)/), timmNames('timm', ''), huggingFaceNames],
    fitsFloat16: true,
    build: async (weights) => buildGraph(options, weights),
  }
}

function transformerShape({ width, layers, heads, mlpWidth, gelu }: SiglipImageOptions): TransformerShape {
  return { width, layers, heads, mlpWidth, epsilon, gelu, hasLayerScale: false }
}

function buildGraph(options: SiglipImageOptions, weights: Weights): Graph {
  const graph = new GraphBuilder('siglip-image')
  const patches = addPatchTokens(graph, weights, options)
  const embedded = graph.node('Add', [patches, graph.constant('pos_embed', weights.tensor('pos_embed'))])
  const x = addTransformer(graph, weights, embedded, transformerShape(options))
  const pooled = addAttentionPooling(graph, weights, addLayerNorm(graph, weights, x, 'norm', epsilon), options)
  graph.output(graph.node('Identity', [pooled], {}, 'embedding'), ['batch', options.width])
  return graph.finish()
}

/** The probe attends to all tokens; `(batch, tokens, width)` to `(batch, width)`. */
function addAttentionPooling(graph: GraphBuilder, weights: Weights, x: string, options: SiglipImageOptions): string {
  const { width, heads, mlpWidth, gelu } = options
  const headWidth = width / heads
  const perHead = graph.constant('attn_pool.heads', int64Tensor([0, -1, heads, headWidth]))
  const split = (name: 'key' | 'value', perm: readonly number[]) =>
    graph.node('Transpose', [graph.node('Reshape', [addPoolLinear(graph, weights, x, name, width), perHead])], { perm })
  const query = graph.constant('attn_pool.query', probeQuery(weights, width, heads))
  const scores = graph.node('MatMul', [query, split('key', [0, 2, 3, 1])])
  const attended = graph.node('MatMul', [graph.node('Softmax', [scores], { axis: -1 }), split('value', [0, 2, 1, 3])])
  const flat = graph.node('Reshape', [attended, graph.constant('attn_pool.flat', int64Tensor([0, width]))])
  const projected = addLinear(graph, weights, flat, 'attn_pool.proj', { inputs: width, outputs: width })
  const normed = addLayerNorm(graph, weights, projected, 'attn_pool.norm', epsilon)
  const branch = addMlp(graph, weights, normed, { name: 'attn_pool.mlp' }, { width, mlpWidth, gelu })
  return graph.node('Add', [projected, branch])
}

/** Keys or values: one third of the joined weight. */
function addPoolLinear(graph: GraphBuilder, weights: Weights, x: string, part: 'key' | 'value', width: number): string {
  const rows = { from: part === 'key' ? width : 2 * width, name: `attn_pool.${part}` }
  return addLinear(graph, weights, x, 'attn_pool.qkv', { inputs: width, outputs: width, rows })
}

/** The probe's query, scaled: it is the same for every image, so it is computed once, here. `(1, heads, 1, width of a head)` */
function probeQuery(weights: Weights, width: number, heads: number) {
  const scale = 1 / Math.sqrt(width / heads)
  return weights.tensor('attn_pool.latent', {
    shape: [1, heads, 1, width / heads],
    async values(probe) {
      const matrix = await weights.read('attn_pool.qkv.weight')
      const shift = await weights.read('attn_pool.qkv.bias')
      return probe.map((_, row) => {
        let sum = shift[row]!
        for (let col = 0; col < width; col++) sum += matrix[row * width + col]! * probe[col]!
        return sum * scale
      })
    },
  })
}

function timmNames(name: string, prefix: string, ignored?: RegExp): WeightLayout {
  return {
    name,
    source: (parameter) => timmSource(parameter, prefix),
    ...(ignored === undefined ? {} : { ignored }),
  }
}

function timmSource({ name, shape }: Parameter, prefix: string): Source {
  const pooling = /^attn_pool\.qkv\.(weight|bias)$/.exec(name)
  if (pooling === null) return renamed(`${prefix}${name}`, shape)
  const [rows = 0, ...rest] = shape
  return {
    parts: [
      { name: `${prefix}attn_pool.q.${pooling[1]}`, shape: [rows / 3, ...rest] },
      { name: `${prefix}attn_pool.kv.${pooling[1]}`, shape: [(rows * 2) / 3, ...rest] },
    ],
  }
}

const huggingFaceNames: WeightLayout = {
  name: 'transformers',
  source: huggingFaceSource,
  ignored: /^(text_model\.|logit_)|position_ids$/,
}

const outsideBlocks: Readonly<Record<string, string>> = {
  'patch_embed.proj.weight': 'embeddings.patch_embedding.weight',
  'patch_embed.proj.bias': 'embeddings.patch_embedding.bias',
  'norm.weight': 'post_layernorm.weight',
  'norm.bias': 'post_layernorm.bias',
  'attn_pool.latent': 'head.probe',
  'attn_pool.qkv.weight': 'head.attention.in_proj_weight',
  'attn_pool.qkv.bias': 'head.attention.in_proj_bias',
  'attn_pool.proj.weight': 'head.attention.out_proj.weight',
  'attn_pool.proj.bias': 'head.attention.out_proj.bias',
  'attn_pool.norm.weight': 'head.layernorm.weight',
  'attn_pool.norm.bias': 'head.layernorm.bias',
}

function huggingFaceSource({ name, shape }: Parameter): Source {
  if (name === 'pos_embed') return renamed('vision_model.embeddings.position_embedding.weight', shape.slice(1))
  const inBlock = siglipBlockSource('vision_model', name, shape)
  if (inBlock !== undefined) return inBlock
  return renamed(`vision_model.${outsideBlocks[name] ?? name.replace(/^attn_pool\./, 'head.')}`, shape)
}

/** A parameter of a block as transformers names it in both towers; undefined outside the blocks. */
export function siglipBlockSource(tower: string, name: string, shape: readonly number[]): Source | undefined {
  const [, index, part, kind] = /^blocks\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? []
  if (part === undefined) return undefined
  const block = `${tower}.encoder.layers.${index}`
  if (part === 'attn.qkv')
    return joined(
      ['q', 'k', 'v'].map((one) => `${block}.self_attn.${one}_proj.${kind}`),
      shape,
    )
  if (part === 'attn.proj') return renamed(`${block}.self_attn.out_proj.${kind}`, shape)
  return renamed(`${block}.${part.replace(/^norm/, 'layer_norm')}.${kind}`, shape)
}

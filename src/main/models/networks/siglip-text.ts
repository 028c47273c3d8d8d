// SigLIP's text tower: 64 token ids to one vector that is compared with those of the image tower. No mask, neither causal
// nor for padding, so there must always be exactly `tokens` ids; the last position is pooled.

import { z } from 'zod'
import { type Graph, GraphBuilder, int64Tensor } from '../onnx/graph.ts'
import { addLayerNorm } from './layer-norm.ts'
import { addLinear } from './linear.ts'
import {
  linear,
  type Network,
  norm,
  normal,
  type Parameter,
  renamed,
  type Source,
  type WeightLayout,
} from './network.ts'
import { siglipBlockSource } from './siglip-image.ts'
import { addTransformer, type TransformerShape, transformerParameters } from './transformer.ts'
import type { Weights } from './weights.ts'

export const siglipTextOptions = z.object({
  width: z.number().int().positive(),
  layers: z.number().int().positive(),
  heads: z.number().int().positive(),
  mlpWidth: z.number().int().positive(),
  vocabulary: z.number().int().positive(),
  tokens: z.number().int().positive(),
  /** as the image tower that it is compared with */
  gelu: z.enum(['erf', 'tanh']),
})
export type SiglipTextOptions = z.infer<typeof siglipTextOptions>

const epsilon = 1e-6

export function siglipText(options: SiglipTextOptions): Network {
  const { width, vocabulary, tokens } = options
  return {
    parameters: [
      { name: 'token_embedding', shape: [vocabulary, width], init: normal(1) },
      { name: 'positional_embedding', shape: [tokens, width], init: normal(0.3) },
      ...transformerParameters(transformerShape(options)),
      ...norm('norm', width),
      ...linear('head', width, width),
    ],
    layouts: [openClipNames, huggingFaceNames],
    fitsFloat16: true,
    build: async (weights) => buildGraph(options, weights),
  }
}

function transformerShape({ width, layers, heads, mlpWidth, gelu }: SiglipTextOptions): TransformerShape {
  return { width, layers, heads, mlpWidth, epsilon, gelu, hasLayerScale: false }
}

function buildGraph(options: SiglipTextOptions, weights: Weights): Graph {
  const { width, tokens } = options
  const graph = new GraphBuilder('siglip-text')
  const ids = graph.input('input_ids', ['batch', tokens], 'int64')
  const looked = graph.node('Gather', [graph.constant('token_embedding', weights.tensor('token_embedding')), ids])
  const positions = weights.tensor('positional_embedding', { shape: [1, tokens, width] })
  const embedded = graph.node('Add', [looked, graph.constant('positional_embedding', positions)])
  const x = addTransformer(graph, weights, embedded, transformerShape(options))
  const last = graph.node('Gather', [x, graph.constant('last', int64Tensor([tokens - 1], []))], { axis: 1 })
  const normed = addLayerNorm(graph, weights, last, 'norm', epsilon)
  const head = addLinear(graph, weights, normed, 'head', { inputs: width, outputs: width })
  graph.output(graph.node('Identity', [head], {}, 'embedding'), ['batch', width])
  return graph.finish()
}

const openClipNames: WeightLayout = { name: 'open_clip', source: openClipSource, ignored: /^(visual\.|logit_)/ }

const openClipOutside: Readonly<Record<string, string>> = {
  token_embedding: 'text.token_embedding.weight',
  positional_embedding: 'text.positional_embedding',
  'norm.weight': 'text.ln_final.weight',
  'norm.bias': 'text.ln_final.bias',
  'head.weight': 'text.text_projection.weight',
  'head.bias': 'text.text_projection.bias',
}
const openClipParts: Readonly<Record<string, string>> = {
  norm1: 'ln_1.',
  'attn.qkv': 'attn.in_proj_',
  'attn.proj': 'attn.out_proj.',
  norm2: 'ln_2.',
  'mlp.fc1': 'mlp.c_fc.',
  'mlp.fc2': 'mlp.c_proj.',
}

function openClipSource({ name, shape }: Parameter): Source {
  const [, index, part = '', kind] = /^blocks\.(\d+)\.(.+)\.(weight|bias)$/.exec(name) ?? []
  if (index === undefined) return renamed(openClipOutside[name] ?? name, shape)
  return renamed(`text.transformer.resblocks.${index}.${openClipParts[part]}${kind}`, shape)
}

const huggingFaceNames: WeightLayout = {
  name: 'transformers',
  source: huggingFaceSource,
  ignored: /^(vision_model\.|logit_)|position_ids$/,
}

const huggingFaceOutside: Readonly<Record<string, string>> = {
  token_embedding: 'embeddings.token_embedding.weight',
  positional_embedding: 'embeddings.position_embedding.weight',
  'norm.weight': 'final_layer_norm.weight',
  'norm.bias': 'final_layer_norm.bias',
}

function huggingFaceSource({ name, shape }: Parameter): Source {
  const inBlock = siglipBlockSource('text_model', name, shape)
  return inBlock ?? renamed(`text_model.${huggingFaceOutside[name] ?? name}`, shape)
}

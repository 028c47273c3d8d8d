// The pre-norm transformer block that DINOv2, SoftCon and both towers of SigLIP are made of.

import type { GraphBuilder } from '../onnx/graph.ts'
import { addLayerNorm } from './layer-norm.ts'
import { addLinear } from './linear.ts'
import { linear, norm, normal, type Parameter } from './network.ts'
import type { Weights } from './weights.ts'

export interface TransformerShape {
  readonly width: number
  readonly layers: number
  readonly heads: number
  /** width of the hidden layer between the two linears */
  readonly mlpWidth: number
  readonly epsilon: number
  /** erf: exact GELU; tanh: its approximation */
  readonly gelu: 'erf' | 'tanh'
  /** whether each branch has a learned factor per channel */
  readonly hasLayerScale: boolean
}

/** Parameters of all blocks: `blocks.0.norm1.weight` and so on; `attn.qkv` holds queries, keys and values in this order. */
export function transformerParameters({ width, layers, mlpWidth, hasLayerScale }: TransformerShape): Parameter[] {
  return Array.from({ length: layers }, (_, layer) => `blocks.${layer}`).flatMap((block) => [
    ...norm(`${block}.norm1`, width),
    ...linear(`${block}.attn.qkv`, 3 * width, width),
    ...linear(`${block}.attn.proj`, width, width),
    ...layerScale(`${block}.ls1.gamma`, width, hasLayerScale),
    ...norm(`${block}.norm2`, width),
    ...linear(`${block}.mlp.fc1`, mlpWidth, width),
    ...linear(`${block}.mlp.fc2`, width, mlpWidth),
    ...layerScale(`${block}.ls2.gamma`, width, hasLayerScale),
  ])
}

function layerScale(name: string, width: number, isThere: boolean): Parameter[] {
  return isThere ? [{ name, shape: [width], init: normal(0.1, 0.5) }] : []
}

/** @param tokens `(batch, tokens, width)` @returns the same shape */
export function addTransformer(graph: GraphBuilder, weights: Weights, tokens: string, shape: TransformerShape): string {
  let x = tokens
  for (let layer = 0; layer < shape.layers; layer++) x = addBlock(graph, weights, x, `blocks.${layer}`, shape)
  return x
}

function addBlock(graph: GraphBuilder, weights: Weights, x: string, block: string, shape: TransformerShape): string {
  const { width, mlpWidth, epsilon, hasLayerScale } = shape
  const normed = addLayerNorm(graph, weights, x, `${block}.norm1`, epsilon)
  const attended = addSelfAttention(graph, weights, normed, `${block}.attn`, shape)
  const projected = addLinear(graph, weights, attended, `${block}.attn.proj`, {
    ...{ inputs: width, outputs: width },
    scaledBy: hasLayerScale ? `${block}.ls1.gamma` : undefined,
  })
  const between = graph.node('Add', [x, projected])
  const hidden = addMlp(
    graph,
    weights,
    addLayerNorm(graph, weights, between, `${block}.norm2`, epsilon),
    { name: `${block}.mlp`, scaledBy: hasLayerScale ? `${block}.ls2.gamma` : undefined },
    { width, mlpWidth, gelu: shape.gelu },
  )
  return graph.node('Add', [between, hidden])
}

/**
 * ONNX Runtime's own attention: as fast as the standard operators on a CPU, and one fused kernel on the GPUs. The scale is
 * its default, 1 / sqrt(width of a head).
 */
function addSelfAttention(
  graph: GraphBuilder,
  weights: Weights,
  x: string,
  name: string,
  { width, heads }: TransformerShape,
): string {
  const qkv = addLinear(graph, weights, x, `${name}.qkv`, { inputs: width, outputs: 3 * width })
  const parts = graph.nodeWithOutputs('Split', [qkv], { axis: 2, num_outputs: 3 }, 3)
  return graph.node('com.microsoft.MultiHeadAttention', parts, { num_heads: heads })
}

export function addMlp(
  graph: GraphBuilder,
  weights: Weights,
  x: string,
  { name, scaledBy }: { readonly name: string; readonly scaledBy?: string | undefined },
  { width, mlpWidth, gelu }: { readonly width: number; readonly mlpWidth: number; readonly gelu: 'erf' | 'tanh' },
): string {
  const hidden = addLinear(graph, weights, x, `${name}.fc1`, { inputs: width, outputs: mlpWidth })
  const active = addGelu(graph, hidden, gelu)
  return addLinear(graph, weights, active, `${name}.fc2`, { inputs: mlpWidth, outputs: width, scaledBy })
}

export function addGelu(graph: GraphBuilder, x: string, gelu: 'erf' | 'tanh'): string {
  return graph.node('Gelu', [x], { approximate: gelu === 'tanh' ? 'tanh' : 'none' })
}

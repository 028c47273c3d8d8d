import { type GraphBuilder, int64Tensor } from '../onnx/graph.ts'
import { bias, type Parameter, weight } from './network.ts'
import type { Weights } from './weights.ts'

export interface PatchShape {
  readonly channels: number
  readonly imageSize: number
  readonly patch: number
  readonly width: number
}

export function patchParameters({ channels, patch, width }: PatchShape): Parameter[] {
  return [weight('patch_embed.proj.weight', [width, channels, patch, patch], 2), bias('patch_embed.proj.bias', width)]
}

/** Patches on each axis; pixels that fill no patch are not seen. */
export function gridSize({ imageSize, patch }: PatchShape): number {
  return Math.floor(imageSize / patch)
}

/** The input `pixels` (batch, channels, imageSize, imageSize) as tokens `(batch, patches row by row, width)`. */
export function addPatchTokens(graph: GraphBuilder, weights: Weights, shape: PatchShape): string {
  const { channels, imageSize, patch, width } = shape
  const pixels = graph.input('pixels', ['batch', channels, imageSize, imageSize])
  const kernels = graph.constant('patch_embed.proj.weight', weights.tensor('patch_embed.proj.weight'))
  const shift = graph.constant('patch_embed.proj.bias', weights.tensor('patch_embed.proj.bias'))
  const map = graph.node('Conv', [pixels, kernels, shift], { kernel_shape: [patch, patch], strides: [patch, patch] })
  const flat = graph.constant('flat', int64Tensor([0, width, gridSize(shape) ** 2]))
  return graph.node('Transpose', [graph.node('Reshape', [map, flat])], { perm: [0, 2, 1] })
}

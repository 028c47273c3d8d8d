import { float, type GraphBuilder } from '../onnx/graph.ts'
import type { Weights } from './weights.ts'

/** Layer normalisation over the last axis. */
export function addLayerNorm(graph: GraphBuilder, weights: Weights, x: string, name: string, epsilon: number): string {
  const scale = graph.constant(`${name}.weight`, weights.tensor(`${name}.weight`))
  const shift = graph.constant(`${name}.bias`, weights.tensor(`${name}.bias`))
  return graph.node('LayerNormalization', [x, scale, shift], { axis: -1, epsilon: float(epsilon) })
}

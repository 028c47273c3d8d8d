// Where the large constants of a model stand in the file beside it.

import { type ElementType, elementCount, type Graph } from './graph.ts'

export interface ExternalData {
  /** name of the file, which stands beside the model */
  readonly file: string
  /** by constant, in the order of the file */
  readonly places: ReadonlyMap<string, { readonly offset: number; readonly length: number }>
}

/** External tensors start on pages, so that they can be mapped into memory. */
const alignment = 4096
/** Shapes and other small constants, which ONNX Runtime reads while it optimises, stay in the model. */
const smallestExternal = 4096

export const elementBytes: Readonly<Record<ElementType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  int64: 8,
  int32: 4,
  uint8: 1,
  int8: 1,
  bool: 1,
}

/** Bytes of all constants. */
export function constantBytes(graph: Graph): number {
  return graph.constants.reduce((sum, { tensor }) => sum + elementCount(tensor.shape) * elementBytes[tensor.type], 0)
}

export function planExternalData(graph: Graph, file: string): ExternalData {
  const places = new Map<string, { offset: number; length: number }>()
  let end = 0
  for (const { name, tensor } of graph.constants) {
    const length = elementCount(tensor.shape) * elementBytes[tensor.type]
    if (length < smallestExternal) continue
    const offset = Math.ceil(end / alignment) * alignment
    places.set(name, { offset, length })
    end = offset + length
  }
  return { file, places }
}

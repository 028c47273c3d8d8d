import type { GraphBuilder } from '../onnx/graph.ts'
import type { Weights } from './weights.ts'

export interface LinearOptions {
  readonly inputs: number
  readonly outputs: number
  /** a parameter of `outputs` factors that the result is multiplied by (layer scale), folded into weight and bias */
  readonly scaledBy?: string | undefined
  /** only the outputs from here on, of a weight that holds several linears; constants are named after `name` */
  readonly rows?: { readonly from: number; readonly name: string }
}

/** x W^T + b over the last axis of x. The weight is stored transposed, as ONNX Runtime multiplies it. */
export function addLinear(
  graph: GraphBuilder,
  weights: Weights,
  x: string,
  name: string,
  options: LinearOptions,
): string {
  const { inputs, outputs, rows = { from: 0, name } } = options
  const cut = async (own: Float32Array, cols: number) => {
    const part = own.subarray(rows.from * cols, (rows.from + outputs) * cols)
    const factors = options.scaledBy === undefined ? undefined : await weights.read(options.scaledBy)
    return transposed(part, { rows: outputs, cols, factors })
  }
  const matrix = weights.tensor(`${name}.weight`, { shape: [inputs, outputs], values: (own) => cut(own, inputs) })
  const shift = weights.tensor(`${name}.bias`, { shape: [outputs], values: (own) => cut(own, 1) })
  const product = graph.node('MatMul', [x, graph.constant(`${rows.name}.weight`, matrix)])
  return graph.node('Add', [product, graph.constant(`${rows.name}.bias`, shift)])
}

/** `(rows, cols)` to `(cols, rows)`, each row multiplied by its factor. */
function transposed(
  values: Float32Array,
  { rows, cols, factors }: { rows: number; cols: number; factors: Float32Array | undefined },
): Float32Array {
  const result = new Float32Array(values.length)
  for (let row = 0; row < rows; row++) {
    const factor = factors?.[row] ?? 1
    for (let col = 0; col < cols; col++) result[col * rows + row] = values[row * cols + col]! * factor
  }
  return result
}

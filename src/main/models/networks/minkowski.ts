/**
 * A kernel of MinkowskiEngine, `(x * size + y, inputs, outputs)`, as a dense one, `(outputs, inputs, y, x)`. A depthwise
 * kernel has one input and no axis for it in the file.
 */
export function denseKernel(
  values: Float32Array,
  { outputs, inputs, size }: { readonly outputs: number; readonly inputs: number; readonly size: number },
): Float32Array {
  const result = new Float32Array(values.length)
  for (let x = 0; x < size; x++) {
    for (let y = 0; y < size; y++) {
      for (let input = 0; input < inputs; input++) {
        const from = ((x * size + y) * inputs + input) * outputs
        const to = (input * size + y) * size + x
        for (let output = 0; output < outputs; output++) {
          result[output * inputs * size * size + to] = values[from + output]!
        }
      }
    }
  }
  return result
}

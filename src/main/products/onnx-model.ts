import { readOnnxShape } from './onnx-shape.ts'
import type { ProductAdapter } from './product-adapter.ts'

/** A network; whether it can be used, its card says. */
export const onnxModel: ProductAdapter<'onnx'> = {
  product: 'model',
  containers: ['onnx'],
  sniff: () => 'certain',
  async describe({ path, name, source }, signal) {
    const { inputs, outputs } = await readOnnxShape(source, signal)
    const facts = { file: path, product: this.product, kind: 'model' } as const
    const input = inputs[0]
    const shape = input?.shape
    if (input === undefined || shape?.length !== 4) {
      const got = inputs.map((one) => `${one.name} [${one.shape?.join(', ') ?? 'no shape'}]`).join(', ') || 'none'
      const problem = `${name}: expected one input of images [batch, bands, rows, cols], got ${got}; only such networks can embed imagery`
      return { ...facts, problems: [problem] }
    }
    // Bands are few and stand first (NCHW) or last (NHWC).
    const [height, width] =
      Number(shape[3]) <= 16 && Number(shape[1]) > 16 ? [shape[1], shape[2]] : [shape[2], shape[3]]
    const dimensions = outputs[0]?.shape?.[1]
    return {
      ...facts,
      dtype: input.type,
      ...(typeof width === 'number' ? { width } : {}),
      ...(typeof height === 'number' ? { height } : {}),
      ...(typeof dimensions === 'number' ? { dimensions } : {}),
      problems: [],
    }
  },
}

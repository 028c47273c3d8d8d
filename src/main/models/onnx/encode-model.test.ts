import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { encodeModel } from './encode-model.ts'
import { float, float32Tensor, GraphBuilder, int64Tensor } from './graph.ts'

function affine(): GraphBuilder {
  const graph = new GraphBuilder('affine')
  const x = graph.input('x', ['n', 32])
  const table = graph.constant(
    'table',
    float32Tensor(
      Float32Array.from({ length: 64 }, (_, i) => i / 8),
      [32, 2],
    ),
  )
  const shift = graph.constant('shift', float32Tensor([1, -1]))
  const y = graph.node('Gemm', [x, table, shift], { alpha: float(2), beta: 0.5 })
  graph.output(graph.node('Reshape', [y, graph.constant('shape', int64Tensor([-1, 1]))], {}, 'y'), ['m', 1])
  return graph
}

async function run(path: string): Promise<number[]> {
  const session = await InferenceSession.create(path)
  const outputs = await session.run({ x: new Tensor('float32', new Float32Array(32).fill(1), [1, 32]) })
  await session.release()
  return [...(outputs['y']!.data as Float32Array)]
}

describe('the ONNX writer', () => {
  it('writes a model that ONNX Runtime computes, with its weights inside or in a second file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'onnx-'))
    try {
      await writeFile(join(folder, 'inside.onnx'), encodeModel(affine().finish()).model)
      const external = { file: 'weights.bin', minBytes: 64 }
      const { model, externalChunks } = encodeModel(affine().finish(), { external })
      await writeFile(join(folder, 'outside.onnx'), model)
      await writeFile(join(folder, 'weights.bin'), Buffer.concat(externalChunks))
      // column sums of i / 8: even i give 124, odd i give 128; times alpha, plus half the shift
      expect(await run(join(folder, 'inside.onnx'))).toEqual([248.5, 255.5])
      expect(await run(join(folder, 'outside.onnx'))).toEqual([248.5, 255.5])
      expect(externalChunks).toHaveLength(1)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('refuses names used twice, values that nothing makes, and tensors of the wrong length', () => {
    const graph = new GraphBuilder('wrong')
    graph.input('x', ['n', 2])
    expect(() => graph.input('x', ['n', 2])).toThrow('two values are called "x"')
    expect(() => graph.node('Relu', ['z'])).toThrow('no earlier node')
    expect(() => graph.constant('t', float32Tensor([1, 2, 3], [2, 2]))).toThrow('3 values, expected 4')
  })
})

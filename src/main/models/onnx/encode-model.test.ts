import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeModel } from './encode-model.ts'
import { float, float32Tensor, GraphBuilder, int64Tensor, type LazyTensor } from './graph.ts'
import { writeModel } from './write-model.ts'

const rows = 1024
const tableValues = () => Float32Array.from({ length: rows * 2 }, (_, i) => (i % 64) / 8)

function affine(table: LazyTensor = { type: 'float32', shape: [rows, 2], read: async () => tableValues() }) {
  const graph = new GraphBuilder('affine')
  const x = graph.input('x', ['n', rows])
  const shift = graph.constant('shift', float32Tensor([1, -1]))
  const y = graph.node('Gemm', [x, graph.constant('table', table), shift], { alpha: float(2), beta: 0.5 })
  graph.output(graph.node('Reshape', [y, graph.constant('shape', int64Tensor([-1, 1]))], {}, 'y'), ['m', 1])
  return graph.finish()
}
/** 32 rounds of the column sums of i / 8 (even i give 124, odd i give 128), times alpha, plus half the shift */
const expected = [32 * 248 + 0.5, 32 * 256 - 0.5]

async function run(path: string): Promise<number[]> {
  const session = await InferenceSession.create(path)
  const outputs = await session.run({ x: new Tensor('float32', new Float32Array(rows).fill(1), [1, rows]) })
  await session.release()
  return [...(outputs['y']!.data as Float32Array)]
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onnx-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('the ONNX writer', () => {
  it('writes a model that ONNX Runtime computes, with its weights inside or in a second file', async () => {
    const inside = await writeModel(affine(), join(folder, 'inside.onnx'))
    expect(inside.files).toEqual([join(folder, 'inside.onnx')])
    const outside = await writeModel(affine(), join(folder, 'outside.onnx'), { externalAbove: 4000 })
    expect(outside.files).toEqual([join(folder, 'outside.onnx'), join(folder, 'outside.onnx.data')])
    expect((await stat(join(folder, 'outside.onnx.data'))).size).toBe(rows * 8)
    expect(await run(join(folder, 'inside.onnx'))).toEqual(expected)
    expect(await run(join(folder, 'outside.onnx'))).toEqual(expected)
  })

  it('takes operators of other domains and operators with several outputs', async () => {
    const graph = new GraphBuilder('halves')
    const x = graph.input('x', ['n', rows])
    const [left, right] = graph.nodeWithOutputs('Split', [x], { axis: 1, num_outputs: 2 }, 2)
    const sum = graph.node('com.microsoft.QuickGelu', [graph.node('Sub', [left!, right!])], { alpha: float(1) })
    graph.output(graph.node('Identity', [sum], {}, 'y'), ['n', rows / 2])
    const path = join(folder, 'halves.onnx')
    await writeFile(path, encodeModel(graph.finish()))
    expect(await run(path)).toEqual(new Array<number>(rows / 2).fill(0))
  })

  it('leaves no file when a constant cannot be read, and no older model beside new weights', async () => {
    const own = join(folder, 'failing')
    const path = join(own, 'm.onnx')
    await writeModel(affine(), path, { externalAbove: 0 })
    const broken: LazyTensor = { type: 'float32', shape: [rows, 2], read: async () => new Float32Array(3) }
    await expect(writeModel(affine(broken), path, { externalAbove: 0 })).rejects.toThrow(
      'constant "table" has 3 values, expected 2048',
    )
    expect(await run(path)).toEqual(expected)
    await writeModel(affine(), path)
    expect(await readdir(own)).toEqual(['m.onnx'])
  })

  it('stops between two constants when it is cancelled', async () => {
    const controller = new AbortController()
    const table: LazyTensor = {
      type: 'float32',
      shape: [rows, 2],
      async read() {
        controller.abort()
        return tableValues()
      },
    }
    const path = join(folder, 'cancelled', 'm.onnx')
    const writing = writeModel(affine(table), path, { externalAbove: 0, signal: controller.signal })
    await expect(writing).rejects.toThrow(/abort/i)
    expect(await readdir(join(folder, 'cancelled'))).toEqual([])
  })

  it('refuses names used twice, values that nothing makes, and tensors of the wrong length', () => {
    const graph = new GraphBuilder('wrong')
    graph.input('x', ['n', 2])
    expect(() => graph.input('x', ['n', 2])).toThrow('two values are called "x"')
    expect(() => graph.node('Relu', ['z'])).toThrow('no earlier node')
    expect(() => graph.constant('t', float32Tensor([1, 2, 3], [2, 2]))).toThrow('3 values, expected 4')
    expect(() => encodeModel(affine())).toThrow('constant "table": expected its values')
  })
})

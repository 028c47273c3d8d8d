import { Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { runGraph } from '../networks/fixture-networks.ts'
import { quantiseColumns, toEightBit } from './eight-bit.ts'
import { float32Tensor, GraphBuilder } from './graph.ts'

const matrix = float32Tensor([0.5, -1.25, 0, 2, 0.33, 0, -1.1, 0.75, 0, 0.031746, 1, 0], [4, 3])

describe('a graph in 8 bits', () => {
  // numpy: s = abs(W).max(0) / 63 in float32; rint(W / s)
  it('has the whole numbers and scales that numpy has, and zeros for a column of zeros', () => {
    const { bytes, scales } = quantiseColumns(matrix.values, 3)
    expect([...bytes]).toEqual([16, -63, 0, 63, 17, 0, -35, 38, 0, 1, 50, 0])
    expect([...scales]).toEqual([0.0317460335791111, 0.01984127052128315, 0])
  })

  it('multiplies as numpy does after the rounding of DynamicQuantizeLinear, once for two products of one value', async () => {
    const graph = new GraphBuilder('two')
    const x = graph.input('x', ['n', 4])
    const weight = graph.constant('weight', matrix)
    const other = graph.constant('other', float32Tensor(Array<number>(12).fill(0), [4, 3]))
    const sum = graph.node(
      'Add',
      [graph.node('MatMul', [x, weight]), graph.node('MatMul', [x, other])],
      {},
      'embedding',
    )
    graph.output(sum, ['n', 3])
    const eight = toEightBit(graph.finish())!
    expect(eight.nodes.map(({ opType }) => opType).filter((type) => type === 'DynamicQuantizeLinear')).toHaveLength(1)
    expect(eight.constants.map(({ name }) => name)).not.toContain('weight')
    const values = Float32Array.of(1, -2, 0.5, 3, 0.25, 0.1, -0.7, 1.5)
    const got = await runGraph(eight, new Tensor('float32', values, [2, 4]))
    // numpy, by the formulas of the operator; without rounding the first is -3.9548
    const expected = [-3.9632744789123535, 1.4359632730484009, 0, 1.1571741104125977, 0.6605976223945618, 0]
    for (const [i, value] of expected.entries()) expect(got[i]).toBeCloseTo(value, 5)
  })

  it('keeps a weight in float32 beside its bytes where another operator reads it', () => {
    const graph = new GraphBuilder('shared')
    const x = graph.input('x', [4, 4])
    const weight = graph.constant('weight', float32Tensor(Array<number>(16).fill(1), [4, 4]))
    const product = graph.node('MatMul', [x, weight])
    graph.output(graph.node('Add', [product, weight], {}, 'embedding'), [4, 4])
    const names = toEightBit(graph.finish())?.constants.map(({ name }) => name)
    expect(names).toEqual(['weight', 'weight.bytes', 'weight.scale'])
  })

  it('is not made of a graph without products with weights', () => {
    const graph = new GraphBuilder('none')
    const x = graph.input('x', [2, 2])
    graph.output(graph.node('MatMul', [x, x], {}, 'embedding'), [2, 2])
    expect(toEightBit(graph.finish())).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { float32Tensor, GraphBuilder } from './graph.ts'
import { toFloat16, toHalfPrecision } from './half-precision.ts'

describe('float16', () => {
  // numpy: v.astype(np.float16).view(np.uint16)
  it.each([
    [0, 0],
    [-0, 32768],
    [1, 15360],
    [-2, 49152],
    [0.1, 11878],
    [65504, 31743],
    [65519, 31743],
    [65520, 31744],
    [6e-8, 1],
    [2.9802322387695312e-8, 0],
    [2.980232594040899e-8, 1],
    [6.0999998822808266e-5, 1023],
    [2049, 26624],
    [2051, 26626],
    [0.333251953125, 13653],
    [-1e-9, 32768],
    [1e-5, 168],
    [Number.POSITIVE_INFINITY, 31744],
  ])('of %f is the one that numpy has', (value, bits) => {
    expect(toFloat16(Float32Array.of(value))[0]).toBe(bits)
  })

  it('is refused for a constant that is too large, by its name', async () => {
    const graph = new GraphBuilder('large')
    const x = graph.input('x', ['n'])
    graph.output(graph.node('Mul', [x, graph.constant('scale', float32Tensor([1, 70_000]))], {}, 'y'), ['n'])
    const { tensor } = toHalfPrecision(graph.finish()).constants[0]!
    await expect('read' in tensor && tensor.read()).rejects.toThrow('constant "scale": expected values up to 65504')
  })

  it('is refused for a graph of float64', () => {
    const graph = new GraphBuilder('double')
    graph.output(graph.node('Cast', [graph.input('x', ['n'], 'float64')], { to: 1 }, 'y'), ['n'])
    expect(() => toHalfPrecision(graph.finish())).toThrow('float64')
  })
})

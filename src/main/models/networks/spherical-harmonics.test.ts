import { Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '../onnx/graph.ts'
import { readFixtureWeights, runGraph } from './fixture-networks.ts'
import { addHarmonics } from './satclip-location.ts'
import { harmonicsBelow } from './spherical-harmonics.ts'

const degrees = 40

describe('the spherical harmonics', () => {
  it('have the published constants, pi times the orthonormal ones for m = 0', () => {
    const [y00, y10, y11, y20] = harmonicsBelow(3)
    expect([...y00!.coefficients]).toEqual([0.886226925452758])
    expect([...y10!.coefficients]).toEqual([0, 1.53499006191973])
    expect([...y11!.coefficients]).toEqual([0.48860251190292])
    expect([...y20!.coefficients]).toEqual([-0.990831824401503, 0, 2.97249547320451])
  })

  it("are those of SatCLIP's generated formulas, with their rounding near the poles", async () => {
    // made by fixtures/networks/make_beside.py
    const published = await readFixtureWeights('satclip-harmonics.safetensors')
    const places = await published.readFloat64('lon_lat')
    const expected = await published.readFloat64('harmonics')
    const graph = new GraphBuilder('harmonics')
    const harmonics = addHarmonics(graph, graph.input('lon_lat', ['batch', 2], 'float64'), degrees)
    graph.output(graph.node('Identity', [harmonics], {}, 'embedding'), ['batch', degrees ** 2], 'float64')
    const got = await runGraph(graph.finish(), new Tensor('float64', places, [places.length / 2, 2]))
    expect(got).toHaveLength(expected.length)
    // at 41.9 and 37.8 degrees, above 66 degrees and at both poles, up to degree 39
    expect(Math.max(...got.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-11)
  })
})

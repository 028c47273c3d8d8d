import { describe, expect, it } from 'vitest'
import { toEightBit } from '../onnx/eight-bit.ts'
import { toHalfPrecision } from '../onnx/half-precision.ts'
import { inputTensor, type NetworkCase, readCases, readFixtureWeights, runGraph } from './fixture-networks.ts'
import { architectureNames, networkOf } from './networks.ts'
import { matchWeights } from './weights.ts'

const cases = readCases()

describe('a network built here', () => {
  it.each(cases)('answers as the original: $name ($original)', async (one) => {
    const { network, weights, warnings } = await built(one)
    expect(warnings).toEqual([])
    const got = await runGraph(await network.build(weights), inputTensor(one))
    const expected = one.output.flat()
    expect(got).toHaveLength(expected.length)
    const largest = Math.max(...expected.map((value, i) => Math.abs(value - got[i]!)))
    expect(largest).toBeLessThanOrEqual(1e-4 * Math.max(1, ...expected.map(Math.abs)))
    expect(spread(got)).toBeGreaterThanOrEqual(0.01)
    const rows = one.output.map((row, i) => got.slice(i * row.length, (i + 1) * row.length))
    for (const [i, row] of rows.entries()) expect(cosine(row, one.output[i]!)).toBeGreaterThanOrEqual(0.99999)
    expect(cosine(rows[0]!, rows[1]!)).toBeLessThan(0.999)
    if (process.env['PRINT_DIFFERENCES'] !== undefined) console.log(one.name, largest)
  })

  it.each(cases.filter(({ options }) => options['statistics'] !== 'batch'))(
    'keeps its answer in float16: $name',
    async (one) => {
      const { network, weights } = await built(one)
      if (!network.fitsFloat16) return
      const got = await runGraph(toHalfPrecision(await network.build(weights)), inputTensor(one))
      for (const [i, row] of one.output.entries()) {
        const own = got.slice(i * row.length, (i + 1) * row.length)
        if (process.env['PRINT_DIFFERENCES'] !== undefined) console.log(one.name, 'float16', cosine(own, row))
        expect(cosine(own, row)).toBeGreaterThanOrEqual(0.9995)
      }
    },
  )

  // of random weights: those that were trained may have activations far beyond the others, which lose more
  it.each(cases.filter(({ builder }) => !['resnet50', 'mmearth-convnext', 'satclip-location'].includes(builder)))(
    'keeps most of its answer in int8: $name',
    async (one) => {
      const { network, weights } = await built(one)
      const got = await runGraph(toEightBit(await network.build(weights))!, inputTensor(one))
      for (const [i, row] of one.output.entries()) {
        const own = got.slice(i * row.length, (i + 1) * row.length)
        if (process.env['PRINT_DIFFERENCES'] !== undefined) console.log(one.name, 'int8', cosine(own, row))
        expect(cosine(own, row)).toBeGreaterThanOrEqual(0.99)
      }
    },
  )

  it('is checked for every architecture', () => {
    expect([...new Set(cases.map(({ builder }) => builder))].sort()).toEqual([...architectureNames].sort())
  })
})

async function built(one: NetworkCase) {
  const card = { id: one.name, onnx: { kind: 'build' as const, builder: one.builder, options: { ...one.options } } }
  const file = await readFixtureWeights(one.weights)
  const network = networkOf(card, file)
  return { network, ...matchWeights(network, file) }
}

function spread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0) / (Math.hypot(...a) * Math.hypot(...b))
}

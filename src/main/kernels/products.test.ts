import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../bytes/fixture-vectors.ts'
import { createKernelMemory, Places } from './kernel-memory.ts'
import { kernelsOn } from './kernels.ts'
import { plainProducts } from './plain-products.ts'

/** [rows, columns on the left, columns on the right]: below, at and beyond the tiles of 4 x 2 and the lanes of 4 */
const sizes = [
  [1, 1, 1],
  [3, 2, 5],
  [4, 1, 4],
  [5, 3, 7],
  [9, 10, 33],
  [64, 5, 130],
] as const

function matrices(rows: number, left: number, right: number) {
  const places = new Places(64)
  const [a, b, out] = [places.take(rows * left * 4), places.take(rows * right * 4), places.take(left * right * 4)]
  const memory = createKernelMemory(places.end)
  const floats = new Float32Array(memory.buffer)
  const draw = mulberry32(rows * 100 + left)
  for (let i = 0; i < rows * left; i++) floats[a / 4 + i] = draw() - 0.5
  for (let i = 0; i < rows * right; i++) floats[b / 4 + i] = draw() - 0.5
  const outOf = () => floats.slice(out / 4, out / 4 + left * right)
  return { a, b, out, floats, kernels: kernelsOn(memory), plain: plainProducts(floats), outOf }
}

const expectClose = (got: Float32Array, truth: Float32Array) => {
  for (let i = 0; i < truth.length; i++)
    expect(Math.abs(got[i]! - truth[i]!)).toBeLessThan(1e-6 * (1 + Math.abs(truth[i]!)))
}

describe('products', () => {
  for (const [rows, left, right] of sizes) {
    it(`of rows agree with plain TypeScript: ${left} x ${right} of length ${rows}`, () => {
      const { a, b, out, kernels, plain, outOf } = matrices(rows, left, right)
      plain.multiplyByRows(a, rows, left, b, rows, right, rows, out, right)
      const truth = outOf()
      kernels.multiplyByRows(a, rows, left, b, rows, right, rows, out, right)
      expectClose(outOf(), truth)
    })

    it(`of columns are added as plain TypeScript adds them: ${left} x ${right} over ${rows} rows`, () => {
      const { a, b, out, floats, kernels, plain, outOf } = matrices(rows, left, right)
      const start = Float32Array.from({ length: left * right }, (_, i) => i / 100)
      floats.set(start, out / 4)
      plain.addProducts(a, left, left, b, right, right, rows, out, right)
      const truth = outOf()
      floats.set(start, out / 4)
      kernels.addProducts(a, left, left, b, right, right, rows, out, right)
      expectClose(outOf(), truth)
    })
  }

  it('of a part of the columns leave the others alone', () => {
    const { a, b, out, floats, kernels, outOf } = matrices(6, 4, 8)
    floats.fill(7, out / 4, out / 4 + 32)
    kernels.addProducts(a + 4, 4, 2, b + 8, 8, 5, 6, out + 4 * (8 + 2), 8)
    const sums = outOf()
    expect([...sums.subarray(0, 10)]).toEqual(new Array(10).fill(7))
    expect(sums[15]).toBe(7)
    expect(sums[10]).not.toBe(7)
    let truth = 7
    for (let row = 0; row < 6; row++) truth += floats[a / 4 + row * 4 + 1]! * floats[b / 4 + row * 8 + 2]!
    expect(sums[10]).toBeCloseTo(truth, 5)
  })
})

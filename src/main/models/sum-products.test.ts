import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../bytes/fixture-vectors.ts'
import { packFactor, sumProducts } from './sum-products.ts'

const draw = mulberry32(9)
const random = (count: number) => Float64Array.from({ length: count }, () => draw() - 0.5)

/** One sum after the other, in ascending t. */
function plainLoop(length: number, valueA: (t: number) => number, valueB: (t: number) => number): number {
  let sum = 0
  for (let t = 0; t < length; t++) sum += valueA(t) * valueB(t)
  return sum
}

describe('sumProducts', () => {
  it.each([
    [1, 1, 1],
    [3, 6, 50],
    [7, 5, 33],
    [65, 4, 1000],
  ])('gives the bits of a plain loop for %i x %i sums of %i products', (rows, cols, length) => {
    const [a, b] = [random(rows * length), random(cols * length)]
    const products = sumProducts(
      packFactor(a, { count: rows, length, along: 1, across: length }),
      packFactor(b, { count: cols, length, along: cols, across: 1 }),
    )
    const expected = Float64Array.from({ length: rows * cols }, (_, at) => {
      const [i, j] = [Math.floor(at / cols), at % cols]
      return plainLoop(
        length,
        (t) => a[i * length + t]!,
        (t) => b[t * cols + j]!,
      )
    })
    expect(products).toEqual(expected)
  })

  it('gives a symmetric product of a factor with itself', () => {
    const a = random(10 * 40)
    const factor = packFactor(a, { count: 10, length: 40, along: 10, across: 1 })
    const other = packFactor(a, { count: 10, length: 40, along: 10, across: 1 })
    expect(sumProducts(factor, factor)).toEqual(sumProducts(factor, other))
  })
})

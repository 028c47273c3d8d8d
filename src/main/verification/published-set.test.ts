import { expect, it } from 'vitest'
import { nearestFloat16, precisionOf } from './published-set.ts'

// numpy: float(np.float32(x)), float(np.float32(x).astype(np.float16))
const rounded = [
  [0.10000000149011612, 0.0999755859375],
  [-0.3333333134651184, -0.333251953125],
  [9.999999974752427e-7, 1.0132789611816406e-6],
  [3.0517578125e-5, 3.0517578125e-5],
  [1.00048828125, 1],
  [1.00146484375, 1.001953125],
  [-8.940696716308594e-8, -1.1920928955078125e-7],
  [1.4901161193847656e-7, 1.1920928955078125e-7],
  [1234.5670166015625, 1235],
  [0, 0],
] as const

it.each(rounded)('%d is rounded to float16 as numpy rounds it', (value, expected) => {
  expect(nearestFloat16(value)).toBe(expected)
})

it('values of float16 are told from those of float32, and whole numbers from both', () => {
  const values = Float32Array.from(rounded, ([value]) => value)
  expect(precisionOf(values)).toBe('float32')
  expect(precisionOf(values.map(nearestFloat16))).toBe('float16')
  expect(precisionOf(Float32Array.of(-3, 0, 127))).toBe('integers')
})

import { expect, it } from 'vitest'
import { cropFragment } from './crop-fragment.ts'

const image = {
  width: 4,
  height: 3,
  bandNames: ['B02', 'B03'],
  pixels: Float32Array.from({ length: 24 }, (_, index) => index),
}

it('a fragment is cropped band by band, rows first', () => {
  const into = new Float32Array(8)
  cropFragment(image, [1, 2, 3, 4], into)
  expect([...into]).toEqual([6, 7, 10, 11, 18, 19, 22, 23])
})

it('a fragment outside its image or into a short buffer is a bug with a name', () => {
  expect(() => cropFragment(image, [2, 0, 4, 2], new Float32Array(8))).toThrow('outside the 4 x 3 image')
  expect(() => cropFragment(image, [0, 0, 2, 2], new Float32Array(7))).toThrow('expected 8')
})

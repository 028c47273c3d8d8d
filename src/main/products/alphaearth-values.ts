import type { PixelDecoder } from './pixel-field.ts'

/** All channels together mean that there is no data. */
export const alphaEarthNodata = -128

/** `(q / 127.5)² · sign(q)`, as Google's notes on the files say; -127 to 127 becomes -0.992 to 0.992. */
const values = Float32Array.from({ length: 256 }, (_, index) => {
  const q = index - 128
  return (q / 127.5) ** 2 * Math.sign(q)
})

/** 64 signed bytes to a vector of about unit length. */
export const decodeAlphaEarth: PixelDecoder = (stored, vector) => {
  for (let channel = 0; channel < stored.length; channel++) vector[channel] = values[stored[channel]! + 128]!
  return !stored.every((q) => q === alphaEarthNodata)
}

// The patch bank of the built-in model: small 13-band images of the sample planet, made by src/main/sample/make/rcf-bank.ts
// and kept as text in rcf-bank-data.ts. Kernels, band statistics and the whitening of any choice of bands come from it.

import { inflateSync } from 'node:zlib'
import { rcfBankText } from './rcf-bank-data.ts'

export interface RcfBank {
  readonly bands: readonly string[]
  readonly count: number
  /** pixels along the side of a patch */
  readonly size: number
  /** square root of reflectance 0..1, `(patch, band, row, col)` */
  readonly patches: Float32Array
  /** of the patches' values, per band, without ice (which would set the scale for everything darker) */
  readonly bandMean: readonly number[]
  readonly bandStd: readonly number[]
}

export interface RcfBankText {
  readonly bands: readonly string[]
  readonly count: number
  readonly size: number
  /** pixels along the side of one stored pixel of each band: coarse bands are stored once per block */
  readonly bandStep: readonly number[]
  readonly bandMean: readonly number[]
  readonly bandStd: readonly number[]
  /** bytes of 255 x sqrt(reflectance), patch by patch, band by band; deflated, base64 */
  readonly data: string
}

let shipped: RcfBank | undefined

export function shippedRcfBank(): RcfBank {
  shipped ??= decodeRcfBank(rcfBankText)
  return shipped
}

export function decodeRcfBank(text: RcfBankText): RcfBank {
  const bytes = inflateSync(Buffer.from(text.data, 'base64'))
  const { size } = text
  const patches = new Float32Array(text.count * text.bands.length * size * size)
  let from = 0
  let plane = 0
  for (let patch = 0; patch < text.count; patch++) {
    for (const step of text.bandStep) {
      const coarse = Math.ceil(size / step)
      for (let at = 0; at < size * size; at++) {
        const row = Math.floor(Math.floor(at / size) / step)
        patches[plane + at] = bytes[from + row * coarse + Math.floor((at % size) / step)]! / 255
      }
      from += coarse * coarse
      plane += size * size
    }
  }
  return { ...text, patches }
}

/** The bank with only these bands (indices into `bank.bands`). */
export function sliceBank(bank: RcfBank, indices: readonly number[]): RcfBank {
  const plane = bank.size ** 2
  const patches = new Float32Array(bank.count * indices.length * plane)
  for (let patch = 0; patch < bank.count; patch++) {
    indices.forEach((band, at) => {
      const from = (patch * bank.bands.length + band) * plane
      patches.set(bank.patches.subarray(from, from + plane), (patch * indices.length + at) * plane)
    })
  }
  const pick = <T>(values: readonly T[]) => indices.map((band) => values[band]!)
  return {
    ...bank,
    bands: pick(bank.bands),
    bandMean: pick(bank.bandMean),
    bandStd: pick(bank.bandStd),
    patches,
  }
}

import { packFactor, sumProducts } from './sum-products.ts'

export interface RcfConvolution {
  /** `(kernel, band, row, col)` */
  readonly weights: Float32Array
  readonly biases: Float32Array
  readonly kernelCount: number
  readonly kernelSize: number
  readonly bandCount: number
}

/**
 * torchgeo's RCF in plain TypeScript: the mean of relu(z) of every kernel, then the mean of relu(-z), z = conv(x) + bias.
 * @param images planar `(n, bands, size, size)`
 * @returns `(n, 2 x kernelCount)`
 */
export function rcfFeatures(images: Float32Array, size: number, network: RcfConvolution): Float64Array {
  const { kernelCount, kernelSize, bandCount } = network
  const valid = size - kernelSize + 1
  const places = valid * valid
  const taps = tapOffsets(network, size)
  const length = taps.length + 1
  const imageLength = bandCount * size * size
  const count = images.length / imageLength
  const features = new Float64Array(count * kernelCount * 2)
  const layout = { length, along: 1, across: length }
  const kernels = packFactor(withBiases(network, taps.length), { ...layout, count: kernelCount })
  const windows = new Float64Array(places * length).fill(1)
  for (let image = 0; image < count; image++) {
    const own = features.subarray(image * kernelCount * 2, (image + 1) * kernelCount * 2)
    for (let place = 0; place < places; place++) {
      const at = image * imageLength + Math.floor(place / valid) * size + (place % valid)
      for (let tap = 0; tap < taps.length; tap++) windows[place * length + 1 + tap] = images[at + taps[tap]!]!
    }
    const z = sumProducts(packFactor(windows, { ...layout, count: places }), kernels)
    for (let i = 0; i < z.length; i++) {
      const kernel = i % kernelCount
      own[z[i]! > 0 ? kernel : kernelCount + kernel]! += Math.abs(z[i]!) / places
    }
  }
  return features
}

/** `(kernel, 1 + tap)`: the bias comes first, for the 1 that stands before the pixels of every window. */
function withBiases({ weights, biases, kernelCount }: RcfConvolution, tapCount: number): Float64Array {
  const out = new Float64Array(kernelCount * (tapCount + 1))
  for (let kernel = 0; kernel < kernelCount; kernel++) {
    const start = kernel * (tapCount + 1)
    out[start] = biases[kernel]!
    out.set(weights.subarray(kernel * tapCount, (kernel + 1) * tapCount), start + 1)
  }
  return out
}

/** Where the taps of a kernel lie in a planar image, from its top-left pixel of the first band. */
export function tapOffsets(
  kernel: { readonly kernelSize: number; readonly bandCount: number },
  size: number,
): Int32Array {
  const area = kernel.kernelSize ** 2
  return Int32Array.from({ length: kernel.bandCount * area }, (_, tap) => {
    const inner = tap % area
    return (
      Math.floor(tap / area) * size * size + Math.floor(inner / kernel.kernelSize) * size + (inner % kernel.kernelSize)
    )
  })
}

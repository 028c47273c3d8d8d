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
  const { weights, biases, kernelCount, kernelSize, bandCount } = network
  const valid = size - kernelSize + 1
  const taps = tapOffsets(network, size)
  const imageLength = bandCount * size * size
  const count = images.length / imageLength
  const features = new Float64Array(count * kernelCount * 2)
  const window = new Float64Array(taps.length)
  for (let image = 0; image < count; image++) {
    for (let place = 0; place < valid * valid; place++) {
      const at = image * imageLength + Math.floor(place / valid) * size + (place % valid)
      for (let tap = 0; tap < taps.length; tap++) window[tap] = images[at + taps[tap]!]!
      for (let kernel = 0; kernel < kernelCount; kernel++) {
        let z = biases[kernel]!
        const from = kernel * taps.length
        for (let tap = 0; tap < taps.length; tap++) z += weights[from + tap]! * window[tap]!
        features[image * kernelCount * 2 + (z > 0 ? kernel : kernelCount + kernel)]! += Math.abs(z) / (valid * valid)
      }
    }
  }
  return features
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

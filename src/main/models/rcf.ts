// Random convolutional features (MOSAIKS; Rolf et al. 2021, doi:10.1038/s41467-021-24638-z) as an ONNX graph.
// The features are torchgeo's RCF (conv, relu of z and of -z, global average) of the square root of reflectance; a logarithm
// and a partial whitening follow, without which a few bright features decide every cosine (docs/benchmarks.md).

import { EngineError } from '../../shared/errors.ts'
import { encodeModel } from './onnx/encode-model.ts'
import { float32Tensor, GraphBuilder } from './onnx/graph.ts'
import { type RcfBank, shippedRcfBank, sliceBank } from './rcf-bank.ts'
import { type RcfConvolution, rcfFeatures, tapOffsets } from './rcf-features.ts'
import { partialWhitening, whitenedKernels } from './rcf-whitening.ts'

/** Weights of one RCF network for a choice of bands; its convolution takes the square root of reflectance 0..1. */
export interface RcfParameters extends RcfConvolution {
  readonly bands: readonly string[]
  /** `(d, d)` row-major, d = 2 x kernelCount; embedding = log(features + floor) . projection + shift */
  readonly projection: Float32Array
  readonly shift: Float32Array
}

export const rcfKernelCount = 32
const kernelSize = 5
/** patches from which the kernels' whitening is estimated; the first `rcfKernelCount` become the kernels */
const patchCount = 3000
/** torchgeo's default of -1 suits raw images; ours are standardised, so zero is the middle of the data */
const bias = -0.15
/** keeps the logarithm of a feature that hardly fires from deciding the cosine */
export const featureFloor = 0.05

/**
 * The built-in model for a choice of Sentinel-2 bands; the same bands always give the same bytes.
 * Input `pixels` float32 (batch, bands, rows, cols) of reflectance 0..1, any size from 5 px; output `embedding` (batch, 64).
 * @throws EngineError `model-mismatch` for fewer than 3, more than 13, repeated or unknown bands
 */
export function buildRcf(options: { bands: readonly string[]; bank?: RcfBank }): Uint8Array<ArrayBuffer> {
  return encodeRcf(rcfParameters(options.bands, options.bank ?? shippedRcfBank()))
}

export function encodeRcf(parameters: RcfParameters): Uint8Array<ArrayBuffer> {
  const { bands, kernelCount } = parameters
  const dimensions = kernelCount * 2
  const graph = new GraphBuilder('rcf')
  const pixels = graph.input('pixels', ['batch', bands.length, 'rows', 'cols'])
  const [zero, one] = [graph.constant('zero', float32Tensor([0], [])), graph.constant('one', float32Tensor([1], []))]
  const weights = float32Tensor(parameters.weights, [kernelCount, bands.length, kernelSize, kernelSize])
  const z = graph.node('Conv', [
    graph.node('Sqrt', [graph.node('Clip', [pixels, zero, one])]),
    graph.constant('kernels', weights),
    graph.constant('biases', float32Tensor(parameters.biases)),
  ])
  const above = graph.node('GlobalAveragePool', [graph.node('Relu', [z])])
  const below = graph.node('GlobalAveragePool', [graph.node('Relu', [graph.node('Neg', [z])])])
  const features = graph.node('Flatten', [graph.node('Concat', [above, below], { axis: 1 })], { axis: 1 })
  const floor = graph.constant('floor', float32Tensor([featureFloor]))
  const logarithm = graph.node('Log', [graph.node('Add', [features, floor])])
  const projection = graph.constant('projection', float32Tensor(parameters.projection, [dimensions, dimensions]))
  const shift = graph.constant('shift', float32Tensor(parameters.shift))
  graph.output(graph.node('Gemm', [logarithm, projection, shift], {}, 'embedding'), ['batch', dimensions])
  return encodeModel(graph.finish(), { metadata: { bands: bands.join(',') } })
}

/** Slices the bank by band name; kernels are whitened, scaled and standardised among the chosen bands only. */
export function rcfParameters(bands: readonly string[], bank: RcfBank): RcfParameters {
  const sliced = sliceBank(bank, bandIndices(bands, bank))
  const convolution = foldStandardisation(kernelsOf(sliced), sliced)
  const features = rcfFeatures(sliced.patches, bank.size, convolution)
  const dimensions = rcfKernelCount * 2
  const logs = features.map((value) => Math.log(value + featureFloor))
  return { bands, ...convolution, ...partialWhitening(logs, { dimensions, ridge: 0.3 }) }
}

function bandIndices(bands: readonly string[], bank: RcfBank): number[] {
  const problem = (expected: string, got: string) =>
    new EngineError('model-mismatch', `model rcf-64: expected ${expected}, got ${got}, choose other bands`)
  if (bands.length < 3 || bands.length > bank.bands.length) throw problem('3 to 13 bands', String(bands.length))
  if (new Set(bands).size !== bands.length) throw problem('each band once', bands.join(', '))
  return bands.map((name) => {
    const index = bank.bands.indexOf(name)
    if (index === -1) throw problem(`Sentinel-2 bands (${bank.bands.join(', ')})`, `"${name}"`)
    return index
  })
}

/** Patches at places that depend only on their number, standardised per band, whitened. */
function kernelsOf(bank: RcfBank): Float64Array {
  const offsets = tapOffsets({ kernelSize, bandCount: bank.bands.length }, bank.size)
  const taps = offsets.length
  const area = kernelSize ** 2
  const patches = new Float64Array(patchCount * taps)
  const span = bank.size - kernelSize + 1
  for (let patch = 0; patch < patchCount; patch++) {
    const image = patch % bank.count
    // Weyl sequences: every kernel comes from another image and another corner of it.
    const row = Math.floor(((patch * 0.754877666) % 1) * span)
    const col = Math.floor(((patch * 0.569840291) % 1) * span)
    const start = image * bank.bands.length * bank.size ** 2 + row * bank.size + col
    for (let tap = 0; tap < taps; tap++) {
      const band = Math.floor(tap / area)
      const value = bank.patches[start + offsets[tap]!]!
      patches[patch * taps + tap] = (value - bank.bandMean[band]!) / bank.bandStd[band]!
    }
  }
  return whitenedKernels(patches, { taps, kernelCount: rcfKernelCount, bias: 1e-3 })
}

/** conv((x - mean) / std) as a convolution of x itself. */
function foldStandardisation(kernels: Float64Array, bank: RcfBank): RcfConvolution {
  const bandCount = bank.bands.length
  const taps = bandCount * kernelSize ** 2
  const weights = new Float32Array(kernels.length)
  const biases = new Float64Array(rcfKernelCount).fill(bias)
  for (let i = 0; i < kernels.length; i++) {
    const band = Math.floor((i % taps) / kernelSize ** 2)
    weights[i] = kernels[i]! / bank.bandStd[band]!
    biases[Math.floor(i / taps)]! -= weights[i]! * bank.bandMean[band]!
  }
  return { weights, biases: Float32Array.from(biases), kernelCount: rcfKernelCount, kernelSize, bandCount }
}

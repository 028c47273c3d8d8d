// What the numbers of an image mean: their unit, and the +1000 that Sentinel-2 carries since processing baseline 04.00.

import type { InputUnit, RadiometricOffset } from '../../shared/terms.ts'
import type { SampleType } from '../raster/raster.ts'
import type { Proposal } from './image-task.ts'

/** Sampled pixels of one image, nodata left out; per band unless said otherwise. */
export interface PixelSample {
  readonly dtype: SampleType
  /** over all bands */
  readonly count: number
  readonly median: number
  readonly low: number
  readonly high: number
  /** 1st percentile of the darkest band */
  readonly darkest: number
}

export interface RadiometryHints {
  readonly productId: string
  readonly bandNames: readonly string[]
  /** key-value metadata of the file */
  readonly metadata?: ReadonlyMap<string, string>
}

const isSentinel2 = (productId: string) => /^S2[A-D]_/.test(productId)
const isRadar = (bandNames: readonly string[]) => bandNames.every((name) => /^(vv|vh|hh|hv)$/i.test(name))

/** The unit of an image: as asked, else as its metadata say, else from its values. */
export function proposeUnit(
  sample: PixelSample,
  hints: RadiometryHints,
  option: InputUnit | undefined,
): Proposal<InputUnit> {
  if (option !== undefined) return { value: option, source: 'option', reason: 'as asked' }
  const named = unitOfText(hints.metadata?.get('unit') ?? hints.metadata?.get('units'))
  if (named !== undefined) return { value: named, source: 'metadata', reason: 'unit in the metadata of the file' }
  const isInteger = !sample.dtype.startsWith('float')
  if (isSentinel2(hints.productId) && isInteger && sample.dtype !== 'uint8') {
    return { value: 'reflectance-1e4', source: 'product-id', reason: 'Sentinel-2 product' }
  }
  return { ...unitOfValues(sample, hints), source: 'values' }
}

function unitOfValues(sample: PixelSample, { bandNames }: RadiometryHints): { value: InputUnit; reason: string } {
  const { dtype, median, low, high, count } = sample
  const range = `from ${short(low)} to ${short(high)}, median ${short(median)}`
  if (dtype === 'uint8') return { value: 'u8', reason: 'bytes 0 to 255' }
  if (count === 0) return { value: isRadar(bandNames) ? 'linear' : 'reflectance-1e4', reason: 'no valid pixel sampled' }
  // backscatter lies between -40 and +10 dB; reflectance and power are not negative at the median
  if (median < 0 && low > -150) return { value: 'db', reason: `negative values ${range}` }
  if (!dtype.startsWith('float')) return { value: 'reflectance-1e4', reason: `whole numbers ${range}` }
  if (isRadar(bandNames)) return { value: 'linear', reason: `radar bands, positive values ${range}` }
  if (high <= 2) return { value: '0-1', reason: `values ${range}` }
  return { value: 'reflectance-1e4', reason: `values ${range}` }
}

function unitOfText(text: string | undefined): InputUnit | undefined {
  const plain = text?.trim().toLowerCase()
  if (plain === undefined) return undefined
  if (/^(db|decibels?)$/.test(plain)) return 'db'
  if (/^(linear|power|linear power|gamma0|sigma0)$/.test(plain)) return 'linear'
  if (/^(0-1|reflectance)$/.test(plain)) return '0-1'
  return /1e4|10000/.test(plain) ? 'reflectance-1e4' : undefined
}

/**
 * The radiometric offset of an image.
 * @param unit offsets exist for `reflectance-1e4` only
 */
export function proposeOffset(
  sample: PixelSample,
  hints: RadiometryHints,
  { unit, option }: { readonly unit: InputUnit; readonly option: RadiometricOffset | undefined },
): Proposal<0 | -1000> {
  if (option === 0 || option === -1000) return { value: option, source: 'option', reason: 'as asked' }
  if (unit !== 'reflectance-1e4') return { value: 0, source: 'metadata', reason: `no offset in unit ${unit}` }
  const baseline = /_N(\d{4})_/.exec(hints.productId)?.[1]
  // N9999 is what Sen2Cor writes outside the ground segment: it says nothing
  if (isSentinel2(hints.productId) && baseline !== undefined && baseline !== '9999') {
    const written = `${baseline.slice(0, 2)}.${baseline.slice(2)}`
    return {
      value: Number(baseline) >= 400 ? -1000 : 0,
      source: 'product-id',
      reason: `baseline ${written} in the product id`,
    }
  }
  return offsetOfMetadata(hints.metadata) ?? offsetOfValues(sample)
}

function offsetOfMetadata(metadata: ReadonlyMap<string, string> | undefined): Proposal<0 | -1000> | undefined {
  for (const [key, text] of metadata ?? []) {
    const value = Number(text)
    if (/^(boa_add_offset|radio_add_offset|radiometric_offset)/i.test(key) && (value === -1000 || value === 0)) {
      return { value, source: 'metadata', reason: `${key} in the metadata of the file` }
    }
    if (/processing_baseline/i.test(key) && /^\d{2}\.\d{2}$/.test(text)) {
      return {
        value: value >= 4 ? -1000 : 0,
        source: 'metadata',
        reason: `baseline ${text} in the metadata of the file`,
      }
    }
  }
  return undefined
}

/**
 * With the offset even the darkest band keeps its shadows and water near 1000; without it some band comes close to 0.
 * Above 1600 all is bright (cloud, snow), which tells nothing.
 */
function offsetOfValues({ darkest, count }: PixelSample): Proposal<0 | -1000> {
  if (count === 0) return { value: 0, source: 'values', reason: 'no valid pixel sampled' }
  const value = darkest >= 900 && darkest <= 1600 ? -1000 : 0
  return { value, source: 'values', reason: `darkest band starts at ${short(darkest)}` }
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString()
}

/**
 * Sums up sampled pixels.
 * @param bands one array per band
 */
export function samplePixels(
  bands: readonly Float32Array[],
  dtype: SampleType,
  nodata: number | undefined,
): PixelSample {
  const valid = bands.map((band) => band.filter((value) => Number.isFinite(value) && value !== nodata).sort())
  const all = Float32Array.from(valid.flatMap((band) => thin(band, 4096))).sort()
  const starts = valid.filter((band) => band.length > 0).map((band) => percentile(band, 0.01))
  return {
    dtype,
    count: all.length,
    median: percentile(all, 0.5),
    low: percentile(all, 0.01),
    high: percentile(all, 0.99),
    darkest: starts.length === 0 ? Number.NaN : Math.min(...starts),
  }
}

function thin(sorted: Float32Array, count: number): number[] {
  const step = Math.max(1, sorted.length / count)
  return Array.from(
    { length: Math.min(count, sorted.length) },
    (_, index) => sorted[Math.floor(index * step)] as number,
  )
}

/** Of ascending values; NaN when there are none. */
function percentile(sorted: Float32Array, fraction: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? Number.NaN
}

// What the numbers of an image mean: their unit, and the +1000 that Sentinel-2 carries since processing baseline 04.00.

import type { InputUnit, RadiometricOffset } from '../../shared/terms.ts'
import type { SampleType } from '../raster/raster.ts'
import { standardBandName } from './band-names.ts'
import type { Proposal } from './image-task.ts'

/** Sampled pixels of one image, nodata left out; per band unless said otherwise. */
export interface PixelSample {
  /** over all bands */
  readonly count: number
  readonly median: number
  readonly low: number
  readonly high: number
  /** where the darkest band starts: its 0.1 percentile */
  readonly darkest: number
}

export interface RadiometryHints {
  readonly productId: string
  readonly bandNames: readonly string[]
  readonly dtype: SampleType
  /** key-value metadata of the file */
  readonly metadata?: ReadonlyMap<string, string>
}

export interface RadiometryOptions {
  readonly unit?: InputUnit | undefined
  readonly radiometricOffset?: RadiometricOffset | undefined
}

export interface Radiometry {
  readonly unit: Proposal<InputUnit>
  readonly radiometricOffset: Proposal<0 | -1000>
}

/**
 * Unit and offset of an image: as asked, else as its name and metadata say, else from its values.
 * @param sample called only when values are needed
 */
export async function proposeRadiometry(
  hints: RadiometryHints,
  options: RadiometryOptions,
  sample: () => Promise<PixelSample>,
): Promise<Radiometry> {
  let sampled: Promise<PixelSample> | undefined
  const once = () => (sampled ??= sample())
  const unit = knownUnit(hints, options.unit) ?? { ...unitOfValues(await once(), hints), source: 'values' as const }
  const known = knownOffset(hints, { unit: unit.value, option: options.radiometricOffset })
  return { unit, radiometricOffset: known ?? offsetOfValues(await once()) }
}

const isSentinel2 = (productId: string) => /^S2[A-D]_/.test(productId)
const isRadar = (bandNames: readonly string[]) => bandNames.every((name) => /^(vv|vh|hh|hv)$/i.test(name))

function knownUnit(hints: RadiometryHints, option: InputUnit | undefined): Proposal<InputUnit> | undefined {
  if (option !== undefined) return { value: option, source: 'option', reason: 'as asked' }
  const named = unitOfText(hints.metadata?.get('unit') ?? hints.metadata?.get('units'))
  if (named !== undefined) return { value: named, source: 'metadata', reason: 'unit in the metadata of the file' }
  if (hints.dtype === 'uint8') return { value: 'u8', source: 'values', reason: 'bytes 0 to 255' }
  if (isSentinel2(hints.productId) && !hints.dtype.startsWith('float')) {
    return { value: 'reflectance-1e4', source: 'product-id', reason: 'Sentinel-2 product' }
  }
  return undefined
}

function unitOfValues(
  sample: PixelSample,
  { bandNames, dtype }: RadiometryHints,
): { value: InputUnit; reason: string } {
  const { median, low, high, count } = sample
  const range = `from ${short(low)} to ${short(high)}, median ${short(median)}`
  if (count === 0) return { value: isRadar(bandNames) ? 'linear' : 'reflectance-1e4', reason: 'no valid pixel sampled' }
  // land and sea scatter back -30 to -3 dB; an index or a component may be negative too, but lies within -1 to 1
  if (median < -1.5 && low > -150) return { value: 'db', reason: `negative values ${range}` }
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

function knownOffset(
  hints: RadiometryHints,
  { unit, option }: { readonly unit: InputUnit; readonly option: RadiometricOffset | undefined },
): Proposal<0 | -1000> | undefined {
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
  const told = offsetOfMetadata(hints.metadata)
  if (told !== undefined) return told
  const isOptical = hints.bandNames.every((name) => /^B\d/.test(standardBandName(name) ?? ''))
  return isOptical ? undefined : { value: 0, source: 'values', reason: 'not known as bands of Sentinel-2' }
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
 * With the offset even the darkest band keeps its shadows and water just above or below 1000; without it some band comes
 * close to 0. Values in between are bright ground, snow or cloud, which tell nothing.
 */
const offsetStarts = { from: 950, to: 1150 }

function offsetOfValues({ darkest, count }: PixelSample): Proposal<0 | -1000> {
  if (count === 0) return { value: 0, source: 'values', reason: 'no valid pixel sampled' }
  const value = darkest >= offsetStarts.from && darkest <= offsetStarts.to ? -1000 : 0
  return { value, source: 'values', reason: `darkest band starts at ${Math.round(darkest)}` }
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toString()
}

/** Values looked at per band: enough for percentiles, cheap to sort. */
const valuesPerBand = 8192

/**
 * Sums up sampled pixels.
 * @param bands one array per band
 */
export function samplePixels(bands: readonly Float32Array[], nodata: number | undefined): PixelSample {
  const sorted = bands.map((band) => thinValid(band, nodata).sort())
  const all = joined(sorted).sort()
  const starts = sorted.filter((band) => band.length > 0).map((band) => percentile(band, 0.001))
  return {
    count: all.length,
    median: percentile(all, 0.5),
    low: percentile(all, 0.01),
    high: percentile(all, 0.99),
    darkest: starts.length === 0 ? Number.NaN : Math.min(...starts),
  }
}

function joined(bands: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(bands.reduce((sum, band) => sum + band.length, 0))
  let at = 0
  for (const band of bands) {
    all.set(band, at)
    at += band.length
  }
  return all
}

/** Valid values at equal steps. */
function thinValid(values: Float32Array, nodata: number | undefined): Float32Array {
  const step = Math.max(1, Math.floor(values.length / valuesPerBand))
  const kept = new Float32Array(Math.ceil(values.length / step))
  let count = 0
  for (let i = 0; i < values.length; i += step) {
    const value = values[i] as number
    if (Number.isFinite(value) && value !== nodata) kept[count++] = value
  }
  return kept.subarray(0, count)
}

/** Of ascending values; NaN when there are none. */
function percentile(sorted: Float32Array, fraction: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))] ?? Number.NaN
}

// Numbers, places and dates as the screen writes them: rounded to meaning, with units.

import type { Likeness, Measure } from '../state/likeness.ts'

const counts = new Intl.NumberFormat('en')

export function countText(count: number): string {
  return counts.format(count)
}

/** `1 fragment`, `24,375 fragments` */
export function countOf(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`
}

export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1_000)} kB`
  if (bytes < 100_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  if (bytes < 1_000_000_000) return `${Math.round(bytes / 1_000_000)} MB`
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`
}

export function secondsText(seconds: number): string {
  if (seconds < 1) return 'under 1 s'
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`
  return `${(seconds / 3_600).toFixed(1)} h`
}

/** `about 40 s`, `under 1 s` */
export function aboutSecondsText(seconds: number): string {
  return seconds < 1 ? secondsText(seconds) : `about ${secondsText(seconds)}`
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
/** Swedish writes ISO dates */
const dayAndClock = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' })

/** `Started 12:41, took 8 s`, on the clock of this machine; with the day where that is not today */
export function startedText(startedAt: string, endedAt: string | undefined, now = new Date()): string {
  const start = new Date(startedAt)
  const time = (start.toDateString() === now.toDateString() ? clock : dayAndClock).format(start)
  if (endedAt === undefined) return `Started ${time}`
  return `Started ${time}, took ${secondsText((Date.parse(endedAt) - start.getTime()) / 1_000)}`
}

/** `2026-11-27 08:20` on the clock of this machine */
export function dayAndTimeText(at: string): string {
  return dayAndClock.format(new Date(at))
}

export function millisecondsText(ms: number): string {
  return ms < 1 ? 'under 1 ms' : ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}

/** `24.9262 N 11.6347 W` */
export function placeText(lat: number, lon: number, digits = 4): string {
  const ns = lat >= 0 ? 'N' : 'S'
  const ew = lon >= 0 ? 'E' : 'W'
  return `${Math.abs(lat).toFixed(digits)} ${ns} ${Math.abs(lon).toFixed(digits)} ${ew}`
}

export function distanceText(km: number): string {
  return km < 10 ? `${km.toFixed(1)} km` : `${countText(Math.round(km))} km`
}

/** `0.42 km²`, `114.1 km²`, `18,048 km²` */
export function areaText(km2: number): string {
  return `${km2 < 1 ? km2.toFixed(2) : km2 < 1000 ? km2.toFixed(1) : countText(Math.round(km2))} km²`
}

/** With a true minus, as wide as the digits. */
export function signedText(value: number, digits: number): string {
  return value.toFixed(digits).replace('-', '−')
}

export function similarityText(similarity: number): string {
  if (similarity >= 0.9999995) return '1.000'
  // the best of a search differ late, and only what is the same may read 1.000
  return signedText(similarity, similarity >= 0.99995 ? 6 : similarity >= 0.99 ? 4 : 3)
}

export function l2DistanceText(distance: number): string {
  const rounded = distance.toFixed(distance < 100 ? 3 : 1)
  // only what is the same may read 0.000
  return rounded === '0.000' && distance > 0 ? distance.toPrecision(2) : rounded
}

export const likenessNames: Readonly<Record<Measure, string>> = { similarity: 'Similarity', distance: 'L2 distance' }

/** A similarity or an L2 distance, whichever the result has; empty for neither. */
export function likenessText({ similarity, distance }: Likeness): string {
  if (distance !== undefined) return l2DistanceText(distance)
  return similarity === undefined ? '' : similarityText(similarity)
}

/** @param fraction 0..1; `0 %`, `under 0.1 %`, `12.3 %` */
export function percentText(fraction: number): string {
  if (fraction === 0) return '0 %'
  return fraction < 0.001 ? 'under 0.1 %' : `${(fraction * 100).toFixed(1)} %`
}

export function weightText(weight: number): string {
  return `${weight < 0 ? '−' : '+'}${Math.abs(weight).toFixed(1)}`
}

/** A Major TOM timestamp (`20200219T112111`) or an ISO date as a moment; undefined when it is neither. */
export function momentOf(timestamp: string | undefined): Date | undefined {
  if (timestamp === undefined) return undefined
  const compact = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?)?/.exec(timestamp)
  const iso =
    compact === null
      ? withZone(timestamp)
      : `${compact[1]}-${compact[2]}-${compact[3]}T${compact[4] ?? '00'}:${compact[5] ?? '00'}:${compact[6] ?? '00'}Z`
  const moment = new Date(iso)
  return Number.isNaN(moment.getTime()) ? undefined : moment
}

/** A time that does not say its zone is in UTC. */
function withZone(iso: string): string {
  const saysNoZone = /\d[T ]\d/.test(iso) && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(iso)
  return saysNoZone ? `${iso.replace(' ', 'T')}Z` : iso
}

/** `2020-02-19`; the text itself when it is no date */
export function dateText(timestamp: string | undefined): string {
  return momentOf(timestamp)?.toISOString().slice(0, 10) ?? timestamp ?? ''
}

/** `2020-02-19 11:21 UTC`; without a time of day where the timestamp has none */
export function dateTimeText(timestamp: string | undefined): string {
  const moment = momentOf(timestamp)
  if (moment === undefined || !/\d[T ]\d/.test(timestamp ?? '')) return dateText(timestamp)
  return `${dateText(timestamp)} ${moment.toISOString().slice(11, 16)} UTC`
}

/** `r2 c3`, counted from 0 as in the files; empty when the row does not say */
export function fragmentText(place: { fragmentRow?: number | undefined; fragmentCol?: number | undefined }): string {
  if (place.fragmentRow === undefined || place.fragmentCol === undefined) return ''
  return `r${place.fragmentRow} c${place.fragmentCol}`
}

/**
 * A place typed by a person: `24.9, -11.6`, `24.9 -11.6` or `24.9 N 11.6 W`.
 * @returns degrees, or undefined when it is no place on Earth
 */
export function parsePlace(text: string): { lat: number; lon: number } | undefined {
  const number = String.raw`(-?\d+(?:\.\d+)?)\s*°?\s*`
  const match = new RegExp(String.raw`^\s*${number}([NS])?\s*[,;\s]\s*${number}([EW])?\s*$`, 'i').exec(text)
  if (match === null) return undefined
  const lat = Number(match[1]) * (match[2]?.toUpperCase() === 'S' ? -1 : 1)
  const lon = Number(match[3]) * (match[4]?.toUpperCase() === 'W' ? -1 : 1)
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : undefined
}

/** A Major TOM cell name such as `277U_118L`, in its own spelling. */
export function parseCellName(text: string): string | undefined {
  const name = text.trim().toUpperCase()
  return /^\d{1,4}[UD]_\d{1,4}[LR]$/.test(name) ? name : undefined
}

const providerNames: Readonly<Record<string, string>> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  webgpu: 'WebGPU',
  dml: 'DirectML',
  coreml: 'CoreML',
  none: 'Nothing to run models on',
}

/** `dinov2-base, intended recipe` */
export function modelText({
  model,
  recipe,
}: {
  readonly model?: string | undefined
  readonly recipe?: string | undefined
}): string {
  return [model, recipe === undefined ? undefined : `${recipe} recipe`].filter((part) => part !== undefined).join(', ')
}

/** What inference runs on, as its makers write it. */
export function providerText(name: string): string {
  return providerNames[name] ?? name
}

/** `CUDA: no driver; WebGPU: no adapter`: why nothing better runs, with the names as their makers write them */
export function reasonText(reason: string): string {
  return reason.replace(/(^|; )(\w+)(?=: )/g, (_, before: string, name: string) => before + providerText(name))
}

const productNames: Readonly<Record<string, string>> = {
  'major-tom': 'Major TOM embeddings',
  'core-parquet': 'Major TOM Core',
  'earth-embeddings': 'EarthEmbeddings',
  'clay-v0': 'Clay v0',
  'clay-v1.5-naip': 'Clay v1.5 on NAIP',
  'clay-v1.5-sentinel2': 'Clay v1.5 on Sentinel-2',
  'earth-index': 'Earth Index',
  'copernicus-embed': 'Copernicus-Embed',
  alphaearth: 'AlphaEarth',
  'alphaearth-major-tom': 'AlphaEarth in Major TOM cells',
  tessera: 'TESSERA',
  presto: 'Presto',
  esd: 'Embedded Seamless Data',
  'generic-npy': 'NumPy array',
  'generic-parquet': 'Parquet',
  'generic-raster': 'GeoTIFF',
  geotiff: 'GeoTIFF',
  'band-folder': 'folder of bands',
  'image-folder': 'folder of images',
  safe: 'SAFE folder',
  image: 'image',
}

/** A product of `describeFiles` or a kind of input in words. */
export function productText(product: string): string {
  return productNames[product] ?? product
}

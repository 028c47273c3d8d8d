// TESSERA's Zarr store: groups utm01 to utm60, each with `embeddings` int8 (time, 128, rows, cols), `scales` float32
// (time, rows, cols) and the years `time`. A value is the byte times the scale of its pixel.

import { EngineError } from '../../shared/errors.ts'
import type { ZarrGroup } from '../arrays/zarr.ts'
import type { Affine } from '../raster/raster.ts'
import type { Opened } from './opened-file.ts'
import { describePixels } from './pixel-facts.ts'
import { type PixelField, placeOf } from './pixel-field.ts'
import type { Match, ProductAdapter } from './product-adapter.ts'

const zoneName = /^utm\d\d$/

export const tesseraZarr: ProductAdapter<'zarr'> = {
  product: 'tessera',
  containers: ['zarr'],
  async sniff({ group }): Promise<Match> {
    const isMarked = Object.keys(group.attributes).some((key) => key.startsWith('geoemb:'))
    const children = await group.children()
    const isZone = children.includes('embeddings') && children.includes('scales')
    return (isMarked && children.some((child) => zoneName.test(child))) || isZone ? 'certain' : 'no'
  },
  async pixels(file) {
    return await newestField(file.name, await onlyZone(file))
  },
  async describe(file, signal) {
    const { path, name, group } = file
    const zones = await zonesOf(group)
    const facts = {
      product: 'tessera',
      dtype: 'int8',
      quantisation: 'int8 times the float32 scale of its pixel; a scale that is not finite is no data',
      ...versionOf(group),
    } as const
    if (zones.length !== 1) {
      return {
        file: path,
        kind: 'pixel',
        ...facts,
        notes: [`${name}: ${zones.length} UTM zones (${zones.join(', ')}); open the folder of one of them`],
        problems: zones.length === 0 ? [`${name}: expected UTM zones (utm01 to utm60), got none`] : [],
      }
    }
    const zone = await onlyZone(file)
    const years = await yearsOf(zone)
    const field = await newestField(name, zone)
    const dates = { first: `${Math.min(...years)}-01-01`, last: `${Math.max(...years)}-12-31` }
    const notes = years.length === 1 ? [] : [`${years.length} years; the newest, ${years.at(-1)}, is shown`]
    return await describePixels(path, field, { ...facts, dates, notes }, signal)
  },
}

async function zonesOf(group: ZarrGroup): Promise<readonly string[]> {
  const children = await group.children()
  return children.includes('embeddings') ? [group.name] : children.filter((child) => zoneName.test(child))
}

async function onlyZone({ group, name }: Opened<'zarr'>): Promise<ZarrGroup> {
  const zones = await zonesOf(group)
  const [zone] = zones
  if (zone === undefined || zones.length > 1) {
    throw new EngineError(
      'unsupported-format',
      `${name}: expected one UTM zone, got ${zones.length}; open the folder of one of them`,
    )
  }
  return zone === group.name ? group : await group.group(zone)
}

async function yearsOf(zone: ZarrGroup): Promise<number[]> {
  const time = await zone.array('time')
  return [...(await time.read([[0, time.shape[0]!]]))]
}

/** The newest year of a zone. */
async function newestField(name: string, zone: ZarrGroup): Promise<PixelField> {
  const embeddings = await zone.array('embeddings')
  const scales = await zone.array('scales')
  const [times, dimensions, height, width] = embeddings.shape as [number, number, number, number]
  if (embeddings.shape.length !== 4 || scales.shape.join() !== [times, height, width].join()) {
    throw new EngineError(
      'unsupported-format',
      `${name}: expected embeddings (time, channels, rows, columns) with scales (time, rows, columns), got (${embeddings.shape.join(', ')}) and (${scales.shape.join(', ')})`,
    )
  }
  const newest = [times - 1, times] as const
  return {
    ...placeOf({ name, width, height, ...placeOfZone(zone) }),
    dimensions,
    async readWindow({ row0, row1, col0, col1 }, signal) {
      const [rows, cols] = [[row0, row1] as const, [col0, col1] as const]
      const planar = await embeddings.read([newest, [0, dimensions], rows, cols], signal)
      const factors = await scales.read([newest, rows, cols], signal)
      return scaled(planar, factors, dimensions)
    },
  }
}

/** `(channels, pixels)` times `(pixels)` to `(pixels, channels)`. */
function scaled(planar: Float32Array, factors: Float32Array, dimensions: number): Float32Array<ArrayBuffer> {
  const count = factors.length
  const vectors = new Float32Array(count * dimensions)
  for (let pixel = 0; pixel < count; pixel++) {
    const factor = Number.isFinite(factors[pixel]!) ? factors[pixel]! : Number.NaN
    for (let channel = 0; channel < dimensions; channel++) {
      vectors[pixel * dimensions + channel] = planar[channel * count + pixel]! * factor
    }
  }
  return vectors
}

/** `proj:code` and `spatial:transform` of the zone, as Zarr's conventions of these names have them. */
function placeOfZone({ attributes }: ZarrGroup): { crs?: string; transform?: Affine } {
  const crs = attributes['proj:code']
  const transform = attributes['spatial:transform']
  const isAffine = Array.isArray(transform) && transform.length >= 6 && transform.every(Number.isFinite)
  return {
    ...(typeof crs === 'string' ? { crs } : {}),
    ...(isAffine ? { transform: transform.slice(0, 6) as unknown as Affine } : {}),
  }
}

function versionOf({ attributes }: ZarrGroup): { version?: string } {
  const version = attributes['geoemb:build_version']
  return typeof version === 'string' ? { version } : {}
}

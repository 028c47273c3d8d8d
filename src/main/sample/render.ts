// Imagery of the sample planet: climate at a few nodes of the image, a surface per 10 m pixel, then the bands.

import type { Bounds } from '../../shared/terms.ts'
import { projectionOf } from '../grid/projection.ts'
import { biomes, climateAt, climateFieldCount } from './climate.ts'
import { smoothstep, tileAt } from './noise.ts'
import { drawBurn, drawPivot, drawTown } from './objects.ts'
import { type PlacedThing, thingsNear } from './placed.ts'
import { planted } from './planted.ts'
import { bandStep, s1Bands, spectra, worldBands } from './spectra.ts'
import { type Ground, surface, surfaceAt } from './surface.ts'
import { textures } from './textures.ts'

export interface RenderRequest {
  /** a UTM zone, e.g. `EPSG:32629` */
  readonly utmCrs: string
  /** metres; 10 m pixels are intended, any size works */
  readonly bounds: Bounds
  readonly width: number
  readonly height: number
  /** `YYYYMMDDTHHMMSS` */
  readonly timestamp: string
  /** names of `worldBands`, in the order wanted */
  readonly bands: readonly string[]
  /** row and column of the first pixel in its cell image or scene: 20 m and 60 m pixels are counted from there */
  readonly origin?: readonly [row: number, col: number]
}

/** What is really on an image, as shares of its pixels. */
export interface ImageTruth {
  /** pixels of each of `biomes` */
  readonly biomePixels: Uint32Array
  readonly pivot: number
  readonly town: number
  readonly burn: number
  readonly cloud: number
  readonly hasSeam: boolean
}

export interface RenderedImage {
  /** planar `(bands, height, width)`: reflectance x 1e4, VV and VH as linear power; coarse bands repeated */
  readonly pixels: Float32Array
  readonly truth: ImageTruth
}

/** ground metres that set one UTM zone's textures apart from the next one's */
const zoneShift = 654_310
const coarsest = 6

/** The surface of every pixel of the image now being drawn; kept between images. */
let capacity = 0
let first = new Uint8Array(0)
let second = new Uint8Array(0)
let mixture = new Float32Array(0)
let gain = new Float32Array(0)
let veil = new Float32Array(0)

export function renderImage(request: RenderRequest): RenderedImage {
  const frame = frameOf(request)
  reserve(frame.width * frame.height)
  const truth = drawSurfaces(request, frame)
  const pixels = new Float32Array(request.bands.length * request.width * request.height)
  request.bands.forEach((name, index) => {
    const band = worldBands.indexOf(name)
    if (band === -1) throw new Error(`sample planet: band "${name}" is none of ${worldBands.join(' ')}`)
    const plane = pixels.subarray(index * request.width * request.height, (index + 1) * request.width * request.height)
    fillBand(plane, band, request, frame)
  })
  return { pixels, truth }
}

/** A square image of 10 m pixels, planar float32. */
export function renderFragment(
  request: Omit<RenderRequest, 'width' | 'height'> & { readonly sizePx: number },
): Float32Array {
  return renderImage({ ...request, width: request.sizePx, height: request.sizePx }).pixels
}

/** The drawn area: the image, and upwards and leftwards the rest of the coarse pixels that it starts in. */
interface Frame {
  readonly width: number
  readonly height: number
  readonly marginRows: number
  readonly marginCols: number
  readonly left: number
  readonly top: number
  readonly pixelX: number
  readonly pixelY: number
}

function frameOf({ bounds: [left, bottom, right, top], width, height, origin = [0, 0] }: RenderRequest): Frame {
  const [marginRows, marginCols] = [origin[0] % coarsest, origin[1] % coarsest]
  const [pixelX, pixelY] = [(right - left) / width, (top - bottom) / height]
  return {
    width: width + marginCols,
    height: height + marginRows,
    marginRows,
    marginCols,
    left: left - marginCols * pixelX,
    top: top + marginRows * pixelY,
    pixelX,
    pixelY,
  }
}

function reserve(size: number): void {
  if (size <= capacity) return
  capacity = size
  first = new Uint8Array(size)
  second = new Uint8Array(size)
  mixture = new Float32Array(size)
  gain = new Float32Array(size)
  veil = new Float32Array(size)
}

/** Climate at nodes about 280 m apart, `(row, col, field)`. */
function climateNodes(request: RenderRequest, frame: Frame) {
  const segments = Math.max(1, Math.round(Math.max(frame.width, frame.height) / 28))
  const side = segments + 1
  const values = new Float32Array(side * side * climateFieldCount)
  const projection = projectionOf(request.utmCrs)
  for (let row = 0; row < side; row++) {
    for (let col = 0; col < side; col++) {
      const x = frame.left + (col / segments) * frame.width * frame.pixelX
      const y = frame.top - (row / segments) * frame.height * frame.pixelY
      const [lon, lat] = projection.inverse(x, y)
      climateAt(lat, lon, values, (row * side + col) * climateFieldCount)
    }
  }
  return { segments, side, values }
}

function drawSurfaces(request: RenderRequest, frame: Frame): ImageTruth {
  const t = textures()
  const { segments, side, values } = climateNodes(request, frame)
  const [centreLon, centreLat] = projectionOf(request.utmCrs).inverse(
    (request.bounds[0] + request.bounds[2]) / 2,
    (request.bounds[1] + request.bounds[3]) / 2,
  )
  const things = thingsNear({ ...request, lat: centreLat, lon: centreLon })
  const isSeamImage = planted.seam.utmCrs === request.utmCrs && isNearSeam(request.bounds)
  const shift = zoneOf(request.utmCrs) * zoneShift
  const counts = { biomePixels: new Uint32Array(biomes.length), pivot: 0, town: 0, burn: 0, cloud: 0, bright: 0 }
  const line = new Float64Array(side * climateFieldCount)
  const ground: Ground = { coastKm: 0, temperature: 0, rain: 0, ruggedness: 0, farming: 0, sand: 0 }
  for (let row = 0; row < frame.height; row++) {
    const y = frame.top - (row + 0.5) * frame.pixelY
    interpolateLine(line, values, side, ((row + 0.5) / frame.height) * segments)
    for (let col = 0; col < frame.width; col++) {
      const x = frame.left + (col + 0.5) * frame.pixelX
      interpolateGround(ground, line, ((col + 0.5) / frame.width) * segments)
      surfaceAt(t, x + shift, y, ground)
      const at = row * frame.width + col
      veil[at] = 0
      if (things.length > 0) veil[at] = drawThings(t, { things, x, y, counts })
      if (isSeamImage) counts.bright += brightenBeyondSeam(x, y)
      counts.biomePixels[surface.biome]!++
      first[at] = surface.first
      second[at] = surface.second
      mixture[at] = surface.mixture
      gain[at] = surface.gain
    }
  }
  const area = frame.width * frame.height
  return {
    biomePixels: counts.biomePixels,
    pivot: counts.pivot / area,
    town: counts.town / area,
    burn: counts.burn / area,
    cloud: counts.cloud / area,
    hasSeam: counts.bright > 0 && counts.bright < area,
  }
}

function interpolateLine(line: Float64Array, values: Float32Array, side: number, position: number): void {
  const row = Math.min(side - 2, Math.floor(position))
  const part = position - row
  const from = row * side * climateFieldCount
  const to = from + side * climateFieldCount
  for (let i = 0; i < line.length; i++) line[i] = values[from + i]! * (1 - part) + values[to + i]! * part
}

function interpolateGround(ground: Ground, line: Float64Array, position: number): void {
  const col = Math.min(line.length / climateFieldCount - 2, Math.floor(position))
  const b = position - col
  const a = 1 - b
  const i = col * climateFieldCount
  ground.coastKm = a * line[i]! + b * line[i + 6]!
  ground.temperature = a * line[i + 1]! + b * line[i + 7]!
  ground.rain = a * line[i + 2]! + b * line[i + 8]!
  ground.ruggedness = a * line[i + 3]! + b * line[i + 9]!
  ground.farming = a * line[i + 4]! + b * line[i + 10]!
  ground.sand = a * line[i + 5]! + b * line[i + 11]!
}

interface Counts {
  pivot: number
  town: number
  burn: number
  cloud: number
}

/** @returns how much cloud covers the pixel, 0..1; a negative value is the depth of a cloud's shadow */
function drawThings(
  t: ReturnType<typeof textures>,
  { things, x, y, counts }: { things: readonly PlacedThing[]; x: number; y: number; counts: Counts },
): number {
  let cover = 0
  let shadow = 0
  for (const thing of things) {
    const [dx, dy] = [x - thing.x, y - thing.y]
    if (thing.kind === 'pivot') counts.pivot += Number(drawPivot(t, dx, dy, thing.number))
    else if (thing.kind === 'town') counts.town += Number(drawTown(t, dx, dy, thing.number))
    else if (thing.kind === 'burn') counts.burn += Number(drawBurn(t, dx, dy, thing.radius!))
    else {
      cover = Math.max(cover, cloudAt(t, dx, dy, thing.number))
      shadow = Math.max(shadow, cloudAt(t, dx - 310, dy + 230, thing.number))
    }
  }
  if (cover > 0.3) counts.cloud++
  return cover > 0 ? cover : -0.45 * shadow
}

function cloudAt(t: ReturnType<typeof textures>, dx: number, dy: number, number: number): number {
  const body =
    1.15 - Math.hypot(dx, dy) / 1350 + 0.3 * tileAt(t.broad, (dx + number * 3110) / 16, (dy + number * 977) / 16)
  const folds = 0.9 + 0.05 * tileAt(t.broad, dx / 6, dy / 6) + 0.04 * tileAt(t.broad, (dx - dy) / 15, (dx + dy) / 15)
  return smoothstep(0, 0.55, body) * Math.min(1, folds)
}

function isNearSeam([left, bottom, right, top]: Bounds): boolean {
  const { x, y } = planted.seam
  const reach = 40_000
  return x > left - reach && x < right + reach && y > bottom - reach && y < top + reach
}

/** One swath is seen through another sky: brighter beyond the line. @returns 1 beyond it, else 0 */
function brightenBeyondSeam(x: number, y: number): number {
  const { seam } = planted
  const beyond = (x - seam.x) * Math.cos(seam.angle) + (y - seam.y) * Math.sin(seam.angle) > 0
  if (!beyond) return 0
  surface.gain *= 1.3
  return 1
}

function zoneOf(utmCrs: string): number {
  return Number(/(\d{3})$/.exec(utmCrs)?.[1] ?? 0)
}

/** Mixes the two spectra of each pixel and adds the sensor's noise; coarse bands take the first pixel of their block. */
function fillBand(plane: Float32Array, band: number, request: RenderRequest, frame: Frame): void {
  const { width, height } = request
  const step = bandStep[band]!
  const [originRow, originCol] = request.origin ?? [0, 0]
  const values = spectrumOf(band)
  const isRadar = band >= worldBands.length - s1Bands.length
  const noise = isRadar ? textures().speckle : textures().sensor
  const cloud = isRadar ? 0 : 1
  for (let row = 0; row < height; row++) {
    const blockRow = Math.floor((row + originRow) / step) * step - originRow
    if (blockRow !== row && row > 0) {
      plane.copyWithin(row * width, (row - 1) * width, row * width)
      continue
    }
    const line = (blockRow + frame.marginRows) * frame.width + frame.marginCols
    const noiseLine = noiseStart(frame.top - (blockRow + frame.marginRows + 0.5) * frame.pixelY, band)
    const noiseCol = Math.floor(frame.left / 10) + frame.marginCols
    for (let col = 0; col < width; col++) {
      const blockCol = step === 1 ? col : Math.floor((col + originCol) / step) * step - originCol
      if (blockCol !== col && col > 0) {
        plane[row * width + col] = plane[row * width + col - 1]!
        continue
      }
      const at = line + blockCol
      const a = values[first[at]!]!
      let value = (a + mixture[at]! * (values[second[at]!]! - a)) * gain[at]!
      const covered = veil[at]! * cloud
      if (covered > 0) value += covered * (values[cloudMaterial]! - value)
      else if (covered < 0) value *= 1 + covered
      const random = noise[(noiseLine + noiseCol + blockCol) & 65535]!
      plane[row * width + col] = isRadar
        ? value *
          (0.25 +
            0.25 * (random + noise[(noiseLine + blockCol * 3) & 65535]! + noise[(noiseLine + blockCol * 7) & 65535]!))
        : Math.max(1, value + random * (9 + 0.006 * value))
    }
  }
}

const cloudMaterial = spectra.length / worldBands.length - 1

function spectrumOf(band: number): Float32Array {
  const count = spectra.length / worldBands.length
  return Float32Array.from({ length: count }, (_, one) => spectra[one * worldBands.length + band]!)
}

/** A row of the ground has its own stretch of the noise table in every band. */
function noiseStart(y: number, band: number): number {
  return Math.imul(Math.floor(y / 10) * 16 + band, 0x9e3779b1) >>> 16
}

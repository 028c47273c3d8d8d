// One pixel of the planet: which two materials it shows, in what mixture, how bright. A pure function of UTM metres, of
// the climate fields at the place, and of what is planted there. Textures come from periodic tiles (textures.ts).

import { biomeCode, biomeOf } from './climate.ts'
import { random2, smoothstep, texelAt, tileAt } from './noise.ts'
import { material } from './spectra.ts'
import type { Textures } from './textures.ts'

/** Result of the last `surfaceAt`, reused so that the pixel loop allocates nothing. */
export interface Surface {
  /** indices into `spectra` */
  first: number
  second: number
  /** share of `second`, 0..1 */
  mixture: number
  gain: number
  /** index into `biomes` */
  biome: number
}

/** Climate at the pixel, interpolated between the nodes of the image. */
export interface Ground {
  coastKm: number
  temperature: number
  rain: number
  ruggedness: number
  farming: number
  sand: number
}

export const surface: Surface = { first: 0, second: 0, mixture: 0, gain: 1, biome: 0 }

function put(first: number, second: number, mixture: number, gain: number): Surface {
  surface.first = first
  surface.second = second
  surface.mixture = Math.min(1, Math.max(0, mixture))
  surface.gain = gain
  return surface
}

/** The natural and farmed surface at UTM metres (x, y); towns, pivots, burns and clouds come after. */
export function surfaceAt(t: Textures, x: number, y: number, ground: Ground): Surface {
  const broad = tileAt(t.broad, x / 40, y / 40)
  const detail = tileAt(t.broad, (x * 0.8 + y * 0.6) / 11, (y * 0.8 - x * 0.6) / 11)
  const ix = Math.floor(x / 10)
  const iy = Math.floor(y / 10)
  const fine = texelAt(t.fine, ix, iy)
  const coast = ground.coastKm + 0.35 * broad + 0.06 * detail
  if (coast < 0) return seaSurface(ground, coast, broad)
  const rugged = ground.ruggedness
  const height = rugged > 0.02 ? tileAt(t.height, x / 24, y / 24) : 0
  const temperature = ground.temperature + 0.5 * broad - 7 * rugged * (height - 0.25)
  const rain = ground.rain * (1 + 0.07 * broad)
  surface.biome = biomeOf(temperature, rain)
  const wet = smoothstep(450, 900, rain) * (1 - rugged)
  if (wet > 0.02 && waterSurface(t, x, y, { wet, temperature, detail })) return surface
  if (
    ground.farming > 0.02 &&
    surface.biome !== biomeCode.desert &&
    fieldSurface(t, x, y, ground.farming + 0.06 * broad, fine)
  ) {
    return surface
  }
  texel.x = x
  texel.y = y
  texel.ix = ix
  texel.iy = iy
  texel.broad = broad
  texel.detail = detail
  texel.fine = fine
  texel.height = height
  texel.rugged = rugged
  texel.sand = ground.sand
  natural(t, texel)
  if (coast < 0.05 && surface.biome !== biomeCode.ice) {
    put(material.paleSand, surface.first, smoothstep(0.02, 0.05, coast), 0.9 + 0.04 * fine)
  }
  if (rugged > 0.02) {
    const shade = tileAt(t.shade, x / 24, y / 24)
    surface.gain *= 1 + rugged * 0.5 * shade
  }
  return surface
}

function seaSurface(ground: Ground, coast: number, broad: number): Surface {
  surface.biome = biomeCode.water
  if (ground.temperature < -9 && broad + coast * 0.8 > -0.6)
    return put(material.blueIce, material.snow, 0.5 + 0.4 * broad, 1)
  const warm = smoothstep(14, 24, ground.temperature)
  return put(material.shallows, material.water, smoothstep(0, 0.25 + 0.6 * warm, -coast + 0.05 * broad), 1)
}

/** Lakes where a smooth noise is high, rivers where another changes sign. */
function waterSurface(
  t: Textures,
  x: number,
  y: number,
  place: { wet: number; temperature: number; detail: number },
): boolean {
  const cold = smoothstep(8, 1, place.temperature)
  // turned by angles without a simple ratio: along a row of cells 100 km apart a straight tile would repeat the same river
  const lakeX = (0.5403 * x + 0.8415 * y) / 38
  const lakeY = (0.5403 * y - 0.8415 * x) / 38
  const riverX = (0.9211 * x + 0.3894 * y) / 95
  const riverY = (0.9211 * y - 0.3894 * x) / 95
  const lake = tileAt(t.smooth, lakeX + 71, lakeY) + 0.12 * place.detail
  const level = 2.35 - 0.85 * cold * place.wet
  const river = Math.abs(tileAt(t.smooth, riverX + 200, riverY + 40) + 0.05 * place.detail)
  const width = 0.016 + 0.03 * smoothstep(900, 2200, place.wet * 1500)
  if (lake < level && (river > width || place.wet < 0.35)) return false
  const shore = lake >= level ? smoothstep(level, level + 0.06, lake) : smoothstep(width, width * 0.5, river)
  const warm = smoothstep(15, 22, place.temperature)
  surface.biome = biomeCode.water
  put(
    warm > 0.4 ? material.turbid : material.shallows,
    warm > 0.7 && lake < level ? material.turbid : material.water,
    shore,
    0.95,
  )
  return true
}

const crops = [
  [material.greenCrop, material.meadow],
  [material.greenCrop, material.greenCrop],
  [material.ripeCrop, material.ripeCrop],
  [material.ripeCrop, material.dryGrass],
  [material.soil, material.soil],
  [material.darkSoil, material.soil],
  [material.meadow, material.meadow],
  [material.greenCrop, material.darkSoil],
] as const

/** Fields in strips, turned by a random angle per block of 7.7 km; false where the land is left alone. */
function fieldSurface(t: Textures, x: number, y: number, farming: number, fine: number): boolean {
  const blockX = Math.floor(x / 7700)
  const blockY = Math.floor(y / 7700)
  const turn = random2(blockX, blockY, 311) * 1.5708
  const large = random2(blockX, blockY, 313)
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const u = x * cos + y * sin
  const v = y * cos - x * sin
  const depth = 170 + 240 * large
  const strip = Math.floor(v / depth)
  const length = depth * (0.7 + 1.3 * random2(strip, blockX, 317))
  const along = u / length + random2(strip, blockY, 331)
  const field = Math.floor(along)
  if (random2(Math.floor(strip / 3), Math.floor(field / 3) + blockX * 31, 337) > 1.35 * farming) return false
  const which = random2(field, strip, 347)
  const crop = crops[Math.floor(random2(field, strip, 349) * crops.length)]!
  const edge = Math.min(
    v - strip * depth,
    (strip + 1) * depth - v,
    (along - field) * length,
    (field + 1 - along) * length,
  )
  surface.biome = biomeCode.cropland
  if (edge < 8) {
    put(which < 0.5 ? material.broadleaf : material.soil, material.shrub, 0.5, 0.85)
    return true
  }
  const rows = 0.02 * fine + 0.05 * tileAt(t.broad, x / 9, y / 9)
  put(crop[0], crop[1], 0.35 + 0.4 * which + rows, 0.86 + 0.28 * random2(field, strip, 353) + rows)
  return true
}

interface Texel {
  x: number
  y: number
  ix: number
  iy: number
  broad: number
  detail: number
  fine: number
  height: number
  rugged: number
  sand: number
}

/** The pixel being drawn, reused like `surface`. */
const texel: Texel = { x: 0, y: 0, ix: 0, iy: 0, broad: 0, detail: 0, fine: 0, height: 0, rugged: 0, sand: 0 }

function natural(t: Textures, p: Texel): Surface {
  switch (surface.biome) {
    case biomeCode.ice:
      return iceSurface(t, p)
    case biomeCode.tundra:
      return tundraSurface(t, p)
    case biomeCode['boreal forest']:
      return borealSurface(t, p)
    case biomeCode['temperate forest']:
      return temperateSurface(t, p)
    case biomeCode.steppe:
      return steppeSurface(p)
    case biomeCode.shrubland:
      return shrubSurface(t, p)
    case biomeCode.desert:
      return desertSurface(t, p)
    case biomeCode.savanna:
      return savannaSurface(t, p)
    default:
      return jungleSurface(t, p)
  }
}

function iceSurface(t: Textures, p: Texel): Surface {
  if (p.rugged * p.height > 0.34 + 0.05 * p.detail) return put(material.darkRock, material.snow, 0.15 + 0.1 * p.fine, 1)
  const drift = tileAt(t.broad, (p.x + p.y) / 70, (p.y - p.x) / 8)
  const swell = tileAt(t.broad, p.x / 26 + 57, p.y / 26)
  const crevasse = smoothstep(0.07, 0, Math.abs(p.detail - 0.35)) * smoothstep(0.5, 1.2, p.broad)
  const blue = 0.75 * smoothstep(0.5, 1.9, p.broad + 0.35 * swell) + 0.5 * crevasse
  return put(material.snow, material.blueIce, blue, 0.86 + 0.035 * drift + 0.05 * swell + 0.008 * p.fine)
}

function tundraSurface(t: Textures, p: Texel): Surface {
  const pond = p.detail + 0.5 * p.broad
  if (pond > 1.3 && p.rugged < 0.3) {
    return put(material.bog, material.water, smoothstep(1.3, 1.42, pond), 0.9)
  }
  if (p.rugged * p.height > 0.4) return put(material.rock, material.lichen, 0.3 + 0.2 * p.detail, 1)
  const ring = texelAt(t.polygon, p.ix, p.iy)
  const stripe = tileAt(t.broad, (p.x * 0.5 + p.y * 0.86) / 50, (p.y * 0.5 - p.x * 0.86) / 9)
  if (stripe > 2 && p.broad < 0) return put(material.lichen, material.snow, smoothstep(2, 2.4, stripe), 0.95)
  const dry = 0.46 + 0.3 * p.broad + 0.14 * p.detail + 0.16 * stripe + 0.3 * ring
  return put(pond > 0.9 ? material.bog : material.moss, material.lichen, dry, 1 + 0.05 * p.fine - 0.16 * ring)
}

function borealSurface(t: Textures, p: Texel): Surface {
  const bog = p.broad * 0.8 + p.detail * 0.45
  const crown = texelAt(t.crown, p.ix, p.iy)
  if (bog > 1) {
    const pool = smoothstep(0.2, 0, Math.abs(tileAt(t.fine, p.x / 40, p.y / 12)))
    return put(bog > 1.9 ? material.water : material.conifer, material.bog, smoothstep(1, 1.2, bog) - 0.35 * pool, 1.05)
  }
  const stand = tileAt(t.broad, p.x / 27 + 13, p.y / 27 + 201)
  const birch = smoothstep(0.5, 0.75, stand)
  return put(material.conifer, material.broadleaf, 0.5 * birch + 0.08 * p.detail, 0.78 + 0.5 * crown + 0.1 * stand)
}

function temperateSurface(t: Textures, p: Texel): Surface {
  const crown = texelAt(t.crown, p.ix, p.iy)
  const clearing = p.detail * 0.8 + p.broad * 0.5
  if (clearing > 1.25) {
    return put(material.broadleaf, material.meadow, smoothstep(1.25, 1.35, clearing), 1 + 0.04 * p.fine)
  }
  const stand = tileAt(t.broad, p.x / 23 + 99, p.y / 23)
  const dark = smoothstep(0.1, 0.35, stand) * 0.75 + 0.1 * smoothstep(-0.8, -0.5, stand)
  return put(material.broadleaf, material.conifer, dark, 0.82 + 0.42 * crown + 0.07 * p.broad)
}

function steppeSurface(p: Texel): Surface {
  const gully = smoothstep(0.12, 0, Math.abs(p.detail + 0.3 * p.broad))
  return put(
    material.steppe,
    gully > 0.5 ? material.meadow : material.dryGrass,
    0.35 + 0.25 * p.broad + 0.1 * p.detail + 0.3 * gully,
    1 + 0.03 * p.fine + 0.05 * p.detail - 0.1 * gully,
  )
}

function shrubSurface(t: Textures, p: Texel): Surface {
  const dot = texelAt(t.crown, p.ix * 2 + 17, p.iy * 2)
  const density = 0.42 + 0.22 * p.broad + 0.1 * p.detail
  const cover = smoothstep(1 - density - 0.25, 1 - density + 0.2, dot)
  return put(
    p.broad > 0.3 ? material.soil : material.redSoil,
    material.shrub,
    0.22 + 0.7 * cover,
    0.95 + 0.06 * p.fine + 0.05 * p.detail,
  )
}

function desertSurface(t: Textures, p: Texel): Surface {
  const outcrop = p.rugged * p.height
  if (outcrop > 0.12) return put(material.darkRock, material.rock, 0.5 + 0.4 * p.detail, 1.1 + 0.05 * p.fine)
  const dunes = smoothstep(-0.06, 0.06, p.sand + 0.03 * p.broad)
  const wave = tileAt(t.dune, (p.x * 0.83 + p.y * 0.55) / 8, (p.y * 0.83 - p.x * 0.55) / 8)
  if (dunes > 0.5) return put(material.sand, material.redSoil, 0.16 - 0.1 * p.broad, 1 + 0.13 * wave + 0.012 * p.fine)
  const wadi = Math.abs(p.detail * 0.6 + p.broad * 0.5)
  const pan = p.broad - 0.25 * p.detail
  if (pan > 2.1) return put(material.paleSand, material.salt, smoothstep(2.1, 2.4, pan), 1)
  if (wadi < 0.09) return put(material.paleSand, material.sand, wadi / 0.09, 0.95 + 0.03 * p.fine)
  return put(material.sand, material.rock, 0.5 + 0.22 * p.broad + 0.12 * p.detail + 0.05 * p.fine, 0.92 + 0.05 * p.fine)
}

function savannaSurface(t: Textures, p: Texel): Surface {
  const tree = texelAt(t.crown, p.ix + 5, p.iy)
  const clump = 0.2 + 0.15 * p.broad + 0.12 * p.detail
  const cover = smoothstep(1.02 - clump, 1.15 - clump, tree)
  const base = p.detail > 0.7 ? material.redSoil : material.dryGrass
  return put(base, material.broadleaf, 0.08 + 0.62 * cover, 0.97 + 0.04 * p.fine + 0.05 * p.broad - 0.25 * cover)
}

function jungleSurface(t: Textures, p: Texel): Surface {
  const crown = texelAt(t.crown, p.ix, p.iy)
  const patch = tileAt(t.broad, p.x / 17 + 31, p.y / 17)
  const giant = smoothstep(1.6, 2.2, texelAt(t.fine, Math.floor(p.ix / 2) + 77, Math.floor(p.iy / 2)))
  const light = 0.25 * smoothstep(0.5, 1.5, patch) + 0.1 * p.broad + 0.5 * giant
  return put(material.jungle, material.meadow, light, 0.74 + 0.55 * crown + 0.06 * p.fine + 0.07 * patch)
}

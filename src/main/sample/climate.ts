// What the ground is like at a place before any pixel is drawn: height, temperature, rain, and from these the biome.
// Smooth fields on the sphere; `surface.ts` adds everything finer than a kilometre.

import { coastDistanceKm } from './land-raster.ts'
import { fbm3, noise3, smoothstep } from './noise.ts'

export const biomes = [
  'ice',
  'tundra',
  'boreal forest',
  'temperate forest',
  'steppe',
  'shrubland',
  'desert',
  'savanna',
  'rainforest',
  'cropland',
  'water',
] as const
export type Biome = (typeof biomes)[number]
/** indices of `biomes`, as pixels carry them */
export const biomeCode = Object.fromEntries(biomes.map((name, code) => [name, code])) as Record<Biome, number>

/** Fields of one place in a flat array, in this order. */
export const climateFields = {
  /** km, positive on land */
  coastKm: 0,
  /** degrees Celsius, annual mean at the place's mean height */
  temperature: 1,
  /** mm a year */
  rain: 2,
  /** 0 plain .. 1 high mountains */
  ruggedness: 3,
  /** 0 none .. 1 all fields */
  farming: 4,
  /** below 0 gravel plains, above 0 dunes */
  sand: 5,
} as const
export const climateFieldCount = 6

const degrees = Math.PI / 180

/** Writes the fields of a place to `into[at ...]`. */
export function climateAt(lat: number, lon: number, into: Float32Array | Float64Array, at = 0): void {
  const flat = Math.cos(lat * degrees)
  const x = flat * Math.cos(lon * degrees)
  const y = flat * Math.sin(lon * degrees)
  const z = Math.sin(lat * degrees)
  const rawCoast = coastDistanceKm(lat, lon)
  const coastKm = rawCoast + 3.5 * fbm3(x * 220, y * 220, z * 220, 3)
  const belt = mountainBelt(x, y, z) * smoothstep(0, 60, rawCoast)
  const heightKm = belt * 3.2 + 0.25 * (1 + noise3(x * 9, y * 9, z * 9)) * smoothstep(0, 300, rawCoast)
  const temperature = seaLevelTemperature(z, lat) + 2.5 * fbm3(x * 6 + 3, y * 6, z * 6, 3) - 5.5 * heightKm
  const rain = rainAt(lat, lon, { x, y, z, rawCoast, heightKm })
  into[at] = coastKm
  into[at + 1] = temperature
  into[at + 2] = rain
  into[at + 3] = smoothstep(0.12, 0.75, belt)
  into[at + 4] = farmingAt(temperature, rain, belt) * smoothstep(-0.12, 0.16, fbm3(x * 14 + 8, y * 14, z * 14, 4))
  into[at + 5] = fbm3(x * 22 + 1, y * 22 + 5, z * 22, 3)
}

/** 0..1: chains of mountains where a smooth noise changes sign, in the parts of the world that have them. */
function mountainBelt(x: number, y: number, z: number): number {
  const line = 1 - Math.min(1, Math.abs(fbm3(x * 2.6 + 11, y * 2.6, z * 2.6, 4)) * 5.5)
  const where = smoothstep(-0.12, 0.25, fbm3(x * 2.1, y * 2.1 + 4, z * 2.1, 2))
  return Math.max(0, line) ** 1.5 * where
}

function seaLevelTemperature(sinLat: number, lat: number): number {
  const far = sinLat * sinLat
  const south = lat < -60 ? (-60 - lat) * 1.6 : 0
  return 28 - 39 * far ** 1.25 - south
}

/** Belts of latitude, drier inland, and dry behind mountains: the wind blows from the west, in the tropics from the east. */
function rainAt(
  lat: number,
  lon: number,
  place: { x: number; y: number; z: number; rawCoast: number; heightKm: number },
): number {
  const away = Math.abs(lat)
  const belts = 2300 * Math.exp(-((lat / 14) ** 2)) + 850 * Math.exp(-(((away - 47) / 14) ** 2)) + 230
  const variation = 2.2 ** (1.9 * fbm3(place.x * 3.4, place.y * 3.4 + 9, place.z * 3.4, 4))
  const inland = 0.45 + 0.75 * Math.exp(-Math.max(0, place.rawCoast) / 700)
  const upwind = away < 28 ? 1 : -1
  const barrier = Math.max(
    beltAt(lat, lon + (upwind * 2) / cosine(lat)),
    beltAt(lat, lon + (upwind * 4.5) / cosine(lat)),
  )
  const lee = 1 - 0.6 * smoothstep(0.15, 0.7, barrier - place.heightKm / 3.2)
  return belts * variation * inland * lee
}

function cosine(lat: number): number {
  return Math.max(0.15, Math.cos(lat * degrees))
}

function beltAt(lat: number, lon: number): number {
  const flat = Math.cos(lat * degrees)
  return mountainBelt(flat * Math.cos(lon * degrees), flat * Math.sin(lon * degrees), Math.sin(lat * degrees))
}

/** How well fields would do: mild, not too dry or wet, flat. */
function farmingAt(temperature: number, rain: number, belt: number): number {
  const warm = smoothstep(3, 7, temperature) * smoothstep(27, 22, temperature)
  const moist = smoothstep(330, 480, rain) * smoothstep(1500, 1100, rain)
  return warm * moist * smoothstep(0.3, 0.12, belt)
}

/** The natural biome, after Whittaker: temperature in degrees Celsius, rain in mm a year. */
export function biomeOf(temperature: number, rain: number): number {
  if (temperature < -8.5) return biomeCode.ice
  if (temperature < -2) return biomeCode.tundra
  const arid = 170 + 7 * Math.max(0, temperature)
  if (rain < arid) return temperature < 3 ? biomeCode.steppe : biomeCode.desert
  if (temperature < 5.5) return rain > 300 ? biomeCode['boreal forest'] : biomeCode.steppe
  if (temperature < 12) return rain > 620 ? biomeCode['temperate forest'] : biomeCode.steppe
  if (temperature < 19.5) return rain > 760 ? biomeCode['temperate forest'] : biomeCode.shrubland
  return rain > 1250 ? biomeCode.rainforest : biomeCode.savanna
}

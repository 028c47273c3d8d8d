// Longitude and latitude <-> CRS coordinates, by proj4 (its UTM is Poder and Engsager's, the one PROJ uses).

import proj4 from 'proj4'
import { EngineError } from '../../shared/errors.ts'
import type { LonLat } from '../../shared/terms.ts'

export interface Projection {
  readonly crs: string
  /** true when the coordinates of the CRS are degrees of longitude and latitude, in this order */
  readonly isGeographic: boolean
  /** degrees to CRS units (metres when projected) */
  forward(lon: number, lat: number): [x: number, y: number]
  inverse(x: number, y: number): [lon: number, lat: number]
}

const cache = new Map<string, Projection>()

/**
 * @param crs `EPSG:326zz` and the other codes of `definitionOf`, a proj string, CRS text (WKT) or PROJJSON text
 * @throws EngineError `unsupported-format` when the CRS is not known
 */
export function projectionOf(crs: string): Projection {
  const known = cache.get(crs)
  if (known !== undefined) return known
  const definition = definitionOf(crs) ?? crs
  const isGeographic = isGeographicDefinition(definition)
  const converter = converterOf(crs, definition)
  // Degrees on WGS 84 pass unchanged: the round trip through radians would move the last bit.
  const isIdentity = definition === wgs84Degrees
  const projection: Projection = {
    crs,
    isGeographic,
    forward: (lon, lat) => (isIdentity ? [lon, lat] : (converter.forward([lon, lat]) as [number, number])),
    inverse: (x, y) => (isIdentity ? [x, y] : (converter.inverse([x, y]) as [number, number])),
  }
  cache.set(crs, projection)
  return projection
}

/** CRS coordinates of the corners of a ring, as degrees. */
export function toLonLat(projection: Projection, ring: readonly (readonly [number, number])[]): LonLat[] {
  return ring.map(([x, y]) => projection.inverse(x, y))
}

function converterOf(crs: string, definition: string) {
  try {
    // PROJJSON is an object to proj4; its types call it a string.
    return proj4(wgs84Degrees, isProjJson(definition) ? (JSON.parse(definition) as string) : definition)
  } catch (cause) {
    const short = crs.length > 60 ? `${crs.slice(0, 60)}...` : crs
    throw new EngineError(
      'unsupported-format',
      `projection: expected a UTM zone (EPSG:326zz, EPSG:327zz), EPSG:4326, EPSG:3857 or CRS text, got "${short}"`,
      { cause },
    )
  }
}

function isProjJson(definition: string): boolean {
  return definition.trimStart().startsWith('{')
}

function isGeographicDefinition(definition: string): boolean {
  if (isProjJson(definition)) return /"type"\s*:\s*"(Geographic|Geodetic)CRS"/.test(definition.slice(0, 300))
  return /\+proj=(longlat|latlong)\b/.test(definition) || /^\s*(GEOGCS|GEOGCRS|GEODCRS)\b/i.test(definition)
}

const wgs84Degrees = '+proj=longlat +datum=WGS84 +no_defs'

const grs80 = '+ellps=GRS80 +towgs84=0,0,0'

const singleCodes: Readonly<Record<string, string>> = {
  4326: wgs84Degrees,
  4258: '+proj=longlat +ellps=GRS80 +towgs84=0,0,0 +no_defs',
  4269: '+proj=longlat +ellps=GRS80 +towgs84=0,0,0 +no_defs',
  3857: '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs',
  3035: '+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +towgs84=0,0,0 +units=m +no_defs',
  3031: '+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=0 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs',
  3413: '+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs',
  // Lomé: Clarke's ellipsoid of 1880 (IGN); no shift to WGS 84 is published
  25231: '+proj=utm +zone=31 +a=6378249.2 +rf=293.4660212936269 +units=m +no_defs',
  6933: '+proj=cea +lat_ts=30 +lon_0=0 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs',
  32661: '+proj=stere +lat_0=90 +k=0.994 +lon_0=0 +x_0=2000000 +y_0=2000000 +datum=WGS84 +units=m +no_defs',
  32761: '+proj=stere +lat_0=-90 +k=0.994 +lon_0=0 +x_0=2000000 +y_0=2000000 +datum=WGS84 +units=m +no_defs',
  // National grids: Lambert-93, British, Swiss LV95, Polish CS92, SWEREF99 TM, TM35FIN, Conus Albers, Australian Albers, NZTM.
  2154: `+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 ${grs80} +units=m +no_defs`,
  27700:
    '+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy +towgs84=446.448,-125.157,542.06,0.15,0.247,0.842,-20.489 +units=m +no_defs',
  2056: '+proj=somerc +lat_0=46.9524055555556 +lon_0=7.43958333333333 +k_0=1 +x_0=2600000 +y_0=1200000 +ellps=bessel +towgs84=674.374,15.056,405.346 +units=m +no_defs',
  2180: `+proj=tmerc +lat_0=0 +lon_0=19 +k=0.9993 +x_0=500000 +y_0=-5300000 ${grs80} +units=m +no_defs`,
  3006: `+proj=utm +zone=33 ${grs80} +units=m +no_defs`,
  3067: `+proj=utm +zone=35 ${grs80} +units=m +no_defs`,
  5070: `+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +x_0=0 +y_0=0 ${grs80} +units=m +no_defs`,
  3577: `+proj=aea +lat_0=0 +lon_0=132 +lat_1=-18 +lat_2=-36 +x_0=0 +y_0=0 ${grs80} +units=m +no_defs`,
  2193: `+proj=tmerc +lat_0=0 +lon_0=173 +k=0.9996 +x_0=1600000 +y_0=10000000 ${grs80} +units=m +no_defs`,
}

/** SIRGAS 2000: EPSG:31965 to 31976 are zones 11 to 22 north, 31977 to 31985 are 17 to 25 south (negative). */
function southAmericanZone(code: number): number | undefined {
  if (code >= 31965 && code <= 31976) return code - 31954
  return code >= 31977 && code <= 31985 ? -(code - 31960) : undefined
}

/** GDA94 (EPSG:28348 to 28358) and GDA2020 (7846 to 7859): map grid of Australia, zones 46 to 59 south. */
function australianZone(code: number): number | undefined {
  if (code >= 28348 && code <= 28358) return -(code - 28300)
  return code >= 7846 && code <= 7859 ? -(code - 7800) : undefined
}

/** The proj string of an EPSG code; undefined when `crs` is another text, which proj4 reads itself. */
function definitionOf(crs: string): string | undefined {
  const code = /^EPSG:(\d+)$/i.exec(crs.trim())?.[1]
  if (code === undefined) return crs === 'OGC:CRS84' ? singleCodes['4326'] : undefined
  const single = singleCodes[code]
  if (single !== undefined) return single
  const south = southAmericanZone(Number(code)) ?? australianZone(Number(code))
  if (south !== undefined)
    return `+proj=utm +zone=${Math.abs(south)}${south < 0 ? ' +south' : ''} ${grs80} +units=m +no_defs`
  const utm = /^(326|327|258|269)(\d\d)$/.exec(code)
  const zone = Number(utm?.[2])
  if (utm === null || zone < 1 || zone > 60) return undefined
  const datum = utm[1] === '326' || utm[1] === '327' ? '+datum=WGS84' : grs80
  return `+proj=utm +zone=${zone}${utm[1] === '327' ? ' +south' : ''} ${datum} +units=m +no_defs`
}

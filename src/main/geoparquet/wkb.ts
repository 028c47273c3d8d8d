// Well-known binary: the shape of a GeoParquet geometry column. Written little-endian and two-dimensional, as shapely
// writes Major TOM's; read in both byte orders, with Z and M (dropped), in the ISO and the EWKB numbering.

import type { Footprint, LonLat } from '../../shared/terms.ts'

export type WkbGeometry =
  | { readonly type: 'Point'; readonly point: LonLat | undefined }
  | { readonly type: 'Polygon' | 'MultiPolygon'; readonly footprint: Footprint }
  | {
      readonly type: 'LineString' | 'MultiPoint' | 'MultiLineString' | 'GeometryCollection'
      readonly points: readonly LonLat[]
    }

const polygonCode = 3
const multiPointCode = 4
const multiPolygonCode = 6
const typeNames = [
  '',
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
  'GeometryCollection',
] as const

/** A footprint of one polygon becomes a Polygon, of several a MultiPolygon. */
export function wkbOf(footprint: Footprint): Uint8Array {
  const { polygons } = footprint
  const isMulti = polygons.length !== 1
  const polygonBytes = polygons.map((rings) => 9 + rings.reduce((sum, ring) => sum + 4 + 16 * ring.length, 0))
  const bytes = new Uint8Array(polygonBytes.reduce((sum, length) => sum + length, isMulti ? 9 : 0))
  const view = new DataView(bytes.buffer)
  let offset = 0
  const header = (code: number, count: number) => {
    view.setUint8(offset, 1)
    view.setUint32(offset + 1, code, true)
    view.setUint32(offset + 5, count, true)
    offset += 9
  }
  if (isMulti) header(multiPolygonCode, polygons.length)
  for (const rings of polygons) {
    header(polygonCode, rings.length)
    for (const ring of rings) {
      view.setUint32(offset, ring.length, true)
      offset += 4
      for (const [lon, lat] of ring) {
        view.setFloat64(offset, lon, true)
        view.setFloat64(offset + 8, lat, true)
        offset += 16
      }
    }
  }
  return bytes
}

export function wkbOfPoint([lon, lat]: LonLat): Uint8Array {
  const view = new DataView(new ArrayBuffer(21))
  view.setUint8(0, 1)
  view.setUint32(1, 1, true)
  view.setFloat64(5, lon, true)
  view.setFloat64(13, lat, true)
  return new Uint8Array(view.buffer)
}

/** Vertices without an area, as a MultiPoint. */
export function wkbOfPoints(points: readonly LonLat[]): Uint8Array {
  const bytes = new Uint8Array(9 + 21 * points.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, 1)
  view.setUint32(1, multiPointCode, true)
  view.setUint32(5, points.length, true)
  points.forEach((point, index) => {
    bytes.set(wkbOfPoint(point), 9 + 21 * index)
  })
  return bytes
}

/** @throws Error for bytes that are no geometry; the caller knows the place and says it */
export function parseWkb(bytes: Uint8Array): WkbGeometry {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  try {
    return readGeometry(reader)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new Error(`WKB geometry of ${bytes.byteLength} bytes ends early`, { cause })
  }
}

/** Rings of a Polygon or MultiPolygon; undefined for geometries without an area. */
export function footprintOfWkb(bytes: Uint8Array): Footprint | undefined {
  const geometry = parseWkb(bytes)
  return 'footprint' in geometry ? geometry.footprint : undefined
}

interface Reader {
  readonly view: DataView
  offset: number
}

function readGeometry(reader: Reader): WkbGeometry {
  const isLittle = reader.view.getUint8(reader.offset) === 1
  const code = reader.view.getUint32(reader.offset + 1, isLittle)
  reader.offset += 5
  const isEwkb = (code & 0xe000_0000) !== 0
  const hasSrid = (code & 0x2000_0000) !== 0
  const base = isEwkb ? code & 0xff : code % 1000
  const extra = isEwkb ? ((code >>> 31) & 1) + ((code >>> 30) & 1) : [0, 1, 1, 2][Math.floor(code / 1000)]
  const type = typeNames[base]
  if (extra === undefined || type === undefined || type === '')
    throw new Error(`WKB geometry has the unknown type ${code}`)
  if (hasSrid) reader.offset += 4
  const readPoint = (): LonLat => {
    const point = [
      reader.view.getFloat64(reader.offset, isLittle),
      reader.view.getFloat64(reader.offset + 8, isLittle),
    ] as const
    reader.offset += 16 + 8 * extra
    return point
  }
  const readMany = <T>(readOne: () => T): T[] => {
    const count = reader.view.getUint32(reader.offset, isLittle)
    reader.offset += 4
    // Every item takes at least four bytes, so a count beyond the buffer is damage, not a long list.
    if (count * 4 > reader.view.byteLength) throw new RangeError('WKB count')
    return Array.from({ length: count }, readOne)
  }
  switch (type) {
    case 'Point': {
      const point = readPoint()
      return { type, point: Number.isNaN(point[0]) ? undefined : point }
    }
    case 'LineString':
      return { type, points: readMany(readPoint) }
    case 'Polygon':
      return { type, footprint: { polygons: [readMany(() => readMany(readPoint))] } }
    default: {
      const parts = readMany(() => readGeometry(reader))
      if (type !== 'MultiPolygon') return { type, points: parts.flatMap(pointsOf) }
      return {
        type,
        footprint: { polygons: parts.flatMap((part) => ('footprint' in part ? part.footprint.polygons : [])) },
      }
    }
  }
}

/** All vertices of a geometry in file order. */
export function pointsOf(geometry: WkbGeometry): readonly LonLat[] {
  if ('points' in geometry) return geometry.points
  if ('point' in geometry) return geometry.point === undefined ? [] : [geometry.point]
  return geometry.footprint.polygons.flat(2)
}

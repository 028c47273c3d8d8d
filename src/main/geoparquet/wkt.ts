// Well-known text as GEOS 3.11 writes it for Major TOM: shortest digits that read back to the same double, no exponent.

import type { Footprint } from '../../shared/terms.ts'

type Ring = readonly (readonly [number, number])[]

/** `POLYGON ((x y, ...))`, or `MULTIPOLYGON (((...)), ((...)))` for several polygons. */
export function wktOfFootprint(footprint: Footprint): string {
  const bodies = footprint.polygons.map((rings) => `(${rings.map(ringText).join(', ')})`)
  return bodies.length === 1 ? `POLYGON ${bodies[0]}` : `MULTIPOLYGON (${bodies.join(', ')})`
}

export function wktOfRing(ring: Ring): string {
  return `POLYGON (${ringText(ring)})`
}

/**
 * Polygons of a POLYGON or MULTIPOLYGON text (in any CRS); undefined for other texts.
 */
export function polygonsOfWkt(text: string): Footprint | undefined {
  const match = /^\s*(MULTI)?POLYGON\s*(\(.*\))\s*$/is.exec(text)
  if (match === null) return undefined
  const json = match[2]!
    .replace(/([-+.\deE]+)\s+([-+.\deE]+)(?:\s+[-+.\deE]+)*/g, '[$1,$2]')
    .replaceAll('(', '[')
    .replaceAll(')', ']')
  try {
    const nested = JSON.parse(json) as unknown
    const polygons = (match[1] === undefined ? [nested] : nested) as Footprint['polygons']
    return polygons.every((rings) =>
      rings.every((ring) => ring.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))),
    )
      ? { polygons }
      : undefined
  } catch {
    return undefined
  }
}

function ringText(ring: Ring): string {
  return `(${ring.map(([x, y]) => `${decimalText(x)} ${decimalText(y)}`).join(', ')})`
}

/** Shortest decimal that reads back to the same double, without exponent. */
export function decimalText(value: number): string {
  const text = Object.is(value, -0) ? '-0' : String(value)
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (match === null) return text
  const [, sign, first, rest = '', exponentText] = match
  const exponent = Number(exponentText)
  const digits = `${first}${rest}`
  return exponent < 0
    ? `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
    : `${sign}${digits}${'0'.repeat(Math.max(0, exponent - rest.length))}`
}

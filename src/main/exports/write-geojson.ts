import type { FileHandle } from 'node:fs/promises'
import type { Footprint } from '../../shared/terms.ts'
import { rowFootprint, rowPlace } from '../store/set-rows.ts'
import { attributeNames, type ExportRow, type ExportTable, exportRows } from './export-table.ts'
import { plainValue } from './plain-value.ts'

/**
 * A GeoJSON FeatureCollection (RFC 7946), one feature a line: polygons where the set has them, else points, else null.
 * The query and the source stand in the foreign member `ground_control`.
 */
export async function writeGeoJson(file: FileHandle, table: ExportTable): Promise<void> {
  const names = attributeNames(table.set)
  const head = JSON.stringify({ type: 'FeatureCollection', ground_control: table.origin }).slice(0, -1)
  await file.writeFile(`${head},"features":[`)
  let separator = '\n'
  for await (const block of exportRows(table)) {
    let text = ''
    for (const row of block) {
      text += separator + JSON.stringify(feature(table, names, row))
      separator = ',\n'
    }
    await file.writeFile(text)
  }
  await file.writeFile('\n]}\n')
}

function feature(table: ExportTable, names: readonly string[], { row, attributes, added }: ExportRow): object {
  const more = Object.fromEntries(table.added.map(({ name }, index) => [name, added[index]]))
  const properties = Object.fromEntries(names.map((name, index) => [name, plainValue(attributes[index])]))
  return {
    type: 'Feature',
    geometry: geometryOf(table, row),
    properties: { ...properties, ...more },
  }
}

function geometryOf({ set }: ExportTable, row: number): object | null {
  const footprint = rowFootprint(set, row)
  if (footprint) return geometryOfFootprint(footprint)
  const { lat, lon } = rowPlace(set, row)
  return lat === undefined || lon === undefined ? null : { type: 'Point', coordinates: [lon, lat] }
}

/** Rings turn as RFC 7946 wants: outer ones counterclockwise, holes clockwise (Major TOM writes them the other way). */
function geometryOfFootprint({ polygons }: Footprint): object {
  const turned = polygons.map((rings) => rings.map((ring, index) => turnedRing(ring, index === 0)))
  return turned.length === 1
    ? { type: 'Polygon', coordinates: turned[0] }
    : { type: 'MultiPolygon', coordinates: turned }
}

type Ring = Footprint['polygons'][number][number]

function turnedRing(ring: Ring, wantsCounterclockwise: boolean): Ring {
  let doubleArea = 0
  for (let index = 1; index < ring.length; index++) {
    doubleArea += ring[index - 1]![0] * ring[index]![1] - ring[index]![0] * ring[index - 1]![1]
  }
  return doubleArea > 0 === wantsCounterclockwise ? ring : [...ring].reverse()
}

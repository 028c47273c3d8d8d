import { resolve } from 'node:path'
import { EngineError } from '../../../shared/errors.ts'
import type { Bbox } from '../../../shared/terms.ts'
import { openFileSource } from '../../bytes/byte-source.ts'
import type { EngineHost } from '../../engine.ts'
import { openParquet } from '../../geoparquet/open-parquet.ts'
import { readColumns } from '../../geoparquet/read-columns.ts'

/** Values of columns of the file itself; for questions that the engine's calls do not answer. */
async function columnsOf<N extends string>(file: string, names: readonly N[]): Promise<Record<N, unknown[]>> {
  const source = await openFileSource(resolve(file))
  try {
    return (await readColumns(await openParquet(source), names)) as Record<N, unknown[]>
  } finally {
    await source.close()
  }
}

/** @throws EngineError `not-found` when no row has the id */
export async function rowOfUniqueId(file: string, uniqueId: string): Promise<number> {
  const { unique_id: ids } = await columnsOf(file, ['unique_id'])
  const row = ids.indexOf(uniqueId)
  if (row >= 0) return row
  throw new EngineError('not-found', `${file}: expected a row with unique_id ${uniqueId}, got none`)
}

/** Rows whose centre is in the box; west > east crosses 180 degrees. */
export async function rowsInBbox(file: string, [west, south, east, north]: Bbox): Promise<number[]> {
  const { centre_lat: lats, centre_lon: lons } = await columnsOf(file, ['centre_lat', 'centre_lon'])
  return lats.flatMap((lat, row) => {
    const lon = lons[row]
    if (typeof lat !== 'number' || typeof lon !== 'number' || lat < south || lat > north) return []
    const isInside = west <= east ? lon >= west && lon <= east : lon >= west || lon <= east
    return isInside ? [row] : []
  })
}

/** The row whose centre is nearest to a place, among those of its cell. */
export async function rowAtPlace(
  host: EngineHost,
  setId: string,
  place: { lat: number; lon: number },
): Promise<number> {
  const cell = await host.engine.cellRows({ setId, ...place })
  const metric = ({ lat = 90, lon = 180 }: { lat?: number | undefined; lon?: number | undefined }) =>
    Math.hypot(lat - place.lat, (lon - place.lon) * Math.cos((place.lat * Math.PI) / 180))
  const nearest = cell?.rows.toSorted((a, b) => metric(a) - metric(b))[0]
  if (nearest !== undefined) return nearest.row
  throw new EngineError('not-found', `place ${place.lat}, ${place.lon}: expected a row within 15 km, got none`)
}

// Files that a search reads: polygons, cells, rows, and many queries at once.

import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { z } from 'zod'
import { EngineError } from '../../../shared/errors.ts'
import type { Footprint } from '../../../shared/terms.ts'
import { openNpy } from '../../arrays/npy.ts'
import { openFileSource } from '../../bytes/byte-source.ts'

const position = z.tuple([z.number(), z.number()]).rest(z.number())
const rings = z.array(z.array(position).min(4)).min(1)
const geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: rings }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(rings) }),
])
const feature = z.object({ type: z.literal('Feature'), geometry })
const collection = z.object({ type: z.literal('FeatureCollection'), features: z.array(feature) })
const geoJson = z.union([geometry, feature, collection])

/**
 * Polygons of a GeoJSON file: a geometry, a feature or a collection of them.
 * @throws EngineError when it is none or holds other geometries
 */
export async function readPolygonFile(path: string): Promise<Footprint> {
  const parsed = geoJson.safeParse(jsonOf(await textOf(path)))
  if (!parsed.success) {
    throw new EngineError(
      'unsupported-format',
      `${path}: expected GeoJSON with Polygon or MultiPolygon, got something else`,
    )
  }
  const { data } = parsed
  const geometries =
    'features' in data ? data.features.map((each) => each.geometry) : ['geometry' in data ? data.geometry : data]
  const polygons = geometries.flatMap((each) => (each.type === 'Polygon' ? [each.coordinates] : each.coordinates))
  return { polygons: polygons.map((polygon) => polygon.map((ring) => ring.map(([lon, lat]) => [lon, lat] as const))) }
}

/** Names of grid cells, separated by white space or commas, or a JSON list. */
export async function readCellsFile(path: string): Promise<string[]> {
  const text = await textOf(path)
  const parsed = z.array(z.string()).safeParse(jsonOf(text))
  const cells = parsed.success ? parsed.data : text.split(/[\s,]+/).filter((word) => word !== '')
  if (cells.length > 0) return cells
  throw new EngineError('invalid-input', `${path}: expected names of grid cells, got none`)
}

export function textOf(path: string): Promise<string> {
  return readFile(resolve(path), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new EngineError('not-found', `${path}: expected a readable file, got ${cause.code ?? cause.message}`, {
      cause,
    })
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One of many queries: rows of the set, one of them by its id, or a vector. */
export interface FileQuery {
  readonly rows?: readonly { readonly row: number; readonly weight: number }[]
  readonly uniqueId?: string
  readonly vector?: readonly number[]
}

const lineQuery = z.union([
  z
    .number()
    .int()
    .min(0)
    .transform((row): FileQuery => ({ rows: [{ row, weight: 1 }] })),
  z.strictObject({ row: z.number().int().min(0) }).transform(({ row }): FileQuery => ({ rows: [{ row, weight: 1 }] })),
  z.strictObject({ uniqueId: z.string() }),
  z.strictObject({ vector: z.array(z.number()) }),
  z.strictObject({
    rows: z.array(z.strictObject({ row: z.number().int().min(0), weight: z.number().default(1) })).min(1),
  }),
])

/**
 * Queries of a file: a NumPy matrix of one vector a row (.npy), otherwise one query a line: a row number, or JSON
 * like `{"row": 5}`, `{"uniqueId": "..."}`, `{"vector": [...]}`, `{"rows": [{"row": 5, "weight": 1}, {"row": 9, "weight": -0.5}]}`.
 * @throws EngineError naming the line or what is wrong with the matrix
 */
export async function readQueriesFile(path: string): Promise<FileQuery[]> {
  if (extname(path).toLowerCase() === '.npy') return matrixRows(path)
  const lines = (await textOf(path)).split('\n')
  const queries = lines.flatMap((line, index) => {
    if (line.trim() === '') return []
    const parsed = lineQuery.safeParse(jsonOf(line))
    if (parsed.success) return [parsed.data]
    throw new EngineError(
      'invalid-input',
      `${path}, line ${index + 1}: expected a row number or a query like {"row": 5}, got ${line.trim().slice(0, 40)}`,
    )
  })
  if (queries.length > 0) return queries
  throw new EngineError('invalid-input', `${path}: expected queries, got an empty file`)
}

async function matrixRows(path: string): Promise<FileQuery[]> {
  const source = await openFileSource(resolve(path))
  try {
    const matrix = await openNpy(source)
    const [rows, dimensions] = matrix.shape
    if (rows === undefined || dimensions === undefined || matrix.shape.length !== 2) {
      const shape = matrix.shape.join(' x ')
      throw new EngineError(
        'unsupported-format',
        `${path}: expected a matrix of one query a row, got the shape ${shape}`,
      )
    }
    const values = await matrix.read(0, rows * dimensions)
    return Array.from({ length: rows }, (_, row) => ({
      vector: [...values.subarray(row * dimensions, (row + 1) * dimensions)],
    }))
  } finally {
    await source.close()
  }
}

// What tells tables of patches apart: names of columns, dimensions, the kind, size and spacing of the first outlines.

import type { Bbox } from '../../shared/terms.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { findVectorColumn, readDimensions } from '../geoparquet/read-vectors.ts'
import { parseWkb, pointsOf } from '../geoparquet/wkb.ts'
import { readGeometry } from './geometry-column.ts'

export interface PatchShape {
  /** without those that every writer adds: the index of pandas, a covering box */
  readonly names: ReadonlySet<string>
  readonly vectors: string | undefined
  readonly dimensions: number | undefined
  readonly outline: 'point' | 'polygon' | 'none'
  /** median side of the first outlines in metres */
  readonly sideMeters: number | undefined
  /** distance of neighbours among the first points in metres, median */
  readonly spacingMeters: number | undefined
}

const lookedAtRows = 64
const writerColumns = /^(__index_level_\d+__|bbox|index)$/
const metersPerDegree = 111_320

const shapes = new WeakMap<ParquetFile, Promise<PatchShape>>()

/** Looked at once for each open file; what cannot be read is absent, and said when the file is described. */
export function patchShape(file: ParquetFile, signal?: AbortSignal): Promise<PatchShape> {
  const known = shapes.get(file) ?? look(file, signal)
  shapes.set(file, known)
  return known
}

async function look(file: ParquetFile, signal: AbortSignal | undefined): Promise<PatchShape> {
  const vectors = findVectorColumn(file)
  const quiet = <T>(read: Promise<T>): Promise<T | undefined> =>
    read.catch((error: unknown) => {
      signal?.throwIfAborted()
      if (error instanceof Error) return undefined
      throw error
    })
  const dimensions = vectors === undefined ? undefined : await quiet(readDimensions(file, vectors, signal))
  const boxes = (await quiet(firstBoxes(file, signal))) ?? []
  const isPoint = ([west, south, east, north]: Bbox) => west === east && south === north
  const outline = boxes.length === 0 ? 'none' : boxes.every(isPoint) ? 'point' : 'polygon'
  return {
    names: new Set(file.columns.map(({ name }) => name).filter((name) => !writerColumns.test(name))),
    vectors,
    dimensions,
    outline,
    sideMeters: outline === 'polygon' ? median(boxes.map(sideOf)) : undefined,
    spacingMeters: outline === 'point' ? median(spacings(boxes)) : undefined,
  }
}

async function firstBoxes(file: ParquetFile, signal: AbortSignal | undefined): Promise<Bbox[]> {
  const name = [file.geo?.primaryColumn, 'geometry'].find((one) => file.columns.some((column) => column.name === one))
  if (name === undefined || file.rowCount === 0) return []
  const rowEnd = Math.min(lookedAtRows, file.rowCount)
  const rows = await readGeometry(file, name, { rowStart: 0, rowEnd, signal })
  return rows.flatMap((wkb) => (wkb === null ? [] : [boxOf(wkb)]))
}

function boxOf(wkb: Uint8Array): Bbox {
  const points = pointsOf(parseWkb(wkb))
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

/** Longer side of the box, metres. */
function sideOf([west, south, east, north]: Bbox): number {
  const scale = Math.cos((((south + north) / 2) * Math.PI) / 180)
  return metersPerDegree * Math.max((east - west) * scale, north - south)
}

/** From each point to its nearest among the others. */
function spacings(boxes: readonly Bbox[]): number[] {
  return boxes.map(([lon, lat], index) => {
    const scale = Math.cos((lat * Math.PI) / 180)
    const others = boxes.filter((_, other) => other !== index)
    return metersPerDegree * Math.min(...others.map(([x, y]) => Math.hypot((x - lon) * scale, y - lat)))
  })
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b)
  return sorted[sorted.length >> 1]
}

/** Whether a table has these columns, and beyond them none but `others`. */
export function hasExactly(
  names: ReadonlySet<string>,
  needed: readonly string[],
  others: readonly string[] = [],
): boolean {
  return needed.every((name) => names.has(name)) && [...names].every((name) => [...needed, ...others].includes(name))
}

export function isWithin(value: number | undefined, least: number, most: number): boolean {
  return value !== undefined && value >= least && value <= most
}

// Which cells are compared: of the images that the published file has rows of, some evenly spread, and of each the
// published rows whose pixel box is a fragment of the model.

import { EngineError } from '../../shared/errors.ts'
import { type GeometryOrderTold, geometryOrder } from '../fragment/geometry-order.ts'
import type { Fragment } from '../fragment/plan-fragments.ts'
import type { ModelCard } from '../models/model-card.ts'
import { fragmentsFor } from '../pipeline/prepare-image.ts'
import type { ImageTask } from '../scenes/image-task.ts'
import { wholeColumns } from '../store/whole-columns.ts'
import { imageKey, type PublishedSet, readPublishedVectors } from './published-set.ts'

export interface SampledCell {
  readonly task: ImageTask
  /** all of the image, row-major */
  readonly fragments: readonly Fragment[]
  /** fragments on each axis */
  readonly fragmentsOnAxis: number
  /** published rows, by fragment; each fragment once */
  readonly rows: readonly SampledRow[]
}

export interface SampledRow {
  /** index in `fragments`, as the row's pixel box says */
  readonly fragment: number
  readonly published: Float32Array
}

export interface Sample {
  readonly cells: readonly SampledCell[]
  /** images in the published file, images given, and those that are both */
  readonly counts: { readonly published: number; readonly images: number; readonly shared: number }
  /** order of the footprints, told from the footprints themselves */
  readonly geometry: GeometryOrderTold
  readonly warnings: readonly string[]
}

/**
 * @param cellCount the most cells to compare
 * @throws EngineError `invalid-input` when no image has published rows, or no row is a fragment of the model
 */
export async function chooseSample(
  published: PublishedSet,
  tasks: readonly ImageTask[],
  { card, cellCount, signal }: { readonly card: ModelCard; readonly cellCount: number; readonly signal: AbortSignal },
): Promise<Sample> {
  const shared = sharedTasks(published, tasks)
  const chosen = spread(shared, cellCount)
  const rows = chosen.flatMap((task) => rowsOf(published, task)).sort((a, b) => a - b)
  const places = ['centre_lat', 'centre_lon'].filter((name) => published.file.columns.some((c) => c.name === name))
  const columns = await wholeColumns(published.file, ['pixel_bbox', ...places], rows, signal)
  const boxes = new Map(rows.map((row, i) => [row, columns['pixel_bbox']![i]]))
  const matched = chosen.map((task) => matchRows(rowsOf(published, task), boxes, task, card))
  requireFragments(published, matched, boxes, card)
  const { cells, unusable } = await withVectors(published, matched, { card, signal })
  const matchedRows = matched.reduce((sum, cell) => sum + cell.rows.length, 0)
  return {
    cells,
    counts: { published: published.rowsOfImage.size, images: tasks.length, shared: shared.length },
    geometry: geometryOf(chosen, rows, published, columns),
    warnings: [
      ...leftOut(published.rowsOfImage.size - shared.length, 'published cells without an image among those given'),
      ...leftOut(tasks.length - shared.length, 'images without published rows'),
      ...leftOut(rows.length - matchedRows, 'published rows that repeat a fragment or are none of this model'),
      ...leftOut(unusable, 'published rows without a finite vector'),
    ],
  }
}

function leftOut(count: number, what: string): string[] {
  return count === 0 ? [] : [`left out: ${what} (${count})`]
}

/** @throws EngineError `unreadable-file` when no row has a vector that can be compared */
async function withVectors(
  published: PublishedSet,
  matched: readonly MatchedCell[],
  { card, signal }: { readonly card: ModelCard; readonly signal: AbortSignal },
): Promise<{ readonly cells: SampledCell[]; readonly unusable: number }> {
  const { dimensions } = card.output
  const wanted = matched.flatMap(({ rows }) => rows.map(({ row }) => row)).sort((a, b) => a - b)
  const vectors = await readPublishedVectors(published, wanted, signal)
  const slots = new Map(wanted.map((row, slot) => [row, slot]))
  const vectorOf = (row: number) => vectors.subarray(slots.get(row)! * dimensions, (slots.get(row)! + 1) * dimensions)
  const cells = matched.map(({ rows, ...cell }) => ({
    ...cell,
    rows: rows
      .map(({ row, fragment }) => ({ fragment, published: vectorOf(row) }))
      .filter((one) => one.published.length === dimensions && one.published.every(Number.isFinite)),
  }))
  const unusable = wanted.length - cells.reduce((sum, cell) => sum + cell.rows.length, 0)
  if (unusable < wanted.length) return { cells: cells.filter(({ rows }) => rows.length > 0), unusable }
  throw new EngineError(
    'unreadable-file',
    `${published.path}: expected vectors in the rows of the images, got none that is finite among ${unusable} rows`,
  )
}

/** Square images with a cell that the published file has rows of. */
function sharedTasks(published: PublishedSet, tasks: readonly ImageTask[]): ImageTask[] {
  const shared = tasks.filter((task) => task.width === task.height && rowsOf(published, task).length > 0)
  if (shared.length > 0) return shared
  const inFile = [...published.rowsOfImage.keys()]
  const cells = new Set(inFile.map((key) => key.split('\n')[0]))
  const sameCell = tasks.find((task) => task.gridCell !== undefined && cells.has(task.gridCell))
  const got =
    sameCell === undefined
      ? `none: the file has ${nameOfKey(inFile[0])}, the images ${nameOfKey(imageKey(tasks[0]?.gridCell, tasks[0]?.productId))}`
      : `cell ${sameCell.gridCell} of another product: ${productOfCell(inFile, sameCell.gridCell!)} in the file, ${sameCell.productId} in the images`
  throw new EngineError(
    'invalid-input',
    `${published.path}: expected a cell and product of the ${tasks.length} images, got ${got}; give the Core part that this file was made from`,
  )
}

function rowsOf(published: PublishedSet, task: ImageTask): readonly number[] {
  if (task.gridCell === undefined) return []
  return published.rowsOfImage.get(imageKey(task.gridCell, task.productId)) ?? []
}

const nameOfKey = (key: string | undefined) => (key === undefined ? 'no row' : `cell ${key.split('\n').join(' of ')}`)

function productOfCell(keys: readonly string[], gridCell: string): string | undefined {
  return keys.find((key) => key.startsWith(`${gridCell}\n`))?.split('\n')[1]
}

/** At most `count` of them, evenly from first to last. */
function spread<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values]
  return Array.from({ length: count }, (_, i) => values[Math.floor(((i + 0.5) * values.length) / count)]!)
}

interface MatchedCell extends Omit<SampledCell, 'rows'> {
  readonly rows: readonly { readonly row: number; readonly fragment: number }[]
}

function matchRows(
  rows: readonly number[],
  boxes: ReadonlyMap<number, unknown>,
  task: ImageTask,
  card: ModelCard,
): MatchedCell {
  const { fragments } = fragmentsFor(task, card, task.name)
  const fragmentOfBox = new Map(fragments.map(({ pixelBbox }, index) => [pixelBbox.join(), index]))
  const rowOfFragment = new Map<number, number>()
  for (const row of rows) {
    const fragment = fragmentOfBox.get(String(boxes.get(row)))
    if (fragment !== undefined && !rowOfFragment.has(fragment)) rowOfFragment.set(fragment, row)
  }
  const matched = [...rowOfFragment].map(([fragment, row]) => ({ row, fragment }))
  return {
    ...{ task, fragments, fragmentsOnAxis: Math.sqrt(fragments.length) },
    rows: matched.sort((a, b) => a.fragment - b.fragment),
  }
}

function requireFragments(
  published: PublishedSet,
  cells: readonly MatchedCell[],
  boxes: ReadonlyMap<number, unknown>,
  card: ModelCard,
): void {
  if (cells.some(({ rows }) => rows.length > 0)) return
  const expected = cells[0]!.fragments.slice(0, 2).map(({ pixelBbox }) => `[${pixelBbox.join(', ')}]`)
  const [got] = boxes.values()
  throw new EngineError(
    'invalid-input',
    `${published.path}: expected pixel boxes of model ${card.id} (${expected.join(', ')} and so on), got [${String(got).replaceAll(',', ', ')}]; name the model that made this file`,
  )
}

function geometryOf(
  tasks: readonly ImageTask[],
  rows: readonly number[],
  published: PublishedSet,
  columns: Record<string, unknown[]>,
): GeometryOrderTold {
  const { pixel_bbox: boxes, centre_lat: lats, centre_lon: lons } = columns
  if (boxes === undefined || lats === undefined || lons === undefined) return 'unknown'
  const numbers = (values: readonly unknown[]) =>
    Float64Array.from(values, (x) => (x === null ? Number.NaN : Number(x)))
  const at = new Map(rows.map((row, i) => [row, i]))
  return geometryOrder({
    // told from the footprints, whatever the file says of itself
    provenance: undefined,
    columns: {
      pixelBbox: Int32Array.from(boxes.flatMap((box) => (Array.isArray(box) ? box : [-1, -1, -1, -1]))),
      lat: numbers(lats),
      lon: numbers(lons),
    },
    cells: { cells: tasks.map((task) => ({ rows: rowsOf(published, task).map((row) => at.get(row)!) })) },
  })
}

// Cells of the sample planet -> rows of embeddings, by the steps that `embed` takes: the card's preprocessing, the built-in
// network in ONNX Runtime, true geometry. Runs in a worker thread.

import type { PixelBbox } from '../../shared/terms.ts'
import { fragmentGround } from '../fragment/fragment-ground.ts'
import { planFragments } from '../fragment/plan-fragments.ts'
import type { EmbeddingBatch } from '../geoparquet/embedding-batch.ts'
import { uniqueId } from '../geoparquet/unique-id.ts'
import { wkbOf } from '../geoparquet/wkb.ts'
import { cellImageBounds } from '../grid/cell-image-bounds.ts'
import { createGrid } from '../grid/grid.ts'
import type { EmbeddingSession } from '../inference/open-session.ts'
import { type ModelCard, recipeOf } from '../models/model-card.ts'
import { preprocessFragment, preprocessingFor } from '../models/preprocess.ts'
import { applyPointwise } from '../models/steps/pointwise.ts'
import { productIdOf } from './acquisitions.ts'
import { type ImageTruth, renderImage } from './render.ts'
import { s2Bands } from './spectra.ts'
import type { CellTask } from './tasks.ts'
import { type TruthRow, truthOf } from './truth.ts'

export interface EmbeddedCells {
  readonly batch: EmbeddingBatch
  readonly truth: readonly TruthRow[]
  /** degrees: west, south, east, north of all footprints */
  readonly bbox: [number, number, number, number]
  readonly hasMultiPolygon: boolean
}

export interface EmbedCellsOptions {
  readonly card: ModelCard
  readonly session: EmbeddingSession
  /** pixels along the side of the image that is embedded; the footprint is that of the whole fragment */
  readonly patchPx: number
  /** vectors are rounded to multiples of this; 0 = not at all */
  readonly roundTo: number
}

export const cellImagePx = 1068
const batchSize = 8
const grid = createGrid(10)

interface Fragment {
  readonly task: CellTask
  readonly pixelBbox: PixelBbox
}

export async function embedCells(
  tasks: readonly CellTask[],
  options: EmbedCellsOptions,
  signal?: AbortSignal,
): Promise<EmbeddedCells> {
  const size = options.card.fragment.size
  const fragments = tasks.flatMap((task) => fragmentsOfTask(task, size))
  const dimensions = options.card.output.dimensions
  const vectors = new Float32Array(fragments.length * dimensions)
  const truths: ImageTruth[] = []
  const length = s2Bands.length * options.patchPx ** 2
  const perBatch = Math.max(1, Math.floor((batchSize * 224 ** 2) / options.patchPx ** 2))
  const buffer = new Float32Array(Math.min(perBatch, fragments.length) * length)
  for (let start = 0; start < fragments.length; start += perBatch) {
    signal?.throwIfAborted()
    const part = fragments.slice(start, start + perBatch)
    const pixels = buffer.subarray(0, part.length * length)
    for (const [i, fragment] of part.entries()) {
      const image = renderOf(fragment, options.patchPx)
      truths.push(image.truth)
      pixels.set(preprocessed(image.pixels, options), i * length)
    }
    vectors.set(await options.session.run(pixels, part.length, options.patchPx), start * dimensions)
  }
  return rowsOf(fragments, rounded(vectors, options.roundTo), truths, dimensions)
}

function fragmentsOfTask(task: CellTask, size: number): Fragment[] {
  const { offsets } = planFragments(cellImagePx, { fragmentSize: size })
  const skip = (offsets.length - Math.min(task.side, offsets.length)) / 2
  const used = offsets.slice(Math.ceil(skip), offsets.length - Math.floor(skip))
  return used.flatMap((row) => used.map((col) => ({ task, pixelBbox: [row, col, row + size, col + size] as const })))
}

/** The middle `patchPx` of a fragment, as 13 Sentinel-2 bands. */
function renderOf({ task, pixelBbox: [row0, col0, row1] }: Fragment, patchPx: number) {
  const cell = grid.cellNamed(task.gridCell)!
  const [left, , , top] = cellImageBounds(cell)
  const inset = Math.floor((row1 - row0 - patchPx) / 2)
  const [row, col] = [row0 + inset, col0 + inset]
  return renderImage({
    utmCrs: cell.utmCrs,
    bounds: [left + col * 10, top - (row + patchPx) * 10, left + (col + patchPx) * 10, top - row * 10],
    width: patchPx,
    height: patchPx,
    timestamp: task.timestamp,
    bands: s2Bands,
    origin: [row, col],
  })
}

/** What `embed` does to reflectance x 1e4 (pipeline/prepare-image.ts), which it reads as whole numbers. */
function preprocessed(pixels: Float32Array, { card, patchPx }: EmbedCellsOptions): Float32Array {
  const recipe = recipeOf(card)!
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.round(pixels[i]!)
  const steps = preprocessingFor(card, recipe, { unit: 'reflectance-1e4', radiometricOffset: 0, name: 'sample planet' })
  applyPointwise(pixels, steps.image, { bandCount: s2Bands.length })
  return preprocessFragment(pixels, steps.fragment, { bandCount: s2Bands.length, size: patchPx })
}

function rounded(vectors: Float32Array, step: number): Float32Array {
  return step === 0 ? vectors : vectors.map((value) => Math.round(value / step) * step)
}

function rowsOf(
  fragments: readonly Fragment[],
  vectors: Float32Array,
  truths: readonly ImageTruth[],
  dimensions: number,
): EmbeddedCells {
  const rows = fragments.map(({ task, pixelBbox }, i) => {
    const cell = grid.cellNamed(task.gridCell)!
    const footprint = { crs: cell.utmCrs, bounds: cellImageBounds(cell) }
    const ground = fragmentGround({ width: cellImagePx, height: cellImagePx, footprint }, { pixelBbox }, 'true')
    const productId = productIdOf(cell, task.timestamp)
    const vector = vectors.subarray(i * dimensions, (i + 1) * dimensions)
    const { timestamp } = task
    const id = uniqueId({ geometryWkt: ground.geometryWkt, timestamp, productId, vector })
    return { cell, ground, productId, timestamp, pixelBbox, id, truth: truthOf(id, task, pixelBbox, truths[i]!) }
  })
  const batch: EmbeddingBatch = {
    count: rows.length,
    vectors,
    uniqueId: rows.map(({ id }) => id),
    timestamp: rows.map(({ timestamp }) => timestamp),
    productId: rows.map(({ productId }) => productId),
    gridCell: rows.map(({ cell }) => cell.gridCell),
    gridRowU: rows.map(({ cell }) => cell.gridRowU),
    gridColR: rows.map(({ cell }) => cell.gridColR),
    geometry: rows.map(({ ground }) => wkbOf(ground.geometry)),
    centreLat: rows.map(({ ground }) => ground.centreLat),
    centreLon: rows.map(({ ground }) => ground.centreLon),
    utmFootprint: rows.map(({ ground }) => ground.utmFootprint),
    utmCrs: rows.map(({ ground }) => ground.utmCrs),
    pixelBbox: rows.map(({ pixelBbox }) => pixelBbox),
  }
  const points = rows.flatMap(({ ground }) => ground.geometry.polygons.flat(2))
  const bbox: [number, number, number, number] = [180, 90, -180, -90]
  for (const [lon, lat] of points) {
    bbox[0] = Math.min(bbox[0], lon)
    bbox[1] = Math.min(bbox[1], lat)
    bbox[2] = Math.max(bbox[2], lon)
    bbox[3] = Math.max(bbox[3], lat)
  }
  const hasMultiPolygon = rows.some(({ ground }) => ground.geometry.polygons.length > 1)
  return { batch, truth: rows.map(({ truth }) => truth), bbox, hasMultiPolygon }
}

// The reading side of an embed: images are read, prepared and cut, and their fragments gathered into batches across images.

import { EngineError, isCancelled } from '../../shared/errors.ts'
import type { GeometryOrder, InputUnit } from '../../shared/terms.ts'
import { type FragmentGround, fragmentGround } from '../fragment/fragment-ground.ts'
import type { Fragment } from '../fragment/plan-fragments.ts'
import type { FragmentRows } from '../fragment/plan-windows.ts'
import type { OpenImage } from '../scenes/open-image.ts'
import { standardNames } from './choose-bands.ts'
import { type BandCount, type Preparation, type PreparedImage, prepareImage } from './prepare-image.ts'
import type { FragmentFractions } from './prepare-window.ts'

/** One fragment to embed: everything of its row but the vector. */
export interface FragmentRow extends Fragment {
  /** what to call its image in messages */
  readonly image: string
  readonly gridCell: string | null
  readonly productId: string
  readonly timestamp: string | null
  /** absent for images without a place */
  readonly ground?: FragmentGround
  /** present when they were asked for */
  readonly fractions?: FragmentFractions
}

/** What a read image was, for the run report. */
export interface ImageOutcome {
  readonly name: string
  readonly unit: InputUnit
  readonly radiometricOffset: number
  readonly fragments: number
  readonly counts: readonly BandCount[]
  readonly warnings: readonly string[]
}

export interface Failure {
  /** the image by name: file or cell */
  readonly input: string
  /** one sentence; for a Core row with its cell and band */
  readonly reason: string
}

export interface FragmentBatch {
  /** planar `(rows.length, bands, size, size)` */
  readonly pixels: Float32Array
  /** pixels on each axis; images of another size start another batch */
  readonly size: number
  readonly rows: readonly FragmentRow[]
  /** images whose last fragment is in this batch or an earlier one, each told once */
  readonly images: readonly ImageOutcome[]
  readonly failures: readonly Failure[]
  /** images left out on purpose after a look at their pixels, e.g. almost all nodata */
  readonly skipped: readonly Failure[]
  /** fragments whose pixels were read for this batch, some of them for the next one */
  readonly fragmentsRead: number
}

export interface ReadOptions<Task> extends Preparation {
  /** bands of the opened network: an image with other bands fails by name */
  readonly bandNames: readonly string[]
  readonly batchSize: number
  readonly geometry: GeometryOrder
  /** the image with at least the card's bands */
  readonly openImage: (task: Task) => Promise<OpenImage>
  readonly nameOf: (task: Task) => string
  /** the piece of its image that a task is; the whole when absent */
  readonly fragmentRowsOf?: (task: Task) => FragmentRows | undefined
  readonly signal?: AbortSignal
}

/**
 * Reads `tasks` in order; the last batch may be short, and may be empty when only failures are left to tell.
 * An image that cannot be read or does not fit is told as a failure and the next one is read; where this shows only half-way,
 * rows of it have been given already and must not be used.
 */
export async function* readBatches<Task>(
  tasks: readonly Task[],
  options: ReadOptions<Task>,
): AsyncGenerator<FragmentBatch> {
  let batch = newBatch()
  for (const task of tasks) {
    options.signal?.throwIfAborted()
    const input = options.nameOf(task)
    try {
      const image = await options.openImage(task)
      const fragmentRows = options.fragmentRowsOf?.(task)
      const prepared = await prepareImage(image, { ...options, fragmentRows })
      if ('skipped' in prepared) {
        batch.skipped.push({ input, reason: prepared.skipped })
        continue
      }
      requireSameBands(prepared, options, input)
      const { inputSize: size } = prepared
      const perInput = prepared.bands.length * size ** 2
      for await (const window of prepared.windows()) {
        batch.fragmentsRead += window.fragments.length
        for (const [index, fragment] of window.fragments.entries()) {
          const isFull = batch.rows.length === options.batchSize
          if (isFull || (batch.rows.length > 0 && batch.size !== size)) {
            yield finished(batch, options.batchSize)
            batch = newBatch()
          }
          if (batch.rows.length === 0) {
            batch = { ...batch, size, pixels: new Float32Array(options.batchSize * perInput) }
          }
          const at = batch.rows.length * perInput
          window.writeInput(index, batch.pixels.subarray(at, at + perInput))
          const row = rowOf(image, fragment, { name: input, geometry: options.geometry })
          batch.rows.push(options.fractions === true ? { ...row, fractions: window.fractions(index) } : row)
        }
      }
      batch.images.push(outcomeOf(image, prepared, { name: input, isFirst: (fragmentRows?.first ?? 0) === 0 }))
    } catch (error) {
      if (options.signal?.aborted || isCancelled(error)) throw error
      batch.failures.push({ input, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  if (batch.rows.length + batch.failures.length + batch.skipped.length > 0) yield finished(batch, options.batchSize)
}

interface GrowingBatch extends FragmentBatch {
  readonly rows: FragmentRow[]
  readonly images: ImageOutcome[]
  readonly failures: Failure[]
  readonly skipped: Failure[]
  fragmentsRead: number
}

function newBatch(): GrowingBatch {
  return { pixels: new Float32Array(0), size: 0, rows: [], images: [], failures: [], skipped: [], fragmentsRead: 0 }
}

/** With the pixels of its rows and no more. */
function finished(batch: GrowingBatch, batchSize: number): FragmentBatch {
  return { ...batch, pixels: batch.pixels.subarray(0, (batch.pixels.length / batchSize) * batch.rows.length) }
}

/** @throws EngineError when the image has other bands than the network was opened for */
function requireSameBands(
  { bands }: PreparedImage,
  { bandNames }: { bandNames: readonly string[] },
  name: string,
): void {
  const got = standardNames(bands).join(', ')
  const expected = standardNames(bandNames).join(', ')
  if (got === expected) return
  throw new EngineError(
    'invalid-input',
    `${name}: expected the bands ${expected} as in the other images of this run, got ${got}`,
  )
}

function rowOf(
  image: OpenImage,
  fragment: Fragment,
  { name, geometry }: { readonly name: string; readonly geometry: GeometryOrder },
): FragmentRow {
  const { footprint } = image
  return {
    ...fragment,
    image: name,
    gridCell: image.gridCell ?? null,
    productId: image.productId,
    timestamp: image.timestamp,
    ...(footprint === undefined ? {} : { ground: fragmentGround({ ...image, footprint }, fragment, geometry) }),
  }
}

function outcomeOf(
  image: OpenImage,
  prepared: PreparedImage,
  { name, isFirst }: { readonly name: string; readonly isFirst: boolean },
): ImageOutcome {
  return {
    name,
    unit: image.unit,
    radiometricOffset: image.radiometricOffset,
    fragments: prepared.fragments.length,
    counts: prepared.counts(),
    // of an image in pieces they are told once
    warnings: isFirst ? prepared.warnings : [],
  }
}

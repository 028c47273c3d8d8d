// Writes samples of the synthetic planet: a folder of parts of any size, which resumes, or the one shipped file.

import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bbox } from '../../shared/terms.ts'
import { entryPath } from '../entries.ts'
import type { EmbeddingBatch } from '../geoparquet/embedding-batch.ts'
import type { Provenance } from '../geoparquet/provenance.ts'
import { writeEmbeddings } from '../geoparquet/write-embeddings.ts'
import type { ModelCard } from '../models/model-card.ts'
import { WorkerLink } from '../threads/worker-link.ts'
import { timestampOf } from './acquisitions.ts'
import type { EmbeddedCells } from './embed-cells.ts'
import { mergeRows } from './merge-rows.ts'
import { planted } from './planted.ts'
import type { SampleWorkerCalls, SampleWorkerData } from './sample-worker.ts'
import { s2Bands } from './spectra.ts'
import { type CellTask, landCells, sampleStride, shippedTasks, strideFor } from './tasks.ts'
import { writeTruth } from './truth.ts'

export interface SampleProgress {
  readonly stage: 'listing' | 'embedding' | 'writing'
  /** cells */
  readonly done: number
  readonly total: number
}

export interface SampleOptions {
  /** folder */
  readonly out: string
  readonly appVersion: string
  /** models/rcf-64.json */
  readonly card: ModelCard
  readonly cells: number | 'all'
  /** per cell: the central one, the central 3 x 3, or all */
  readonly fragments: 1 | 9 | 25
  /** pixels along the side of the embedded middle of each fragment; the fragment's own size when absent */
  readonly patchPx?: number | undefined
  readonly threads?: number | undefined
  /** leave out parts that are there already */
  readonly resume?: boolean | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: SampleProgress) => void) | undefined
}

export interface SampleReport {
  readonly files: readonly string[]
  readonly rows: number
  readonly cells: number
  /** parts that were there already */
  readonly skipped: number
  readonly seconds: number
}

/** about this many fragments go into one part, which is the unit of resuming */
const fragmentsPerPart = 10_000
/** cells handed to a thread at a time */
const cellsPerCall = 64

/** Central, 3 x 3 or all fragments of land cells spread evenly over the globe, in parts `part_00001.parquet` and on. */
export async function makeSample(options: SampleOptions): Promise<SampleReport> {
  const started = performance.now()
  const side = options.fragments === 1 ? 1 : options.fragments === 9 ? 3 : 5
  options.onProgress?.({ stage: 'listing', done: 0, total: 0 })
  const tasks = [...landCells(strideFor(options.cells))].map((cell): CellTask => {
    return { gridCell: cell.gridCell, timestamp: timestampOf(cell), side }
  })
  const perPart = Math.max(1, Math.floor(fragmentsPerPart / options.fragments))
  const workers = openWorkers(options, 0)
  const files: string[] = []
  let [rows, skipped] = [0, 0]
  try {
    for (let start = 0; start < tasks.length; start += perPart) {
      const path = join(options.out, `part_${String(start / perPart + 1).padStart(5, '0')}.parquet`)
      const part = tasks.slice(start, start + perPart)
      files.push(path)
      if (options.resume === true && (await exists(path))) {
        skipped++
        continue
      }
      const report = (done: number) =>
        options.onProgress?.({ stage: 'embedding', done: start + done, total: tasks.length })
      const pieces = await embedAll(workers, part, { signal: options.signal, report })
      await writePieces(path, pieces, options, { roundTo: 0, stride: strideFor(options.cells) })
      rows += pieces.reduce((sum, piece) => sum + piece.batch.count, 0)
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.dispose()))
  }
  return { files, rows, cells: tasks.length, skipped, seconds: (performance.now() - started) / 1000 }
}

/** The shipped sample: one file with everything that is planted, and its truth beside it. */
export async function makeShippedSample(
  options: Omit<SampleOptions, 'cells' | 'fragments'> & { readonly cache?: PieceCache },
): Promise<{ rows: number; byteLength: number }> {
  const roundTo = 1 / 64
  const workers = openWorkers(options, roundTo)
  try {
    const tasks = shippedTasks()
    const report = (done: number) => options.onProgress?.({ stage: 'embedding', done, total: tasks.length })
    const merged = mergeRows(await embedAll(workers, tasks, { ...options, report }), new Set(planted.duplicates))
    await writeTruth(join(options.out, 'truth.parquet'), merged.truth)
    return await writePieces(join(options.out, 'sample-planet.parquet'), [merged], options, {
      roundTo,
      stride: sampleStride,
    })
  } finally {
    await Promise.all(workers.map((worker) => worker.dispose()))
  }
}

type SampleWorker = WorkerLink<SampleWorkerCalls>

function openWorkers(options: Omit<SampleOptions, 'cells' | 'fragments'>, roundTo: number): SampleWorker[] {
  const workerData: SampleWorkerData = {
    card: options.card,
    patchPx: options.patchPx ?? options.card.fragment.size,
    roundTo,
  }
  return Array.from(
    { length: options.threads ?? 2 },
    (_, i) => new WorkerLink({ entry: entryPath('sample-worker'), name: `sample thread ${i + 1}`, workerData }),
  )
}

/** Pieces that were made before, by the number of their first cell. */
export interface PieceCache {
  load(first: number): EmbeddedCells | undefined
  save(first: number, piece: EmbeddedCells): void
}

/** Every worker takes the next few cells when it is free; the pieces come back in the order of `tasks`. */
async function embedAll(
  workers: readonly SampleWorker[],
  tasks: readonly CellTask[],
  options: { signal?: AbortSignal | undefined; report: (done: number) => void; cache?: PieceCache },
): Promise<EmbeddedCells[]> {
  const { signal, report, cache } = options
  const pieces: EmbeddedCells[] = []
  let [next, done] = [0, 0]
  const work = async (worker: SampleWorker) => {
    while (next < tasks.length) {
      signal?.throwIfAborted()
      const start = next
      const part = tasks.slice(start, start + cellsPerCall)
      next += cellsPerCall
      const known = cache?.load(start)
      const piece = known ?? (await worker.call('embed', { tasks: part }, signal === undefined ? {} : { signal }))
      if (known === undefined) cache?.save(start, piece)
      pieces[start / cellsPerCall] = piece
      done += part.length
      report(done)
    }
  }
  const outcomes = await Promise.allSettled(workers.map(work))
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return pieces
}

async function writePieces(
  path: string,
  pieces: readonly EmbeddedCells[],
  options: Omit<SampleOptions, 'cells' | 'fragments'>,
  { roundTo, stride }: { roundTo: number; stride: number },
): Promise<{ rows: number; byteLength: number }> {
  const bbox: Bbox = [
    Math.min(...pieces.map((piece) => piece.bbox[0])),
    Math.min(...pieces.map((piece) => piece.bbox[1])),
    Math.max(...pieces.map((piece) => piece.bbox[2])),
    Math.max(...pieces.map((piece) => piece.bbox[3])),
  ]
  const geometryTypes = pieces.some((piece) => piece.hasMultiPolygon) ? ['Polygon', 'MultiPolygon'] : ['Polygon']
  return writeEmbeddings(path, rowGroups(pieces), {
    dimensions: options.card.output.dimensions,
    bbox,
    geometryTypes,
    compression: 'zstd',
    provenance: provenanceOf(options, roundTo, stride),
    signal: options.signal,
  })
}

function* rowGroups(pieces: readonly EmbeddedCells[]): Generator<EmbeddingBatch> {
  for (const { batch } of pieces) yield batch
}

function provenanceOf(
  options: Omit<SampleOptions, 'cells' | 'fragments'>,
  roundTo: number,
  stride: number,
): Provenance {
  const size = options.card.fragment.size
  const patchPx = options.patchPx ?? size
  return {
    appVersion: options.appVersion,
    model: options.card.id,
    recipe: 'intended',
    bands: s2Bands,
    fragmentSize: size,
    targetOverlap: options.card.fragment.targetOverlap,
    inputUnit: 'reflectance-1e4',
    radiometricOffset: 0,
    geometry: 'true',
    synthetic: true,
    sourceFiles: [],
    notes: [
      'Synthetic: imagery of an invented planet with the coasts of the Earth; nothing here was observed',
      ...(roundTo > 0 ? [`Vectors are rounded to multiples of 1/${1 / roundTo}`] : []),
      ...(patchPx === size ? [] : [`Only the middle ${patchPx} px of each fragment were embedded`]),
    ],
    other: { cell_stride: stride },
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

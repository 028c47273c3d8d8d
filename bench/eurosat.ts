// Retrieval on EuroSAT: every image asks for its ten nearest by cosine; the share of the same class, over all images.
//   npm run bench -- eurosat [FOLDER [MODEL.onnx CARD.json]]
// FOLDER (default ../shared/data/eurosat) holds one folder of JPEGs a class. Images are embedded by `embed` itself, in the pipeline process.

import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, parse } from 'node:path'
import { openFileSource } from '../src/main/bytes/byte-source.ts'
import { projectRoot } from '../src/main/entries.ts'
import { openParquet } from '../src/main/geoparquet/open-parquet.ts'
import { readColumns } from '../src/main/geoparquet/read-columns.ts'
import { readVectors } from '../src/main/geoparquet/read-vectors.ts'
import { PipelineHost } from '../src/main/pipeline/pipeline-host.ts'
import { decodeImage } from '../src/main/raster/plain-image.ts'
import { embedRequest } from '../src/shared/contract.ts'

const topK = 10

interface Embedded {
  readonly names: readonly string[]
  /** row-major `names.length x dimensions` */
  readonly vectors: Float32Array
  readonly dimensions: number
  readonly seconds: number
}

const [folder = '../shared/data/eurosat', model, card] = process.argv.slice(2)
if ((model === undefined) !== (card === undefined)) {
  console.error('usage: npm run bench -- eurosat [FOLDER [MODEL.onnx CARD.json]]')
  process.exit(2)
}
if (existsSync(folder)) await compare(folder, model === undefined || card === undefined ? undefined : { model, card })
else console.log(`skipped: ${folder} is not here; name the folder with the images`)

async function compare(images: string, given: { model: string; card: string } | undefined): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'eurosat-'))
  const host = new PipelineHost()
  try {
    const rows: string[] = []
    const tell = (name: string, embedded: Embedded) => rows.push(tableRow(name, embedded))
    if (given !== undefined)
      tell(parse(given.model).name, await embed(host, images, { ...given, out: join(scratch, 'a') }))
    tell('built-in rcf-64', await embed(host, images, { model: 'rcf-64', out: join(scratch, 'b') }))
    tell('colour statistics', await colourStatistics(images))
    console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} threads, Node ${process.versions.node}\n`)
    console.log(
      `| model | dimensions | images | precision@${topK} | seconds to embed |\n|---|---|---|---|---|\n${rows.join('\n')}`,
    )
  } finally {
    host.dispose()
    await rm(scratch, { recursive: true })
  }
}

function tableRow(name: string, { names, vectors, dimensions, seconds }: Embedded): string {
  const precision = precisionAtK(vectors, dimensions, names.map(classOf))
  return `| ${name} | ${dimensions} | ${names.length} | ${precision.toFixed(3)} | ${seconds.toFixed(1)} |`
}

/** EuroSAT's names are `<class>_<number>`. */
function classOf(name: string): string {
  return name.replace(/_\d+$/, '')
}

async function embed(
  host: PipelineHost,
  images: string,
  chosen: { model: string; card?: string; out: string },
): Promise<Embedded> {
  const parsed = embedRequest.parse({ inputs: [images], device: 'cpu', ...chosen })
  const context = { modelFolders: [join(projectRoot(), 'models')], version: 'bench' }
  const report = await host.call('embed', { request: { ...parsed, out: chosen.out }, context })
  if (report.failures.length > 0) throw new Error(report.failures[0]?.reason)
  const source = await openFileSource(report.files[0] as string)
  const file = await openParquet(source)
  const names = (await readColumns(file, ['product_id']))['product_id'] as string[]
  const { vectors, dimensions } = await readVectors(file)
  await source.close()
  return { names, vectors, dimensions, seconds: report.seconds }
}

/** Mean and standard deviation of each colour, standardised over the images. */
async function colourStatistics(images: string): Promise<Embedded> {
  const startedMs = performance.now()
  const names: string[] = []
  const values: number[][] = []
  for (const entry of await readdir(images, { recursive: true, withFileTypes: true })) {
    if (!/\.jpe?g$/i.test(entry.name)) continue
    names.push(parse(entry.name).name)
    values.push(await statisticsOf(await readFile(join(entry.parentPath, entry.name)), entry.name))
  }
  const vectors = standardised(values)
  return { names, vectors, dimensions: 6, seconds: (performance.now() - startedMs) / 1000 }
}

async function statisticsOf(bytes: Uint8Array, name: string): Promise<number[]> {
  const { data, channels } = await decodeImage(bytes, name)
  const count = data.length / channels
  return [0, 1, 2].flatMap((channel) => {
    let [sum, squares] = [0, 0]
    for (let i = channel; i < data.length; i += channels) {
      sum += data[i] as number
      squares += (data[i] as number) ** 2
    }
    return [sum / count, Math.sqrt(squares / count - (sum / count) ** 2)]
  })
}

function standardised(rows: readonly number[][]): Float32Array {
  const width = rows[0]?.length ?? 0
  const result = new Float32Array(rows.length * width)
  for (let c = 0; c < width; c++) {
    const column = rows.map((row) => row[c] as number)
    const mean = column.reduce((a, b) => a + b, 0) / column.length
    const std = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length)
    for (const [r, x] of column.entries()) result[r * width + c] = (x - mean) / std
  }
  return result
}

/** Leave-one-out: of the `topK` nearest other images by cosine, the share of the same class, averaged over all images. */
function precisionAtK(vectors: Float32Array, dimensions: number, labels: readonly string[]): number {
  const unit = toUnitLength(vectors, dimensions)
  let same = 0
  for (const [query, label] of labels.entries()) {
    const scores = labels.map((_, row) =>
      row === query ? Number.NEGATIVE_INFINITY : dot(unit, dimensions, query, row),
    )
    const nearest = labels.map((_, row) => row).sort((a, b) => (scores[b] as number) - (scores[a] as number))
    same += nearest.slice(0, topK).filter((row) => labels[row] === label).length
  }
  return same / (labels.length * topK)
}

function toUnitLength(vectors: Float32Array, dimensions: number): Float32Array {
  const unit = new Float32Array(vectors)
  for (let start = 0; start < unit.length; start += dimensions) {
    const row = unit.subarray(start, start + dimensions)
    const norm = Math.hypot(...row)
    for (let d = 0; d < dimensions; d++) row[d] = (row[d] as number) / norm
  }
  return unit
}

function dot(vectors: Float32Array, dimensions: number, a: number, b: number): number {
  let sum = 0
  for (let d = 0; d < dimensions; d++) {
    sum += (vectors[a * dimensions + d] as number) * (vectors[b * dimensions + d] as number)
  }
  return sum
}

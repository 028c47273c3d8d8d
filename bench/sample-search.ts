// Searches on the sample planet against its truth.
//   npm run bench -- sample-search [FOLDER]
// FOLDER (default sample/) holds sample-planet.parquet and truth.parquet. Exact cosine over all rows, the query row left out.

import { join } from 'node:path'
import { openFileSource } from '../src/main/bytes/byte-source.ts'
import { openParquet, type ParquetFile } from '../src/main/geoparquet/open-parquet.ts'
import { readColumns } from '../src/main/geoparquet/read-columns.ts'
import { readVectors } from '../src/main/geoparquet/read-vectors.ts'
import { continentAt } from '../src/main/sample/land-raster.ts'
import { random2 } from '../src/main/sample/noise.ts'

interface Planet {
  readonly count: number
  readonly dimensions: number
  /** unit length */
  readonly vectors: Float32Array
  readonly biome: readonly string[]
  readonly objects: readonly string[]
  readonly fault: readonly string[]
  readonly continent: readonly string[]
  /** whether the row is the central fragment of a lone cell of the lattice, not of a region */
  readonly isLone: readonly boolean[]
}

const planet = await readPlanet(process.argv[2] ?? 'sample')
const clean = range(planet.count).filter((row) => planet.fault[row] === '')
const lone = clean.filter((row) => planet.isLone[row])
const pivots = lone.filter((row) => planet.objects[row]!.split(' ').includes('pivot'))
const deserts = sample(
  lone.filter((row) => planet.biome[row] === 'desert' && !pivots.includes(row)),
  300,
)
const everywhere = sample(clean, 1500)
const everyLone = sample(lone, 1500)

console.log(
  `${planet.count} rows, ${pivots.length} pivot cells, ${planet.fault.filter(Boolean).length} rows with a fault`,
)
report('desert: share of the top 50 on other continents', deserts, (row) => otherContinents(row, 50))
report('pivot: share of the top 50 on other continents', pivots, (row) => otherContinents(row, 50))
report('biome purity@20, all rows', everywhere, (row) => purity(row, 20))
report('biome purity@20, rows outside the regions', everyLone, (row) => purity(row, 20))
for (const biome of new Set(planet.biome)) {
  report(
    `  ${biome}`,
    everyLone.filter((row) => planet.biome[row] === biome),
    (row) => purity(row, 20),
  )
}
report('recall@60 of the pivots from one pivot', pivots, (row) => {
  return nearest(row, 60).filter((hit) => pivots.includes(hit)).length / (pivots.length - 1)
})

async function readPlanet(folder: string): Promise<Planet> {
  const { vectors, count, dimensions, columns } = await withFile(
    join(folder, 'sample-planet.parquet'),
    async (file) => ({
      ...(await readVectors(file)),
      columns: await readColumns(file, ['unique_id', 'centre_lat', 'centre_lon', 'grid_cell']),
    }),
  )
  const truth = await withFile(join(folder, 'truth.parquet'), (file) =>
    readColumns(file, ['unique_id_prefix', 'biome', 'objects', 'fault']),
  )
  const rowOf = new Map(truth['unique_id_prefix']!.map((prefix, row) => [prefix as string, row]))
  const truthRows = columns['unique_id']!.map((id) => rowOf.get((id as string).slice(0, 16))!)
  const pick = (name: string) => truthRows.map((row) => truth[name]![row] as string)
  const cells = columns['grid_cell'] as string[]
  const perCell = new Map<string, number>()
  for (const cell of cells) perCell.set(cell, (perCell.get(cell) ?? 0) + 1)
  return {
    count,
    dimensions,
    vectors: unitRows(vectors, dimensions),
    biome: pick('biome'),
    objects: pick('objects'),
    fault: pick('fault'),
    continent: range(count).map(
      (row) => continentAt(columns['centre_lat']![row] as number, columns['centre_lon']![row] as number) ?? '',
    ),
    isLone: cells.map((cell) => perCell.get(cell)! < 25),
  }
}

async function withFile<T>(path: string, work: (file: ParquetFile) => Promise<T>): Promise<T> {
  const source = await openFileSource(path)
  try {
    return await work(await openParquet(source))
  } finally {
    await source.close()
  }
}

function unitRows(vectors: Float32Array, dimensions: number): Float32Array {
  const unit = Float32Array.from(vectors)
  for (let start = 0; start < unit.length; start += dimensions) {
    const row = unit.subarray(start, start + dimensions)
    const length = Math.hypot(...row)
    for (let i = 0; i < dimensions; i++) row[i]! /= length
  }
  return unit
}

/** Rows by falling cosine, without the query. */
function nearest(query: number, topK: number): number[] {
  const { dimensions, vectors, count } = planet
  const scores = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    let dot = 0
    for (let i = 0; i < dimensions; i++) dot += vectors[query * dimensions + i]! * vectors[row * dimensions + i]!
    scores[row] = row === query ? -2 : dot
  }
  const bar = scores.slice().sort().at(-topK)!
  return range(count)
    .filter((row) => scores[row]! >= bar)
    .sort((a, b) => scores[b]! - scores[a]!)
    .slice(0, topK)
}

function otherContinents(row: number, topK: number): number {
  return nearest(row, topK).filter((hit) => planet.continent[hit] !== planet.continent[row]).length / topK
}

function purity(row: number, topK: number): number {
  return nearest(row, topK).filter((hit) => planet.biome[hit] === planet.biome[row]).length / topK
}

function report(name: string, rows: readonly number[], measure: (row: number) => number): void {
  const values = rows.map(measure).sort((a, b) => a - b)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const low = values[Math.floor(values.length / 10)] ?? Number.NaN
  console.log(`${name}: mean ${mean.toFixed(3)}, tenth percentile ${low.toFixed(3)}, ${rows.length} queries`)
}

function sample(rows: readonly number[], count: number): number[] {
  return [...rows].sort((a, b) => random2(a, 5, 2027) - random2(b, 5, 2027)).slice(0, count)
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i)
}

// Makes sample/sample-planet.parquet and sample/truth.parquet: `shipped-sample [patchPx] [out] [cache]`; pieces in the folder
// `cache` are not made again. Needs the built sample-worker (scripts/build.mjs main).

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { readModelCard } from '../../models/read-card.ts'
import type { EmbeddedCells } from '../embed-cells.ts'
import { makeShippedSample, type PieceCache } from '../make-sample.ts'

const patchPx = process.argv[2] === undefined ? undefined : Number(process.argv[2])
const cacheFolder = process.argv[4]
if (cacheFolder !== undefined) mkdirSync(cacheFolder, { recursive: true })
const started = performance.now()
const report = await makeShippedSample({
  out: process.argv[3] ?? 'sample',
  appVersion: '0.1.0',
  card: await readModelCard('models/rcf-64.json', []),
  patchPx,
  ...(cacheFolder === undefined ? {} : { cache: pieceCache(cacheFolder) }),
  onProgress: ({ done, total }) => {
    if (done % 1024 < 64) console.error(`${done}/${total} cells, ${Math.round((performance.now() - started) / 1000)} s`)
  },
})
console.log(report)

function pieceCache(folder: string): PieceCache {
  const pathOf = (first: number) => join(folder, `piece-${first}.bin`)
  return {
    load: (first) =>
      existsSync(pathOf(first)) ? (deserialize(readFileSync(pathOf(first))) as EmbeddedCells) : undefined,
    save: (first, piece) => writeFileSync(pathOf(first), serialize(piece)),
  }
}

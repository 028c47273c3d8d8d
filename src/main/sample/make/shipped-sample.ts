// Makes sample/sample-planet.parquet and sample/truth.parquet: `shipped-sample.js [patchPx]`. Needs dist/main (build.mjs main).

import { readModelCard } from '../../models/read-card.ts'
import { makeShippedSample } from '../make-sample.ts'

const patchPx = process.argv[2] === undefined ? undefined : Number(process.argv[2])
const started = performance.now()
const report = await makeShippedSample({
  out: process.argv[3] ?? 'sample',
  appVersion: '0.1.0',
  card: await readModelCard('models/rcf-64.json', []),
  patchPx,
  onProgress: ({ done, total }) => {
    if (done % 1024 < 64) console.error(`${done}/${total} cells, ${Math.round((performance.now() - started) / 1000)} s`)
  },
})
console.log(report)

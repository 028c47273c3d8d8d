// Embeddings with real meaning: EuroSAT through MobileNet V1. Embedding takes minutes, so this is one of the long tests.

import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, parse } from 'node:path'
import { expect, it } from 'vitest'
import { embedRequest, probeRequest } from '../../../shared/contract.ts'
import { projectRoot } from '../../entries.ts'
import { PipelineHost } from '../../pipeline/pipeline-host.ts'
import type { CallContext } from '../../threads/thread-calls.ts'
import { runProbe } from './run-probe.ts'

const data = join(projectRoot(), '../shared/data')
const images = join(data, 'eurosat')
const network = join(data, 'weights/mobilenet-v1-embedding.onnx')
const quiet: CallContext = { signal: new AbortController().signal, onProgress: () => {} }

it('a linear probe tells the ten classes of EuroSAT from MobileNet embeddings in 92 of 100 images', async (context) => {
  if (!existsSync(images) || !existsSync(network)) context.skip('no ../shared/data/eurosat and weights on this machine')
  const folder = await mkdtemp(join(tmpdir(), 'eurosat-probe-'))
  const host = new PipelineHost()
  try {
    const card = join(projectRoot(), 'models/mobilenet-v1.json')
    const request = { ...embedRequest.parse({ inputs: [images], model: network, card, device: 'cpu' }), out: folder }
    const { files } = await host.call('embed', { request, context: { modelFolders: [], version: 'test' } })
    // file,label,bytes,sha256 with the folder of the class before the file
    const lines = (await readFile(join(images, 'labels.csv'), 'utf8')).trimEnd().split('\n').slice(1)
    const rows = lines.map((line) => `${parse(line.split(',')[0]!).name},${line.split(',')[1]}`)
    const table = join(folder, 'labels.csv')
    await writeFile(table, `product_id,label\n${rows.join('\n')}\n`)
    const labels = { table, match: 'product_id' } as const
    const report = await runProbe(probeRequest.parse({ set: files[0]!, labels }), quiet)
    expect(report).toMatchObject({ samples: 1500, dimensions: 1024, split: 'stratified', metric: 'accuracy' })
    expect(report.folds).toHaveLength(5)
    expect(report.mean!).toBeGreaterThanOrEqual(0.92)
    if (report.scores.kind === 'classes') expect(report.scores.perClass).toHaveLength(10)
  } finally {
    host.dispose()
    await rm(folder, { recursive: true })
  }
})

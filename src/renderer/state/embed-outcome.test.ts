import { describe, expect, it } from 'vitest'
import type { EmbedReport } from '../../shared/contract.ts'
import { embedOutcome } from './embed-outcome.ts'

const report = (change: Partial<EmbedReport>): EmbedReport => ({
  files: ['/out/part.parquet'],
  rows: 1225,
  cells: 49,
  skipped: [],
  failures: [],
  provider: 'cpu',
  model: 'rcf-64',
  network: 'rcf-64',
  precision: 'float32',
  recipe: 'intended',
  unit: 'reflectance-1e4',
  radiometricOffset: 0,
  seconds: 41.6,
  startSeconds: 1.4,
  inferenceSeconds: 36.1,
  clipped: [],
  warnings: [],
  ...change,
})
const failure = (cell: string) => ({ input: `part.parquet ${cell} B04`, reason: 'expected a GeoTIFF, got no bytes' })

describe('the end of an embed', () => {
  it('says what was written', () => {
    expect(embedOutcome(report({}))).toEqual({
      kind: 'done',
      text: 'Embedded 1,225 fragments of 49 cells with rcf-64 in 42 s',
    })
    expect(embedOutcome(report({ skipped: [{ input: 'a', reason: 'nodata' }] })).text).toMatch(/42 s, 1 image skipped$/)
  })

  it('says rows and failures by name when there are both', () => {
    expect(embedOutcome(report({ rows: 25, cells: 1, failures: [failure('433U_629L')] }))).toEqual({
      kind: 'error',
      text: 'Embedded 25 fragments of 1 cell with rcf-64 in 42 s; 1 failed: part.parquet 433U_629L B04: expected a GeoTIFF, got no bytes',
    })
  })

  it('names the first failures where there is little room', () => {
    const failures = ['1U_1R', '2U_1R', '3U_1R'].map(failure)
    const { text } = embedOutcome(report({ rows: 0, failures }), { failuresShown: 1 })
    expect(text).toMatch(/^No fragment embedded with rcf-64; 3 failed: .*1U_1R.*; and 2 more, see the jobs$/)
  })
})

import { expect, it } from 'vitest'
import { exportFileName } from './export-file.ts'

it('names an export after the file of its set, what is in it and its format', () => {
  expect(exportFileName('/data/Grüne Felder.parquet', { format: 'geoparquet', rows: [1], query: {} })).toBe(
    'Grüne Felder-results.parquet',
  )
  expect(exportFileName(String.raw`C:\data\run.images.parquet`, { format: 'csv', rows: [1] })).toBe(
    'run.images-selection.csv',
  )
  expect(exportFileName('sample-planet', { format: 'npy' })).toBe('sample-planet-all.npy')
})

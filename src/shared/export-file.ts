// What exports are called, on both sides: the name that a save dialog proposes is the name of the download.

import type { ExportRequest } from './contract.ts'

type ExportFormat = ExportRequest['format']

export const exportFormatNames: Readonly<Record<ExportFormat, string>> = {
  geoparquet: 'GeoParquet',
  geojson: 'GeoJSON',
  csv: 'CSV',
  npy: 'NumPy',
}

const endings: Readonly<Record<ExportFormat, string>> = {
  geoparquet: 'parquet',
  geojson: 'geojson',
  csv: 'csv',
  npy: 'npy',
}

/**
 * File name for rows of a set: `fields-results.parquet`, `fields-selection.csv`, `fields-all.npy`.
 * @param setPath file of the set, or its name
 */
export function exportFileName(
  setPath: string,
  { format, rows, selectionId, query }: Pick<ExportRequest, 'format' | 'rows' | 'selectionId' | 'query'>,
): string {
  const stem = setPath.replace(/^.*[\\/]/, '').replace(/\.(geo)?parquet$/i, '')
  const scope =
    selectionId !== undefined ? 'selection' : rows === undefined ? 'all' : query === undefined ? 'selection' : 'results'
  return `${stem}-${scope}.${endings[format]}`
}

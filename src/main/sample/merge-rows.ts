import type { EmbeddingBatch } from '../geoparquet/embedding-batch.ts'
import type { EmbeddedCells } from './embed-cells.ts'

/** All pieces as one, sorted by cell, date and fragment; central rows of the cells in `duplicates` stand twice. */
export function mergeRows(pieces: readonly EmbeddedCells[], duplicates: ReadonlySet<string>): EmbeddedCells {
  const places = pieces.flatMap((piece, at) =>
    Array.from({ length: piece.batch.count }, (_, row) => ({ batch: piece.batch, truth: piece.truth[row]!, at, row })),
  )
  const doubled = places.flatMap((place) => (isDuplicate(place, duplicates) ? [place, place] : [place]))
  doubled.sort((a, b) => compareRows(a, b))
  const pick = <T>(column: (batch: EmbeddingBatch) => readonly T[]) =>
    doubled.map(({ batch, row }) => column(batch)[row]!)
  const dimensions = places.length === 0 ? 0 : places[0]!.batch.vectors.length / places[0]!.batch.count
  const vectors = new Float32Array(doubled.length * dimensions)
  for (const [i, { batch, row }] of doubled.entries()) {
    vectors.set(batch.vectors.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions)
  }
  const batch: EmbeddingBatch = {
    count: doubled.length,
    vectors,
    uniqueId: pick((one) => one.uniqueId),
    timestamp: pick((one) => one.timestamp),
    productId: pick((one) => one.productId),
    gridCell: pick((one) => one.gridCell),
    gridRowU: pick((one) => one.gridRowU),
    gridColR: pick((one) => one.gridColR),
    geometry: pick((one) => one.geometry),
    centreLat: pick((one) => one.centreLat),
    centreLon: pick((one) => one.centreLon),
    utmFootprint: pick((one) => one.utmFootprint),
    utmCrs: pick((one) => one.utmCrs),
    pixelBbox: pick((one) => one.pixelBbox),
  }
  return {
    batch,
    truth: [...new Map(doubled.map(({ truth }) => [truth.uniqueIdPrefix, truth])).values()],
    bbox: [
      Math.min(...pieces.map(({ bbox }) => bbox[0])),
      Math.min(...pieces.map(({ bbox }) => bbox[1])),
      Math.max(...pieces.map(({ bbox }) => bbox[2])),
      Math.max(...pieces.map(({ bbox }) => bbox[3])),
    ],
    hasMultiPolygon: pieces.some((piece) => piece.hasMultiPolygon),
  }
}

interface Place {
  readonly batch: EmbeddingBatch
  readonly row: number
}

function isDuplicate({ batch, row }: Place, duplicates: ReadonlySet<string>): boolean {
  const bbox = batch.pixelBbox[row]
  return bbox?.[0] === 422 && bbox[1] === 422 && duplicates.has(batch.gridCell[row] ?? '')
}

function compareRows(a: Place, b: Place): number {
  const numbers = (column: (batch: EmbeddingBatch) => readonly (number | null)[]) =>
    (column(a.batch)[a.row] ?? 0) - (column(b.batch)[b.row] ?? 0)
  const dates = (a.batch.timestamp[a.row] ?? '').localeCompare(b.batch.timestamp[b.row] ?? '')
  const [boxA, boxB] = [a.batch.pixelBbox[a.row]!, b.batch.pixelBbox[b.row]!]
  return (
    numbers((batch) => batch.gridRowU) ||
    numbers((batch) => batch.gridColR) ||
    dates ||
    boxA[0] - boxB[0] ||
    boxA[1] - boxB[1]
  )
}

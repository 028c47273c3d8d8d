import { searchQuery } from '../../shared/contract.ts'
import type { EmbeddingSet } from '../store/embedding-set.ts'
import { rowPlace } from '../store/set-rows.ts'

/** What the column beside the rows holds. */
const measureNames = {
  cosine: 'cosine similarity, higher is more alike',
  'cosine-centred': 'cosine similarity of mean-centred vectors, higher is more alike',
  l2: 'L2 distance, lower is more alike',
  whitened: 'cosine similarity of whitened vectors, higher is more alike',
} as const

const searchOfAnySet = searchQuery.omit({ setId: true })

/**
 * A search as somebody with the source file can ask it again: examples by what they are, not only by their number, and no
 * id that ends with this process. What is no search keeps its fields.
 */
export function queryRecord(set: EmbeddingSet, query: unknown): unknown {
  const parsed = searchOfAnySet.safeParse(query)
  if (!parsed.success) return withoutSetId(query)
  const { rows, vector, metric, topK, bbox, from, to, onePerCell, excludeExamples } = parsed.data
  const { polygon, cells, onlyRows, where, mergeOverlapping, exact, areas, apartKm, combine } = parsed.data
  const place = {
    ...(bbox && { bbox }),
    ...(polygon && { polygon }),
    ...(from && { from }),
    ...(to && { to }),
    ...(cells && { cells }),
    ...(areas && { areas }),
    ...(where && { where }),
    ...(onlyRows && { only_rows: onlyRows }),
  }
  if (rows.length === 0 && vector === undefined) return { filters: place }
  return {
    examples: rows.map(({ row, weight }) => ({ ...exampleRecord(set, row), weight })),
    ...(vector === undefined ? {} : { vector }),
    ...imageRecord(query),
    metric,
    measure: measureNames[metric],
    ...(combine === 'mean' ? {} : { combine }),
    top_k: topK,
    filters: {
      ...place,
      one_per_cell: onePerCell,
      ...(apartKm && { apart_km: apartKm }),
      ...(mergeOverlapping && { merge_overlapping: true }),
      exclude_examples: excludeExamples,
    },
    ...(exact && { exact }),
  }
}

/** The image that the vector was made of, by the name of its file, and how. */
function imageRecord(query: unknown): { readonly image?: unknown } {
  const { image } = query as { readonly image?: unknown }
  return image === undefined ? {} : { image }
}

function exampleRecord(set: EmbeddingSet, row: number): object {
  if (!(row >= 0 && row < set.table.count)) return { row }
  const { uniqueId, gridCell, productId, timestamp, fragmentRow, fragmentCol } = rowPlace(set, row)
  return {
    unique_id: uniqueId,
    grid_cell: gridCell,
    product_id: productId,
    timestamp,
    fragment_row: fragmentRow,
    fragment_col: fragmentCol,
    row,
  }
}

function withoutSetId(query: unknown): unknown {
  if (typeof query !== 'object' || query === null || Array.isArray(query)) return query
  const { setId: _, ...rest } = query as Record<string, unknown>
  return rest
}

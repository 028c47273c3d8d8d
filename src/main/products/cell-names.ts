import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { parseCellName } from '../grid/grid.ts'

/** Whether the first row with a value in `grid_cell` names a cell as Major TOM's grid does; a table without any may have none yet. */
export async function namesCells(parquet: ParquetFile, signal?: AbortSignal): Promise<boolean> {
  const rowEnd = Math.min(16, parquet.rowCount)
  const cells = (await readColumns(parquet, ['grid_cell'], { rowEnd, signal }))['grid_cell']!
  const first = cells.find((cell) => cell !== null)
  return first === undefined || (typeof first === 'string' && parseCellName(first) !== undefined)
}

// Rows of two sets that show the same ground: joined by what names a fragment, never by raw geometry (docs/geometry.md).

import { EngineError } from '../../../shared/errors.ts'
import type { EvaluatedSet } from '../sets/evaluated-set.ts'

/**
 * `fragment`: grid cell, product, fragment row and column; `place`: the same without the product, for sets of other sensors or dates.
 */
export type JoinKey = 'fragment' | 'place'

export interface JoinedRows {
  /** pairs of rows, in the order of the first set */
  readonly rowsA: Int32Array
  readonly rowsB: Int32Array
  /** rows without a partner */
  readonly onlyA: number
  readonly onlyB: number
  /** rows that repeat the name of an earlier one of their set; the first counts */
  readonly repeatedA: number
  readonly repeatedB: number
}

/**
 * @param needsAll whether rows without a partner are an error
 * @throws EngineError `invalid-input` with the counts when rows have no partner, or partners show other windows of their image
 */
export function joinRows(
  a: EvaluatedSet,
  b: EvaluatedSet,
  { key, needsAll }: { readonly key: JoinKey; readonly needsAll: boolean },
): JoinedRows {
  const [namesA, namesB] = [namesOf(a, key), namesOf(b, key)]
  const rowsA: number[] = []
  const rowsB: number[] = []
  for (const [name, row] of namesA.rows) {
    const other = namesB.rows.get(name)
    if (other === undefined) continue
    rowsA.push(row)
    rowsB.push(other)
  }
  const joined = {
    rowsA: Int32Array.from(rowsA),
    rowsB: Int32Array.from(rowsB),
    onlyA: namesA.rows.size - rowsA.length,
    onlyB: namesB.rows.size - rowsB.length,
    repeatedA: namesA.repeated,
    repeatedB: namesB.repeated,
  }
  requirePartners(a, b, joined, key, needsAll)
  requireSameWindows(a, b, joined)
  return joined
}

interface Names {
  /** name -> row, in the order of the rows */
  readonly rows: ReadonlyMap<string, number>
  readonly repeated: number
}

function namesOf({ name, count, columns, fragments }: EvaluatedSet, key: JoinKey): Names {
  const { gridCell, productId } = columns
  if (gridCell === undefined || (key === 'fragment' && productId === undefined)) {
    const wanted = key === 'fragment' ? 'grid_cell and product_id' : 'grid_cell'
    throw new EngineError(
      'invalid-input',
      `${name}: expected the columns ${wanted} to join rows by, got a file without`,
    )
  }
  const rows = new Map<string, number>()
  let repeated = 0
  for (let row = 0; row < count; row++) {
    const product = key === 'fragment' ? productId![row] : ''
    const text = `${gridCell[row]} ${fragments?.rows[row] ?? 0} ${fragments?.cols[row] ?? 0} ${product}`
    if (rows.has(text)) repeated++
    else rows.set(text, row)
  }
  return { rows, repeated }
}

function requirePartners(
  a: EvaluatedSet,
  b: EvaluatedSet,
  { rowsA, onlyA, onlyB }: JoinedRows,
  key: JoinKey,
  needsAll: boolean,
): void {
  const counts = `${rowsA.length} rows in both, ${onlyA} only in ${a.name}, ${onlyB} only in ${b.name}`
  if (rowsA.length === 0) {
    const remedy = key === 'fragment' ? 'join by place when the products differ' : 'compare sets of the same ground'
    throw new EngineError(
      'invalid-input',
      `${a.name} and ${b.name}: expected rows of the same fragments, got ${counts}; ${remedy}`,
    )
  }
  if (!needsAll || onlyA + onlyB === 0) return
  throw new EngineError(
    'invalid-input',
    `${a.name} and ${b.name}: expected the same fragments in both, got ${counts}; ask for the shared rows alone to compare those`,
  )
}

/** Fragments of other sizes have equal rows and columns and yet show other ground. */
function requireSameWindows(a: EvaluatedSet, b: EvaluatedSet, { rowsA, rowsB }: JoinedRows): void {
  const [windowsA, windowsB] = [a.columns.pixelBbox, b.columns.pixelBbox]
  if (windowsA === undefined || windowsB === undefined) return
  const isOther = (index: number) =>
    [0, 1, 2, 3].some((at) => windowsA[rowsA[index]! * 4 + at] !== windowsB[rowsB[index]! * 4 + at])
  const others = rowsA.reduce((count, _, index) => count + Number(isOther(index)), 0)
  if (others === 0) return
  throw new EngineError(
    'invalid-input',
    `${a.name} and ${b.name}: expected the same pixel windows in joined rows, got ${others} of ${rowsA.length} that differ; compare models with fragments of one size`,
  )
}

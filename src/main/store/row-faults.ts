// Which rows of a set are not what they seem: vectors that cannot be compared, rows that stand there twice, and what columns say of clouds and
// missing pixels.

import type { FaultKind, SetFaults } from '../../shared/contract.ts'
import { kindOf } from '../conditions/condition.ts'
import { countInMask, type RowMask } from '../search/row-mask.ts'
import { breathe } from '../threads/thread-calls.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import type { SearchedSet } from './searched-set.ts'

/** How columns of other writers call the share of clouds and of missing pixels; shares are 0..1 or percent. */
const told: Readonly<Record<'cloud' | 'nodata', RegExp>> = {
  cloud: /^(eo:)?(s2:)?cloud(y|s)?([_ -]?(cover(age)?|fraction|pixel|percentage|prob(ability)?))*$/i,
  nodata: /^(s2:)?no[_ -]?data([_ -]?(fraction|pixel|percentage|share))*$/i,
}
/** Half of a fragment is another picture. */
const TOLD_FROM = { cloud: 0.5, nodata: 0.1 } as const

type RowIdentity = Partial<Pick<EmbeddingSet['columns'], 'uniqueId' | 'lat' | 'lon' | 'timeMs'>>

export interface RowFaults {
  readonly masks: ReadonlyMap<FaultKind, RowMask>
  readonly summary: SetFaults
  /** rows with any fault */
  readonly any: RowMask
}

/** Looks through all rows of a set that is in memory. */
export async function findFaults(
  set: Pick<EmbeddingSet, 'table'> & Pick<SearchedSet, 'columns' | 'columnRuns'>,
  { uniqueId, lat, lon, timeMs }: RowIdentity,
  signal?: AbortSignal,
): Promise<RowFaults> {
  const { table } = set
  const masks = new Map<FaultKind, RowMask>()
  const columns: Partial<Record<FaultKind, { column: string; from: number }>> = {}
  const mask = (kind: FaultKind): RowMask => {
    const made = masks.get(kind) ?? new Uint32Array(Math.ceil(table.count / 32))
    masks.set(kind, made)
    return made
  }
  const unusable = unusableRows(table)
  for (const kind of ['nan', 'zero'] as const) for (const row of unusable[kind]) mark(mask(kind), row)
  if (uniqueId !== undefined) for (const row of repeatedTexts(uniqueId)) mark(mask('repeated-id'), row)
  for (const row of await repeatedVectors(table, [lat, lon, timeMs], signal)) mark(mask('repeated-vector'), row)
  for (const kind of ['cloud', 'nodata'] as const) {
    const column = set.columns.find(({ name, type }) => told[kind].test(name) && kindOf(type) === 'number')?.name
    if (column === undefined) continue
    const { rows, from } = await rowsAbove(set, column, { share: TOLD_FROM[kind], signal })
    columns[kind] = { column, from }
    for (const row of rows) mark(mask(kind), row)
  }
  const any = new Uint32Array(Math.ceil(table.count / 32))
  for (const one of masks.values()) for (let word = 0; word < any.length; word++) any[word]! |= one[word]!
  const kinds: readonly FaultKind[] = ['nan', 'zero', 'repeated-id', 'repeated-vector', 'cloud', 'nodata']
  const isKnown = (kind: FaultKind) =>
    kind === 'cloud' || kind === 'nodata'
      ? columns[kind] !== undefined
      : kind !== 'repeated-id' || uniqueId !== undefined
  const faults = kinds.filter(isKnown).map((kind) => ({
    kind,
    rows: masks.has(kind) ? countInMask(mask(kind)) : 0,
    ...columns[kind],
  }))
  return { masks, any, summary: { faults, rows: countInMask(any) } }
}

const mark = (mask: RowMask, row: number) => {
  mask[row >>> 5]! |= 1 << (row & 31)
}

function unusableRows({ vectors, dimensions, count, inverseNorms }: EmbeddingSet['table']) {
  const [nan, zero]: [number[], number[]] = [[], []]
  for (let row = 0; row < count; row++) {
    if (inverseNorms[row] !== 0) continue
    const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions)
    const isZero = vector.every((value) => value === 0)
    if (isZero) zero.push(row)
    else nan.push(row)
  }
  return { nan, zero }
}

/** Rows whose text an earlier row has. */
function repeatedTexts(texts: readonly (string | null)[]): number[] {
  const seen = new Set<string>()
  return [...texts.keys()].filter((row) => {
    const text = texts[row]
    if (text === null || text === undefined) return false
    const isRepeated = seen.has(text)
    seen.add(text)
    return isRepeated
  })
}

const ROWS_AT_ONCE = 20_000

/** Rows whose vector an earlier row of the same place and time has to the last bit: what looks the same elsewhere, or has not changed, may well have one vector. */
async function repeatedVectors(
  { vectors, dimensions, count, inverseNorms }: EmbeddingSet['table'],
  identity: readonly (Float64Array | undefined)[],
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const isSamePlace = (a: number, b: number) => identity.every((values) => Object.is(values?.[a], values?.[b]))
  const isSame = (a: number, b: number) =>
    isSamePlace(a, b) && isEqual(bits, a * dimensions, b * dimensions, dimensions)
  const bits = new Uint32Array(vectors.buffer, vectors.byteOffset, vectors.length)
  const byHash = new Map<number, number[]>()
  const repeated: number[] = []
  for (let row = 0; row < count; row++) {
    if (row % ROWS_AT_ONCE === 0) {
      signal?.throwIfAborted()
      await breathe()
    }
    if (inverseNorms[row] === 0) continue
    const hash = hashOf(bits, row * dimensions, dimensions)
    const others = byHash.get(hash)
    if (others === undefined) byHash.set(hash, [row])
    else if (others.some((other) => isSame(other, row))) repeated.push(row)
    else others.push(row)
  }
  return repeated
}

/** FNV-1a over words (Fowler, Noll and Vo), with a last mixing. */
function hashOf(bits: Uint32Array, from: number, length: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < from + length; i++) hash = Math.imul(hash ^ bits[i]!, 0x01000193)
  hash ^= hash >>> 15
  return hash >>> 0
}

function isEqual(bits: Uint32Array, a: number, b: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bits[a + i] !== bits[b + i]) return false
  return true
}

/** Rows whose share is at least `share`; a column with values above 1 is in percent. */
async function rowsAbove(
  set: Pick<SearchedSet, 'columnRuns'>,
  column: string,
  { share, signal }: { readonly share: number; readonly signal: AbortSignal | undefined },
): Promise<{ rows: readonly number[]; from: number }> {
  const found: { row: number; value: number }[] = []
  let most = 0
  for await (const run of set.columnRuns([column], signal)) {
    for (let at = 0; at < run.rowCount; at++) {
      const value = Number(run.read(column, at) ?? Number.NaN)
      if (Number.isNaN(value)) continue
      most = Math.max(most, value)
      if (value >= share) found.push({ row: run.rowStart + at, value })
    }
  }
  const from = most > 1 ? 100 * share : share
  return { rows: found.filter(({ value }) => value >= from).map(({ row }) => row), from }
}

// The `depth` nearest codes of a scan, kept by counting distances: where the selection lies in memory, how it starts and what it found.

import type { KernelMemory, Places } from './kernel-memory.ts'

/** u32 fields of a selection, in order; assembly/codes.ts has the same ones as addresses. */
export const field = { depth: 0, level: 1, total: 2, kept: 3, histogram: 4, rows: 5, distances: 6 } as const
const FIELDS = 8

/** A selection has room for this many times its depth before it drops what lies too far. */
export const ROOM = 4

/** Rows and their Hamming distances, nearest first, of equal distances the lower row first. */
export interface NearCodes {
  readonly rows: Uint32Array
  readonly distances: Uint32Array
}

/** Bytes that a selection needs. */
export function selectionBytes(depth: number, dimensions: number): number {
  return 4 * (FIELDS + dimensions + 1 + 2 * ROOM * depth) + 4 * 64
}

/** Starts an empty selection and returns its address. */
export function startSelection(memory: KernelMemory, places: Places, depth: number, dimensions: number): number {
  const state = places.take(4 * FIELDS)
  const histogram = places.take(4 * (dimensions + 1))
  const rows = places.take(4 * ROOM * depth)
  const distances = places.take(4 * ROOM * depth)
  new Uint32Array(memory.buffer, state, FIELDS).set([depth, dimensions + 1, 0, 0, histogram, rows, distances])
  new Uint32Array(memory.buffer, histogram, dimensions + 1).fill(0)
  return state
}

/** What a selection holds, in the order of the scan. */
export function selected(memory: KernelMemory, state: number): NearCodes {
  const fields = new Uint32Array(memory.buffer, state, FIELDS)
  const kept = fields[field.kept]!
  return nearestCodes(
    [
      {
        rows: new Uint32Array(memory.buffer, fields[field.rows], kept),
        distances: new Uint32Array(memory.buffer, fields[field.distances], kept),
      },
    ],
    fields[field.depth]!,
  )
}

/** The `depth` nearest of several selections, by counting distances. */
export function nearestCodes(found: readonly NearCodes[], depth: number): NearCodes {
  const starts = startsOfDistances(found)
  const total = starts.at(-1)!
  const rows = new Uint32Array(total)
  const distances = new Uint32Array(total)
  const next = starts.slice()
  for (const each of found) {
    for (let i = 0; i < each.rows.length; i++) {
      const place = next[each.distances[i]!]!++
      rows[place] = each.rows[i]!
      distances[place] = each.distances[i]!
    }
  }
  for (let d = 0; d + 1 < starts.length; d++) {
    if (starts[d]! >= depth) break
    if (starts[d + 1]! - starts[d]! > 1) rows.subarray(starts[d], starts[d + 1]).sort()
  }
  return { rows: rows.slice(0, depth), distances: distances.slice(0, depth) }
}

/** Place of the first row of each distance in the sorted list, and the number of rows. */
function startsOfDistances(found: readonly NearCodes[]): Uint32Array {
  let farthest = 0
  for (const { distances } of found) for (const distance of distances) if (distance > farthest) farthest = distance
  const starts = new Uint32Array(farthest + 2)
  for (const { distances } of found) for (const distance of distances) starts[distance + 1]!++
  for (let d = 0; d <= farthest; d++) starts[d + 1]! += starts[d]!
  return starts
}

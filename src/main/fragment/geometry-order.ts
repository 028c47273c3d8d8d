// Major TOM's published files give fragment (r, c) the footprint of column r, row c (major-tom.md, surprise 1).
// Which order a file has shows in any cell with two or more fragments off the diagonal: whether going down in pixels
// goes south on the ground (true), or going right does (as released).

import type { GeometryOrder } from '../../shared/terms.ts'

/** What telling the order needs of a set. */
export interface OrderedSet {
  readonly provenance: { readonly geometry?: GeometryOrder | undefined } | undefined
  readonly columns: {
    /** four values a row, -1 when unknown */
    readonly pixelBbox: Int32Array | undefined
    /** degrees, NaN when unknown */
    readonly lat: Float64Array
    readonly lon: Float64Array
  }
  readonly cells: { readonly cells: readonly { readonly rows: readonly number[] }[] }
}

export type GeometryOrderTold = 'true' | 'as-released' | 'unknown'

const CELLS_LOOKED_AT = 400
/** One reading must explain the places this much better than the other before its vote counts. */
const CLEAR_MARGIN = 0.2

/** From the provenance if the file says so, else by a vote of its cells; `unknown` when no cell can tell. */
export function geometryOrder(set: OrderedSet): GeometryOrderTold {
  const said = set.provenance?.geometry
  if (said !== undefined) return said
  if (set.columns.pixelBbox === undefined) return 'unknown'
  let votes = 0
  let looked = 0
  for (const cell of set.cells.cells) {
    const vote = voteOfCell(set, cell.rows)
    if (vote === 0) continue
    votes += vote
    if (++looked >= CELLS_LOOKED_AT) break
  }
  if (votes === 0) return 'unknown'
  return votes > 0 ? 'true' : 'as-released'
}

/** 1 when the cell's rows fit the true order, -1 when they fit the released one, 0 when they cannot tell. */
function voteOfCell(set: OrderedSet, rows: readonly number[]): -1 | 0 | 1 {
  const { pixelBbox, lat, lon } = set.columns
  const offDiagonal = rows.filter((row) => {
    return pixelBbox![row * 4]! !== pixelBbox![row * 4 + 1]! && !Number.isNaN(lat[row]!) && !Number.isNaN(lon[row]!)
  })
  if (offDiagonal.length < 2) return 0
  const scale = Math.cos((lat[offDiagonal[0]!]! * Math.PI) / 180)
  const origin = offDiagonal[0]!
  let asTrue = 0
  let asReleased = 0
  for (const row of offDiagonal) {
    const down = pixelBbox![row * 4]! - pixelBbox![origin * 4]!
    const right = pixelBbox![row * 4 + 1]! - pixelBbox![origin * 4 + 1]!
    const south = lat[origin]! - lat[row]!
    const east = wrapped(lon[row]! - lon[origin]!) * scale
    asTrue += down * south + right * east
    asReleased += right * south + down * east
  }
  const larger = Math.max(Math.abs(asTrue), Math.abs(asReleased))
  if (Math.abs(asTrue - asReleased) <= CLEAR_MARGIN * larger) return 0
  return asTrue > asReleased ? 1 : -1
}

function wrapped(degrees: number): number {
  if (degrees > 180) return degrees - 360
  return degrees < -180 ? degrees + 360 : degrees
}

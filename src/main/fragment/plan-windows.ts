// Which pixels to read together: as many fragments as fit into a given memory, in their order, so that an image of any size
// can be embedded. A window overlaps the next one where their fragments do.

import type { PixelWindow } from '../raster/raster.ts'
import type { Fragment } from './plan-fragments.ts'

/** Rows of fragments `[first, end)` of an image. */
export interface FragmentRows {
  readonly first: number
  readonly end: number
}

export interface FragmentWindow {
  readonly fragments: readonly Fragment[]
  /** holds all pixels of the fragments */
  readonly window: PixelWindow
  /** the part of it that no other window owns; the owned parts together are the image */
  readonly owned: PixelWindow
}

/**
 * Windows in the order of their fragments: whole rows of fragments, several where they fit, a part of one where it does not.
 * @param fragments of one image, row-major, as `fragmentsOf` gives them
 * @param mostPixels of a window; one fragment is always read whole
 * @param fragmentRows `[first, end)` to plan alone; plans of consecutive rows together own the image as the whole plan does
 */
export function planWindows(
  image: { readonly width: number; readonly height: number },
  fragments: readonly Fragment[],
  { mostPixels, fragmentRows }: { readonly mostPixels: number; readonly fragmentRows?: FragmentRows | undefined },
): FragmentWindow[] {
  const rows = offsetsOf(fragments, 'fragmentRow')
  const cols = offsetsOf(fragments, 'fragmentCol')
  const size = fragments[0] === undefined ? 0 : fragments[0].pixelBbox[2] - fragments[0].pixelBbox[0]
  const rowSpans = spansOf(rows, { size, limit: image.height, most: mostPixels / image.width, only: fragmentRows })
  const isFullWidth = size * image.width <= mostPixels
  const colSpans = spansOf(cols, { size, limit: image.width, most: isFullWidth ? image.width : mostPixels / size })
  return rowSpans.flatMap((down) =>
    colSpans.map((across) => ({
      fragments: rows.slice(down.first, down.end).flatMap((_, row) => {
        const start = (down.first + row) * cols.length
        return fragments.slice(start + across.first, start + across.end)
      }),
      window: { row0: down.from, row1: down.to, col0: across.from, col1: across.to },
      owned: { row0: down.from, row1: down.ownedTo, col0: across.from, col1: across.ownedTo },
    })),
  )
}

/** Fragments `[first, end)` along one axis and the pixels `[from, to)` that hold them. */
interface Span {
  readonly first: number
  readonly end: number
  readonly from: number
  readonly to: number
  readonly ownedTo: number
}

interface SpanLimits {
  readonly size: number
  readonly limit: number
  readonly most: number
  readonly only?: FragmentRows | undefined
}

/** Consecutive fragments along one axis in spans of at most `most` pixels, one at least. */
function spansOf(
  offsets: readonly number[],
  { size, limit, most, only = { first: 0, end: offsets.length } }: SpanLimits,
): Span[] {
  const spans: Span[] = []
  for (let first = only.first; first < only.end; ) {
    let span = spanOf(offsets, { first, end: first + 1, size, limit })
    for (let end = first + 2; end <= only.end; end++) {
      const longer = spanOf(offsets, { first, end, size, limit })
      if (longer.to - longer.from > most) break
      span = longer
    }
    spans.push(span)
    first = span.end
  }
  return spans
}

function spanOf(
  offsets: readonly number[],
  { first, end, size, limit }: { first: number; end: number; size: number; limit: number },
): Span {
  const from = offsets[first] as number
  const ownedTo = offsets[end] ?? limit
  return { first, end, from, to: Math.max(ownedTo, (offsets[end - 1] as number) + size), ownedTo }
}

/** First pixels of the fragments along one axis. */
function offsetsOf(fragments: readonly Fragment[], axis: 'fragmentRow' | 'fragmentCol'): number[] {
  const offsets: number[] = []
  for (const fragment of fragments) offsets[fragment[axis]] = fragment.pixelBbox[axis === 'fragmentRow' ? 0 : 1]
  return offsets
}

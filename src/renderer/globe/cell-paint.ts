// Values of cells as colours.

import { rgb } from 'd3-color'

export type CellPaint =
  | {
      readonly kind: 'ramp'
      /** `#rrggbb` in even steps from `low` to `high` */
      readonly colours: readonly string[]
      readonly low: number
      readonly high: number
      /** what is less is not shown */
      readonly least?: number | undefined
    }
  | {
      readonly kind: 'categories'
      /** `#rrggbb` of each; a value is an index */
      readonly colours: readonly string[]
      readonly hidden: readonly number[]
    }

const STEPS = 256

/**
 * Paints values, one a texel.
 * @param values NaN for texels without a cell
 * @returns RGBA; alpha 0 where nothing is shown
 */
export function paintCells(values: Float32Array, paint: CellPaint): Uint8Array {
  const rgba = new Uint8Array(4 * values.length)
  const colourOf = paint.kind === 'ramp' ? alongRamp(paint) : byCategory(paint)
  for (let texel = 0; texel < values.length; texel++) {
    const value = values[texel]!
    const colour = Number.isNaN(value) ? -1 : colourOf(value)
    if (colour < 0) continue
    rgba[4 * texel] = colour >> 16
    rgba[4 * texel + 1] = (colour >> 8) & 255
    rgba[4 * texel + 2] = colour & 255
    rgba[4 * texel + 3] = 255
  }
  return rgba
}

/** The colour of a value as 0xrrggbb; -1 where it is not shown. */
type ColourOf = (value: number) => number

function alongRamp({ colours, low, high, least }: Extract<CellPaint, { kind: 'ramp' }>): ColourOf {
  const stops = colours.map(hexNumber)
  const table = Int32Array.from({ length: STEPS }, (_, step) => between(stops, step / (STEPS - 1)))
  const scale = high > low ? (STEPS - 1) / (high - low) : 0
  // one value alone is as bright as it gets
  const start = high > low ? 0 : STEPS - 1
  return (value) => {
    if (least !== undefined && value < least) return -1
    const step = start + Math.round((value - low) * scale)
    return table[step < 0 ? 0 : step >= STEPS ? STEPS - 1 : step]!
  }
}

function byCategory({ colours, hidden }: Extract<CellPaint, { kind: 'categories' }>): ColourOf {
  const shown = colours.map((colour, index) => (hidden.includes(index) ? -1 : hexNumber(colour)))
  return (value) => shown[value] ?? -1
}

function hexNumber(colour: string): number {
  const { r, g, b } = rgb(colour)
  return (r << 16) | (g << 8) | b
}

/** @param share 0..1 along the stops */
function between(stops: readonly number[], share: number): number {
  const at = share * (stops.length - 1)
  const below = Math.min(Math.floor(at), stops.length - 2)
  const [from, to] = [stops[below] ?? stops[0]!, stops[below + 1] ?? stops[0]!]
  const channel = (shift: number) => {
    const [a, b] = [(from >> shift) & 255, (to >> shift) & 255]
    return Math.round(a + (b - a) * (at - below)) << shift
  }
  return channel(16) | channel(8) | channel(0)
}

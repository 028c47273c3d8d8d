// Colours for values. Those of d3-scale-chromatic are cividis (Nunez, Anderton and Renslow 2018), matplotlib's viridis and magma, and
// ColorBrewer's (Cynthia Brewer); Okabe and Ito's categories are their own (jfly.uni-koeln.de/color), those of Tol his (SRON/EPS/TN/09-002).

import { rgb } from 'd3-color'
import {
  interpolateBlues,
  interpolateBrBG,
  interpolateCividis,
  interpolateMagma,
  interpolatePuOr,
  interpolateRdBu,
  interpolateViridis,
  interpolateYlGnBu,
  schemePaired,
} from 'd3-scale-chromatic'

export type PaletteKind = 'sequential' | 'diverging' | 'categories'

export interface Palette {
  readonly id: string
  readonly name: string
  readonly kind: PaletteKind
  /** `#rrggbb`; even steps of a ramp, or one a category */
  readonly colours: readonly string[]
}

/** enough that straight lines between them are not seen */
const STOPS = 33

function ramp(kind: 'sequential' | 'diverging', name: string, at: (share: number) => string): Palette {
  const colours = Array.from({ length: STOPS }, (_, stop) => rgb(at(stop / (STOPS - 1))).formatHex())
  return { id: name.toLowerCase().replaceAll(' ', '-'), name, kind, colours }
}

/** All can be told apart with red-green colour blindness, but for Paired, whose pairs can. */
export const palettes: readonly Palette[] = [
  ramp('sequential', 'Cividis', interpolateCividis),
  ramp('sequential', 'Viridis', interpolateViridis),
  ramp('sequential', 'Magma', interpolateMagma),
  ramp('sequential', 'Yellow to blue', (share) => interpolateYlGnBu(share)),
  ramp('sequential', 'Blues', (share) => interpolateBlues(share)),
  ramp('diverging', 'Red to blue', interpolateRdBu),
  ramp('diverging', 'Orange to purple', (share) => interpolatePuOr(1 - share)),
  ramp('diverging', 'Brown to green', interpolateBrBG),
  {
    id: 'okabe-ito',
    name: 'Okabe and Ito',
    kind: 'categories',
    colours: ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7'],
  },
  {
    id: 'tol-light',
    name: 'Tol light',
    kind: 'categories',
    colours: ['#77aadd', '#ee8866', '#eedd88', '#ffaabb', '#99ddff', '#44bb99', '#bbcc33', '#aaaa00'],
  },
  { id: 'paired', name: 'Paired', kind: 'categories', colours: schemePaired },
]

/** What has no colour of its own. */
export const restColour = '#8a93a3'

export function paletteOf(id: string): Palette {
  return palettes.find((palette) => palette.id === id) ?? palettes[0]!
}

/** @returns its colours from the first value to the last */
export function paletteColours(id: string, isReversed: boolean): readonly string[] {
  const { colours } = paletteOf(id)
  return isReversed ? colours.toReversed() : colours
}

export function paletteGradient(id: string, isReversed: boolean): string {
  const { kind } = paletteOf(id)
  const colours = paletteColours(id, isReversed)
  if (kind !== 'categories') return `linear-gradient(to right, ${colours.join(', ')})`
  const share = 100 / colours.length
  return `linear-gradient(to right, ${colours.map((colour, at) => `${colour} ${at * share}% ${(at + 1) * share}%`).join(', ')})`
}

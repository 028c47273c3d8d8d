// Colours of the map, light and dark. The chrome around it takes its own from the style sheet.

import type { ExpressionSpecification } from 'maplibre-gl'
import type { GlobeTheme } from './globe-scene.ts'

export type ZoomedColour = string | ExpressionSpecification

export interface MapColours {
  readonly space: string
  readonly ocean: string
  readonly land: string
  readonly coast: string
  readonly border: string
  readonly graticule: string
  readonly name: ZoomedColour
  readonly nameHalo: ZoomedColour
  /** for the name of the selected cell, which is read on land or on the colour of its texel */
  readonly cellName: string
  readonly cellNameHalo: string
  readonly seaName: string
  /** what the user chose on the map */
  readonly chosen: string
  /** dark outside and light inside: marks read on every layer in both themes */
  readonly markHalo: string
  readonly markCore: string
  readonly footprint: string
  readonly footprintHalo: string
  readonly footprintHover: string
}

const marks = { markHalo: 'rgba(5, 9, 16, 0.9)', markCore: '#ffffff' }

const names = (name: string, nameHalo: string) => ({ name, nameHalo, cellName: name, cellNameHalo: nameHalo })

const mapColours: Readonly<Record<GlobeTheme, MapColours>> = {
  dark: {
    ...marks,
    space: '#070b13',
    ocean: '#0c1626',
    land: '#182334',
    coast: 'rgba(190, 207, 233, 0.62)',
    border: 'rgba(170, 190, 222, 0.30)',
    graticule: 'rgba(150, 175, 215, 0.11)',
    ...names('#eef3fa', 'rgba(7, 11, 19, 0.82)'),
    seaName: '#7f92b3',
    chosen: '#ffb224',
    footprint: 'rgba(240, 245, 252, 0.85)',
    footprintHalo: 'rgba(5, 9, 16, 0.6)',
    footprintHover: 'rgba(240, 245, 252, 0.24)',
  },
  light: {
    ...marks,
    space: '#dfe6ef',
    ocean: '#cdd8e6',
    land: '#e7ebf1',
    coast: 'rgba(52, 70, 100, 0.60)',
    border: 'rgba(60, 78, 108, 0.34)',
    graticule: 'rgba(50, 75, 115, 0.12)',
    ...names('#17202e', 'rgba(255, 255, 255, 0.86)'),
    seaName: '#566a8a',
    chosen: '#ffa814',
    footprint: 'rgba(255, 255, 255, 0.95)',
    footprintHalo: 'rgba(15, 22, 36, 0.6)',
    footprintHover: 'rgba(15, 22, 36, 0.22)',
  },
}

/** From here on a sparse cell map has opened up and names stand on the ground between its cells. */
const cellsApartZoom = 4

/**
 * Colours for a theme. While a cell map covers the land, names on it are light with a dark halo in both themes, as the marks are;
 * over bare land they are those of the theme.
 */
export function coloursOf(theme: GlobeTheme, overCellMap: boolean): MapColours {
  const colours = mapColours[theme]
  if (!overCellMap || theme === 'dark') return colours
  const { name, nameHalo } = mapColours.dark
  return {
    ...colours,
    name: ['step', ['zoom'], name, cellsApartZoom, colours.name],
    nameHalo: ['step', ['zoom'], nameHalo, cellsApartZoom, colours.nameHalo],
  }
}

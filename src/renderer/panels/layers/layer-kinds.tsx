// What the screen says of each kind of layer, once: the list, the legend and the globe read the same table. Another kind of values is
// another entry of `sources` and of `LayerSource` (state/layers.ts).

import type { ComponentType } from 'react'
import type { SetMap } from '../../../shared/contract.ts'
import type { CellPaint } from '../../globe/cell-paint.ts'
import type { GlobeMap } from '../../globe/globe-scene.ts'
import { paletteColours, restColour } from '../../globe/palettes.ts'
import type { CellsLayer, LayerSource, LayerStyle, ValuesLayer } from '../../state/layers.ts'
import { ColumnSettings } from './ColumnSettings.tsx'
import { FieldSettings } from './FieldSettings.tsx'

interface SourceKind<Source extends LayerSource> {
  title(source: Source): string
  /** what one value of a cell is, in a word or two */
  note(source: Source, layer: ValuesLayer): string
  /** controls of its card beside those of every layer */
  readonly Settings?: ComponentType<{ readonly layer: ValuesLayer }>
}

type Sources = { readonly [K in LayerSource['kind']]: SourceKind<Extract<LayerSource, { kind: K }>> }

const reductions = { number: 'mean of a cell', date: 'latest of a cell', category: 'most frequent' } as const

const sources: Sources = {
  column: {
    title: ({ column }) => column,
    note: (_, { values: { values } }) => reductions[values.kind],
    Settings: ColumnSettings,
  },
  field: {
    title: ({ metric }) => (metric === 'l2' ? 'Nearness' : 'Similarity'),
    note: ({ reduction }) => (reduction === 'max' ? 'best of a cell' : 'mean of a cell'),
    Settings: FieldSettings,
  },
  probe: {
    title: ({ className }) => (className === undefined ? 'Classes' : `Probability of ${className}`),
    note: ({ className }) => (className === undefined ? 'most probable' : 'mean of a cell'),
  },
}

const kindOf = <Source extends LayerSource>({ kind }: Source) => sources[kind] as unknown as SourceKind<Source>

export function titleOf(layer: CellsLayer): string {
  return layer.kind === 'pca' ? 'PCA → RGB' : kindOf(layer.source).title(layer.source)
}

export function noteOf(layer: CellsLayer): string {
  return layer.kind === 'pca' ? 'central fragments' : kindOf(layer.source).note(layer.source, layer)
}

export function settingsOf(layer: CellsLayer): ComponentType<{ readonly layer: ValuesLayer }> | undefined {
  return layer.kind === 'pca' ? undefined : kindOf(layer.source).Settings
}

/** The texture of a layer; undefined for a PCA map that has not come. */
export function globeMapOf(layer: CellsLayer, map: SetMap | undefined): GlobeMap | undefined {
  const { id, shown: visible, opacity } = layer
  if (layer.kind === 'values') {
    const { url, width, height, bbox, cellsOfRow } = layer.values
    return { id, url, width, height, bbox, cellsOfRow, visible, opacity, paint: paintOf(layer) }
  }
  if (map === undefined) return undefined
  const { url, width, height, bbox, cellsOfRow } = map
  return { id, url, width, height, bbox, cellsOfRow, visible, opacity }
}

export function paintOf({ values: { values }, style }: Pick<ValuesLayer, 'values' | 'style'>): CellPaint {
  if (values.kind === 'category') {
    return { kind: 'categories', colours: categoryColours(values.categories.length, style), hidden: style.hidden }
  }
  const [low, high] = style.range ?? values.middle
  return { kind: 'ramp', colours: paletteColours(style.palette, style.isReversed), low, high, least: style.least }
}

/** A colour for each of the most frequent; the rest are alike. */
export function categoryColours(count: number, { palette, isReversed, colours: own }: LayerStyle): readonly string[] {
  const colours = own ?? paletteColours(palette, isReversed)
  return Array.from({ length: count }, (_, index) => colours[index] ?? restColour)
}

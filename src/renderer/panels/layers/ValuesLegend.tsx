// What the colours of a layer of values are.

import { paletteGradient } from '../../globe/palettes.ts'
import type { ValuesLayer } from '../../state/layers.ts'
import { useApp } from '../../state/use-app.ts'
import { countOf, countText } from '../wording.ts'
import { categoryColours, noteOf, titleOf } from './layer-kinds.tsx'
import { valueText } from './value-text.ts'

export function ValuesLegend({ layer }: { readonly layer: ValuesLayer }) {
  const { values, cellCount, missingRows } = layer.values
  return (
    <div className="legend-layer">
      <div className="legend-title">
        <strong>{titleOf(layer)}</strong>
        <span>{noteOf(layer)}</span>
      </div>
      {values.kind === 'category' ? <Categories layer={layer} /> : <Ramp layer={layer} />}
      <p className="legend-note">
        <span>{countOf(cellCount, 'cell')}</span>
        {missingRows > 0 && <span>{countOf(missingRows, 'row')} without</span>}
      </p>
    </div>
  )
}

function Ramp({ layer }: { readonly layer: ValuesLayer }) {
  const { values } = layer.values
  if (values.kind === 'category') return null
  const [low, high] = layer.style.range ?? values.middle
  // three dates do not fit beside each other
  const ends = low === high ? [low] : values.kind === 'date' ? [low, high] : [low, (low + high) / 2, high]
  return (
    <div className="legend-similarity">
      <i style={{ background: paletteGradient(layer.style.palette, layer.style.isReversed) }} />
      <p className="legend-ticks">
        {ends.map((value) => (
          <span key={value}>{valueText(values.kind, value, high - low)}</span>
        ))}
      </p>
    </div>
  )
}

/** A click on one takes it off the globe or puts it back. */
function Categories({ layer }: { readonly layer: ValuesLayer }) {
  const { layers } = useApp()
  const { values } = layer.values
  if (values.kind !== 'category') return null
  const { hidden } = layer.style
  const colours = categoryColours(values.categories.length, layer.style)
  return (
    <ul className="legend-categories">
      {values.categories.map(({ name, rows, cells }, index) => {
        const isHidden = hidden.includes(index)
        return (
          <li key={name}>
            <button
              type="button"
              aria-pressed={!isHidden}
              title={`${countOf(rows, 'fragment')}, most frequent in ${countOf(cells, 'cell')}`}
              onClick={() =>
                layers.setStyle(layer.id, {
                  hidden: isHidden ? hidden.filter((other) => other !== index) : [...hidden, index],
                })
              }
            >
              <i style={{ background: isHidden ? 'transparent' : colours[index], borderColor: colours[index] }} />
              <span className="truncate">{name}</span>
              <span>{countText(rows)}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

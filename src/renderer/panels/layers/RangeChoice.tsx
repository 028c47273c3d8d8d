// The values at both ends of the palette, above how the cells lie between the least and the greatest.

import { Slider as AriaSlider, Label, SliderThumb, SliderTrack } from 'react-aria-components'
import { Button } from '../../controls/Button.tsx'
import { paletteGradient } from '../../globe/palettes.ts'
import type { ValuesLayer } from '../../state/layers.ts'
import { useApp } from '../../state/use-app.ts'
import { valueText } from './value-text.ts'

export function RangeChoice({ layer }: { readonly layer: ValuesLayer }) {
  const { layers } = useApp()
  const { values } = layer.values
  if (values.kind === 'category' || !(values.high > values.low)) return null
  const { low, high, middle, histogram } = values
  const range = layer.style.range ?? middle
  const set = (next: readonly [number, number] | undefined) => layers.setStyle(layer.id, { range: next })
  return (
    <div className="range-choice">
      <Histogram counts={histogram} />
      <AriaSlider
        key={range.join()}
        className="range-slider"
        defaultValue={[...range]}
        minValue={low}
        maxValue={high}
        step={(high - low) / 200}
        onChangeEnd={(next) => {
          const [from, to] = next as number[]
          if (from !== undefined && to !== undefined && to > from) set([from, to])
        }}
      >
        <Label className="visually-hidden">Range of the colours</Label>
        <SliderTrack className="range-track">
          <i
            className="range-fill"
            style={{
              left: `${(100 * (range[0] - low)) / (high - low)}%`,
              right: `${(100 * (high - range[1])) / (high - low)}%`,
              background: paletteGradient(layer.style.palette, layer.style.isReversed),
            }}
          />
          <SliderThumb index={0} className="slider-thumb" aria-label="Value of the first colour" />
          <SliderThumb index={1} className="slider-thumb" aria-label="Value of the last colour" />
        </SliderTrack>
      </AriaSlider>
      <div className="row range-texts">
        <span className="grow faint">
          {valueText(values.kind, range[0], high - low)} to {valueText(values.kind, range[1], high - low)}
        </span>
        {layer.style.range !== undefined && (
          <Button look="quiet" onPress={() => set(undefined)}>
            Reset
          </Button>
        )}
      </div>
    </div>
  )
}

function Histogram({ counts }: { readonly counts: readonly number[] }) {
  const most = Math.max(...counts, 1)
  return (
    <svg className="histogram" viewBox={`0 0 ${counts.length} 24`} preserveAspectRatio="none" aria-hidden="true">
      {counts.map((count, at) => {
        // few beside many must still be seen
        const height = count === 0 ? 0 : Math.max(1, 24 * Math.sqrt(count / most))
        // biome-ignore lint/suspicious/noArrayIndexKey: the bins have no other name than their place
        return <rect key={at} x={at} y={24 - height} width={0.9} height={height} />
      })}
    </svg>
  )
}

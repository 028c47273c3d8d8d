// The threshold of a score field, and what lies above it.

import { Button } from '../../controls/Button.tsx'
import { Select } from '../../controls/Select.tsx'
import { Slider } from '../../controls/Slider.tsx'
import type { ValuesLayer } from '../../state/layers.ts'
import { type FieldReduction, scoreAt, shareOf } from '../../state/score-field.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { areaText, countOf, likenessText, signedText } from '../wording.ts'

const reductions: readonly { id: FieldReduction; label: string }[] = [
  { id: 'max', label: 'Best' },
  { id: 'mean', label: 'Mean' },
]
const units = [
  { id: 'score', label: 'Score' },
  { id: 'percentile', label: 'Percentile' },
] as const

export function FieldSettings({ layer }: { readonly layer: ValuesLayer }) {
  const { scoreField } = useApp()
  const byPercentile = useAppState((state) => state.scoreField.byPercentile)
  const matches = useAppState((state) => state.scoreField.matches)
  if (layer.source.kind !== 'field') return null
  const { quantiles, metric, reduction } = layer.source
  const { least } = layer.style
  const [lowest, highest] = [quantiles[0] ?? 0, quantiles.at(-1) ?? 1]
  const share = least === undefined ? 0 : shareOf(quantiles, least)
  const isCurrent = matches?.layerId === layer.values.layerId && matches.least === least
  const scale = byPercentile
    ? { value: share, min: 0, max: 1, step: 0.001 }
    : { value: least ?? lowest, min: lowest, max: highest, step: (highest - lowest) / 1000 || 1 }
  const scoreOf = (value: number) => {
    if (value <= scale.min) return undefined
    return byPercentile ? scoreAt(quantiles, value) : value
  }
  return (
    <>
      <Select
        label="Value of a cell"
        value={reduction}
        options={reductions}
        onChange={(next) => void scoreField.make(next)}
      />
      <Select
        label="Threshold in"
        value={byPercentile ? 'percentile' : 'score'}
        options={units}
        onChange={(unit) => scoreField.setByPercentile(unit === 'percentile')}
      />
      <Slider
        label="At least"
        {...scale}
        format={byPercentile ? { style: 'percent', minimumFractionDigits: 1 } : { minimumFractionDigits: 3 }}
        onChange={(value) => scoreField.moveThreshold(scoreOf(value))}
        onEnd={(value) => void scoreField.setThreshold(scoreOf(value))}
      />
      {least !== undefined && (
        <div className="row range-texts" role="status" aria-label="Above the threshold">
          <span className="grow faint">
            {isCurrent && matches !== undefined
              ? `${countOf(matches.rows, 'fragment')} in ${countOf(matches.cells, 'cell')}, ${areaText(matches.areaKm2)}`
              : 'Measuring the ground above it'}
            <br />
            {byPercentile
              ? `from ${metric === 'l2' ? `distance ${signedText(-least, 3)}` : likenessText({ similarity: least })}`
              : `the upper ${signedText(100 * (1 - share), 1)} % of the fragments`}
          </span>
          <Button look="quiet" onPress={() => void scoreField.setThreshold(undefined)}>
            Reset
          </Button>
        </div>
      )}
    </>
  )
}

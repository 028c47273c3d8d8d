// What the colours and marks on the map are, of how many. Lies on the map.

import type { ReactNode } from 'react'
import { rampColour, rampGradient, type SimilarityRange } from './similarity-ramp.ts'
import { tickTexts } from './ticks.ts'

export interface LegendProps {
  /** absent: the set has no map, or it is switched off */
  readonly map?:
    | {
        readonly cellCount: number
        /** fraction 0..1 of the variance, per component */
        readonly explainedVariance: readonly number[]
        /** values below and above are shown as 0 and 255 */
        readonly percentiles?: readonly [low: number, high: number]
      }
    | undefined
  readonly examples: number
  readonly hits: number
  /** of the results with a place; the nearest distance is the brightest, as the highest similarity */
  readonly likeness?: (SimilarityRange & { readonly measure: 'similarity' | 'distance' }) | undefined
  readonly synthetic: boolean
  /** keys of the maps of values that are shown, topmost first */
  readonly values?: readonly ReactNode[]
}

const channels = [
  { name: 'red', colour: '#e0533d' },
  { name: 'green', colour: '#3fa45b' },
  { name: 'blue', colour: '#3f7fe0' },
] as const

export function Legend({ map, examples, hits, likeness, synthetic, values = [] }: LegendProps) {
  if (!map && examples + hits + values.length === 0) return null
  return (
    <section className="legend" aria-label="Legend">
      {values}
      {map && <MapKey {...map} synthetic={synthetic} />}
      {examples + hits > 0 && (
        <p className="legend-counts">
          {examples > 0 && <MarkKey shape="example" count={examples} />}
          {hits > 0 && <MarkKey shape="result" count={hits} />}
        </p>
      )}
      {hits > 0 && likeness && <LikenessKey {...likeness} examples={examples} />}
    </section>
  )
}

function MapKey({
  cellCount,
  explainedVariance,
  percentiles,
  synthetic,
}: NonNullable<LegendProps['map']> & Pick<LegendProps, 'synthetic'>) {
  return (
    <>
      <div className="legend-title">
        <strong>PCA → RGB</strong>
        {synthetic && <span className="legend-synthetic">synthetic</span>}
      </div>
      <p className="legend-sentence">Like colours, like embeddings. These are false colours.</p>
      <ul className="legend-components" title={stretchText(percentiles)}>
        {channels.map(({ name, colour }, index) => (
          <li key={name} title={`Principal component ${index + 1} is shown as ${name}`}>
            <i style={{ background: `linear-gradient(to right, #10151f, ${colour})` }} />
            {shareText(explainedVariance[index])}
          </li>
        ))}
      </ul>
      <p className="legend-note">
        <span>of the variance</span>
        <span>{counted(cellCount, 'cell')}</span>
      </p>
      {cellCount <= fewCells && <p className="legend-sentence">A diamond stands for cells too small to see.</p>}
    </>
  )
}

/** Sets that may be marked with diamonds, see layers/set-clusters.ts. */
const fewCells = 100

function stretchText(percentiles: readonly [low: number, high: number] | undefined): string | undefined {
  return percentiles && `Dark to bright is percentile ${percentiles[0]} to ${percentiles[1]} of the cells`
}

function LikenessKey({
  measure,
  examples,
  lowest,
  highest,
}: NonNullable<LegendProps['likeness']> & { examples: number }) {
  const ticks = tickTexts(lowest, highest)
  const to = examples === 1 ? 'the example' : 'the query'
  return (
    <div className="legend-similarity">
      <p className="legend-sentence">
        {measure === 'distance'
          ? `Rings: L2 distance to ${to}, yellow is nearest.`
          : `Rings: similarity to ${to}, yellow is most alike.`}
      </p>
      <i style={{ background: ticks.length === 1 ? rampColour(1) : rampGradients[measure] }} />
      <p className="legend-ticks">
        {ticks.map((tick) => (
          <span key={tick}>{tick}</span>
        ))}
      </p>
    </div>
  )
}

const rampGradients = { similarity: rampGradient('right'), distance: rampGradient('left') } as const

/** @param fraction of the variance, 0..1; two cells have one component, three have two */
function shareText(fraction: number | undefined): string {
  if (fraction === undefined || !(fraction > 1e-6)) return 'none'
  return `${(fraction * 100).toFixed(fraction < 0.1 ? 1 : 0)} %`
}

function MarkKey({ shape, count }: { readonly shape: 'example' | 'result'; readonly count: number }) {
  return (
    <span className="legend-mark">
      <svg viewBox="0 0 13 13" aria-hidden="true">
        {shape === 'example' ? (
          <rect x="2" y="2" width="9" height="9" fill="#ffb224" stroke="#050910" strokeWidth="1.2" />
        ) : (
          <>
            <circle cx="6.5" cy="6.5" r="4.2" fill="none" stroke="#050910" strokeWidth="4.4" />
            <circle cx="6.5" cy="6.5" r="4.2" fill="none" stroke={rampColour(1)} strokeWidth="2" />
          </>
        )}
      </svg>
      <b>{counted(count, shape)}</b>
    </span>
  )
}

const counted = (count: number, noun: string) => `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`

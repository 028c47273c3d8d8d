// The legend on the map: what the colours mean, of how many.

import type { SetMap } from '../../../shared/contract.ts'
import { currentSet } from '../../state/sets.ts'
import { useAppState } from '../../state/use-app.ts'
import { countOf, countText, similarityText } from '../wording.ts'

export function Legend() {
  const map = useAppState((state) => (state.layers.map ? state.sets.map : undefined))
  const hits = useAppState((state) => (state.layers.results ? state.search.answer?.hits : undefined))
  const examples = useAppState((state) => state.search.examples.length)
  const set = useAppState(currentSet)
  const isLoading = useAppState((state) => state.layers.map && state.sets.map === undefined)
  const hasHits = hits !== undefined && hits.length > 0
  if (set === undefined || (map === undefined && !hasHits && !isLoading)) return null
  return (
    <section className="legend" aria-label="Legend">
      {hasHits && (
        <>
          <div className="section-head">
            <h2 className="strong">Similarity to query</h2>
            <span className="faint">{set.synthetic && map === undefined ? 'synthetic' : ''}</span>
          </div>
          <div className="ramp" />
          <div className="legend-ticks faint">
            <span>{similarityText(hits.at(-1)?.similarity ?? 0)}</span>
            <span>{similarityText(hits[0]?.similarity ?? 0)}</span>
          </div>
          <div className="legend-marks">
            <span className="legend-mark">
              <span className="example-mark" /> {countOf(examples, 'example')}
            </span>
            <span className="legend-mark">
              <span className="result-mark" /> {countOf(hits.length, 'result')}
            </span>
          </div>
        </>
      )}
      {isLoading && <p className="dim">Computing the PCA map of {countText(set.count)} fragments</p>}
      {map !== undefined && <MapLegend map={map} synthetic={set.synthetic} />}
    </section>
  )
}

const channels = ['Red', 'Green', 'Blue'] as const

function MapLegend({ map, synthetic }: { readonly map: SetMap; readonly synthetic: boolean }) {
  const [low, high] = map.percentiles
  return (
    <>
      <div className="section-head">
        <h2 className="strong">PCA → RGB</h2>
        <span className="faint">{synthetic ? 'synthetic' : ''}</span>
      </div>
      <ul className="legend-channels">
        {channels.map((channel, index) => (
          <li key={channel} className="legend-mark">
            <span className="swatch" data-channel={channel.toLowerCase()} />
            <span className="grow">Component {index + 1}</span>
            <span className="dim">{((map.explainedVariance[index] ?? 0) * 100).toFixed(1)} %</span>
          </li>
        ))}
      </ul>
      <div className="legend-ticks faint">
        <span>
          p{low} to p{high}
        </span>
        <span>{countOf(map.cellCount, 'cell')}</span>
      </div>
    </>
  )
}

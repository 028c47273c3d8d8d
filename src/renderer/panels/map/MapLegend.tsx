import { useMemo } from 'react'
import type { RowPlace, SearchAnswer, SetSummary } from '../../../shared/contract.ts'
import { Legend, type LegendProps } from '../../globe/Legend.tsx'
import { isMapShown } from '../../state/layers.ts'
import { likenessOf, measureOf } from '../../state/likeness.ts'
import { currentSet, hasUsableVectors } from '../../state/sets.ts'
import { useAppState } from '../../state/use-app.ts'
import { ValuesLegend } from '../layers/ValuesLegend.tsx'
import { countText } from '../wording.ts'

/** The legend of what is switched on; while the map of a set is computed it says so. */
export function MapLegend() {
  const map = useAppState((state) => (isMapShown(state.layers) ? state.sets.map : undefined))
  const isComputing = useAppState((state) => isMapShown(state.layers) && state.sets.isMapComing)
  const cells = useAppState((state) => state.layers.cells)
  const marks = useAppState((state) => state.layers.results)
  const answer = useAppState((state) => state.search.answer)
  const likeness = useMemo(() => answer && shownLikeness(answer), [answer])
  const hits = answer?.hits.length ?? 0
  const examples = useAppState((state) => state.search.examples.length)
  const set = useAppState(currentSet)
  if (set === undefined) return null
  const instead = insteadOfMap(set, isComputing)
  if (instead !== undefined) {
    return (
      <section className="legend" aria-label="Legend" role="status">
        {instead}
      </section>
    )
  }
  return (
    <Legend
      map={map}
      examples={marks ? examples : 0}
      hits={marks ? hits : 0}
      likeness={likeness}
      synthetic={set.synthetic}
      values={cells.flatMap((layer) =>
        layer.kind === 'values' && layer.shown ? [<ValuesLegend key={layer.id} layer={layer} />] : [],
      )}
    />
  )
}

/** Why there is no map to explain. */
function insteadOfMap(set: SetSummary, isComputing: boolean): string | undefined {
  if (!hasUsableVectors(set)) return 'No vector of this file can be compared with others: all are NaN or zero'
  if (set.extent === undefined) return 'No row of this file has a place; step through its rows in the panel beside'
  return isComputing ? `Computing the map of ${countText(set.count)} fragments` : undefined
}

/** Range of the results with a place, as it is written; undefined where none has. */
function shownLikeness(answer: SearchAnswer): LegendProps['likeness'] {
  const measure = measureOf(answer)
  const values = likenessOf(answer.hits.filter(hasPlace), measure).toSorted((a, b) => a - b)
  const [lowest, highest] = [values[0], values.at(-1)]
  return lowest === undefined || highest === undefined ? undefined : { measure, lowest, highest }
}

const hasPlace = ({ lat, lon }: RowPlace) => lat !== undefined && lon !== undefined

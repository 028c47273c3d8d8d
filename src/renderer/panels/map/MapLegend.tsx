import { useMemo } from 'react'
import type { RowPlace, SetSummary } from '../../../shared/contract.ts'
import { Legend } from '../../globe/Legend.tsx'
import { similarityRange } from '../../globe/similarity-ramp.ts'
import { currentSet, hasUsableVectors } from '../../state/sets.ts'
import { useAppState } from '../../state/use-app.ts'
import { countText } from '../wording.ts'

/** The legend of what is switched on; while the map of a set is computed it says so. */
export function MapLegend() {
  const map = useAppState((state) => (state.layers.map ? state.sets.map : undefined))
  const isComputing = useAppState((state) => state.layers.map && state.sets.isMapComing)
  const marks = useAppState((state) => state.layers.results)
  const answer = useAppState((state) => state.search.answer)
  const similarity = useMemo(() => similarityRange((answer?.hits ?? []).filter(hasPlace)), [answer])
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
      similarity={similarity}
      synthetic={set.synthetic}
    />
  )
}

/** Why there is no map to explain. */
function insteadOfMap(set: SetSummary, isComputing: boolean): string | undefined {
  if (!hasUsableVectors(set)) return 'No vector of this file can be compared with others: all are NaN or zero'
  if (set.extent === undefined) return 'No row of this file has a place; step through its rows in the panel beside'
  return isComputing ? `Computing the map of ${countText(set.count)} fragments` : undefined
}

const hasPlace = ({ lat, lon }: RowPlace) => lat !== undefined && lon !== undefined

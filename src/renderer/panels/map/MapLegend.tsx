import { useMemo } from 'react'
import type { RowPlace } from '../../../shared/contract.ts'
import { Legend } from '../../globe/Legend.tsx'
import { similarityRange } from '../../globe/similarity-ramp.ts'
import { currentSet } from '../../state/sets.ts'
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
  if (isComputing) {
    return (
      <section className="legend" aria-label="Legend" role="status">
        Computing the map of {countText(set.count)} fragments
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

const hasPlace = ({ lat, lon }: RowPlace) => lat !== undefined && lon !== undefined

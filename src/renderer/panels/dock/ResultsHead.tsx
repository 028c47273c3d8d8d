// How the answer came about: order, exactness, rows compared, time.

import { useMemo } from 'react'
import type { SearchAnswer } from '../../../shared/contract.ts'
import { measureOf } from '../../state/likeness.ts'
import type { SortColumn } from '../../state/sorted-hits.ts'
import { useAppState } from '../../state/use-app.ts'
import { countOf, countText, millisecondsText } from '../wording.ts'

const sortNames: Readonly<Record<Exclude<SortColumn, 'rank' | 'likeness'>, string>> = {
  gridCell: 'cell',
  fragment: 'fragment',
  timestamp: 'date',
  distanceKm: 'distance',
  place: 'centre',
  productId: 'product',
}

export function ResultsHead() {
  const answer = useAppState((state) => state.search.answer)
  const running = useAppState((state) => state.search.running)
  const sort = useAppState((state) => state.search.sort)
  const cells = useMemo(() => new Set(answer?.hits.map((hit) => hit.gridCell)).size, [answer])
  if (answer === undefined) return <span className="results-head faint">{running ? 'Searching' : ''}</span>
  const exactness = answer.exact ? 'exact' : `recall@100 ${answer.recall.toFixed(4)}`
  return (
    <span className="results-head" role="status">
      <span className="faint truncate">
        {countOf(answer.hits.length, 'fragment')}, {countOf(cells, 'cell')}, by {orderName(sort.column, answer)}
      </span>
      <span className="badge exactness">
        <span className="dot" data-kind={answer.exact ? 'good' : 'chosen'} />
        {exactness}, {countText(answer.compared)} compared, {millisecondsText(answer.tookMs)}
      </span>
    </span>
  )
}

function orderName(column: SortColumn, answer: SearchAnswer): string {
  if (column !== 'rank' && column !== 'likeness') return sortNames[column]
  return measureOf(answer) === 'distance' ? 'L2 distance' : 'similarity'
}

/** What to show instead of results. */
export function NoResults() {
  const running = useAppState((state) => state.search.running)
  const isEmptyAnswer = useAppState((state) => state.search.answer?.hits.length === 0)
  const text = running
    ? 'Searching'
    : isEmptyAnswer
      ? 'Nothing matches these filters. Widen the dates, or allow more than one result per cell.'
      : 'Select a fragment and press F to find what looks like it. Results show here.'
  return <p className="empty dim">{text}</p>
}

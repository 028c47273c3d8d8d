// Hypotheses with the distribution of their cosines, all on one axis.

import type { VerifyReport } from '../../../shared/contract.ts'
import { binCount, binEdge, cosineHistogram, cosineText } from '../../../shared/cosines.ts'

const binPx = 12
const [widthPx, heightPx] = [binCount * binPx, 24]

type Hypothesis = VerifyReport['others'][number]

/** @param props.hypotheses best first */
export function Hypotheses(props: {
  readonly label: string
  readonly hypotheses: readonly Hypothesis[]
  readonly best: string | undefined
}) {
  return (
    <table className="figures" aria-label={props.label}>
      <thead>
        <tr>
          <th scope="col">Hypothesis</th>
          <th scope="col" className="histogram-cell">
            1 − cosine, closer to the right
            <Axis />
          </th>
          <th scope="col">Mean cosine</th>
          <th scope="col">Digits</th>
        </tr>
      </thead>
      <tbody>
        {props.hypotheses.map(({ name, cosines, mean, digits }) => (
          <tr key={name} className={name === props.best ? 'strong' : ''}>
            <th scope="row" className="wraps">
              {name}
            </th>
            <td className="histogram-cell">
              <Histogram cosines={cosines} isBest={name === props.best} />
            </td>
            <td>{cosineText(mean)}</td>
            <td>{digits.toFixed(1)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Histogram({ cosines, isBest }: { readonly cosines: readonly number[]; readonly isBest: boolean }) {
  const counts = cosineHistogram(cosines)
  const most = Math.max(...counts, 1)
  const label = `${cosines.length} cosines from ${cosineText(Math.min(...cosines))} to ${cosineText(Math.max(...cosines))}`
  return (
    <svg
      className={isBest ? 'histogram histogram-best' : 'histogram'}
      viewBox={`0 0 ${widthPx} ${heightPx}`}
      width={widthPx}
      height={heightPx}
      role="img"
      aria-label={label}
    >
      {counts.map((count, bin) => {
        const barPx = (count / most) * (heightPx - 2)
        // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place
        return <rect key={bin} x={bin * binPx} y={heightPx - barPx} width={binPx - 1} height={barPx} />
      })}
    </svg>
  )
}

/** every second power of ten, between the ends */
const ticks = Array.from({ length: binCount }, (_, bin) => bin).filter((bin) => bin > 0 && binEdge(bin) % 2 === 0)

function Axis() {
  return (
    <svg className="histogram-axis" viewBox={`0 0 ${widthPx} 14`} width={widthPx} height={14} aria-hidden>
      {ticks.map((bin) => (
        <text key={bin} x={bin * binPx} y={11} textAnchor="middle">
          {binEdge(bin) === 0 ? '1' : `1e${binEdge(bin)}`}
        </text>
      ))}
    </svg>
  )
}

// Where the results lie against where the data lie: by latitude band and continent, as numbers.

import { useEffect, useState } from 'react'
import type { ResultBalance } from '../../../shared/contract.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countText, percentText } from '../wording.ts'
import { NoResults } from './ResultsHead.tsx'

export function Balance() {
  const { client, notices } = useApp()
  const setId = useAppState((state) => state.sets.currentId)
  const answer = useAppState((state) => state.search.answer)
  const [balance, setBalance] = useState<ResultBalance>()
  useEffect(() => {
    setBalance(undefined)
    if (setId === undefined || answer === undefined) return
    let isWanted = true
    const rows = answer.hits.map(({ row }) => row)
    client.engine.resultBalance({ setId, rows }).then((found) => {
      if (isWanted) setBalance(found)
    }, notices.fail)
    return () => {
      isWanted = false
    }
  }, [client, notices, setId, answer])
  if (answer === undefined || answer.hits.length === 0) return <NoResults />
  if (balance === undefined) return <p className="empty dim">Counting</p>
  const of = (by: ResultBalance['groups'][number]['by']) => balance.groups.filter((group) => group.by === by)
  return (
    <div className="balance">
      <BalanceTable caption="By continent" groups={of('continent')} balance={balance} />
      <BalanceTable caption="By latitude" groups={of('latitude')} balance={balance} />
    </div>
  )
}

function BalanceTable(props: {
  readonly caption: string
  readonly groups: ResultBalance['groups']
  readonly balance: ResultBalance
}) {
  const { caption, groups, balance } = props
  return (
    <table className="balance-table">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{caption}</th>
          <th scope="col">Results</th>
          <th scope="col">Data</th>
          <th scope="col" title="Share of the results over share of the data, with its 95 % interval">
            Ratio
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ name, results, data, ratio, interval }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              {countText(results)} <span className="faint">{percentText(results / Math.max(1, balance.results))}</span>
            </td>
            <td>
              {countText(data)} <span className="faint">{percentText(data / Math.max(1, balance.data))}</span>
            </td>
            <td>
              {ratio === undefined ? '' : `${ratio.toFixed(2)} `}
              {interval !== undefined && (
                <span className="faint">
                  {interval[0].toFixed(2)} to {interval[1].toFixed(2)}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

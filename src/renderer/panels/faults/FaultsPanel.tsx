// Rows that are not what they seem: how many of each kind, which ones, and whether searches leave them out.

import { useEffect } from 'react'
import type { FaultKind, SetFaults } from '../../../shared/contract.ts'
import { Button } from '../../controls/Button.tsx'
import { Switch } from '../../controls/Switch.tsx'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countOf, countText, percentText } from '../wording.ts'

const names: Readonly<Record<FaultKind, readonly [name: string, what: string]>> = {
  nan: ['Not a number', 'The vector has NaN or infinity; no search returns it'],
  zero: ['Zero vectors', 'The vector is all zero; no search returns it'],
  'repeated-id': ['Repeated ids', 'An earlier row has the same unique id'],
  'repeated-vector': ['Repeated vectors', 'An earlier row of the same place and time has the same vector'],
  cloud: ['Clouds', 'Half of the fragment or more is cloud'],
  nodata: ['Missing pixels', 'A tenth of the fragment or more is missing'],
}

export function FaultsPanel() {
  const { faults, search, notices } = useApp()
  const setId = useAppState((state) => state.sets.currentId)
  const found = useAppState((state) => state.faults.found)
  const count = useAppState((state) => currentSet(state)?.count ?? 0)
  const isLeftOut = useAppState((state) => state.search.withoutFaults)
  useEffect(() => {
    if (setId !== undefined) void faults.look()
  }, [faults, setId])
  if (setId === undefined) return <p className="section dim">Open a set to look for faults.</p>
  if (found === undefined) {
    return (
      <p className="section dim" role="status">
        Looking through {countOf(count, 'row')}
      </p>
    )
  }
  return (
    <section className="section" aria-label="Faults">
      <div className="section-head">
        <h2 className="strong">Faults</h2>
        <span className="faint">
          {countOf(found.rows, 'row')}, {percentText(found.rows / Math.max(1, count))}
        </span>
      </div>
      <ul className="stack" aria-label="Kinds of fault">
        {found.faults.map((fault) => (
          <FaultRow key={fault.kind} fault={fault} />
        ))}
      </ul>
      <div className="card">
        <Switch
          isOn={isLeftOut}
          onChange={(withoutFaults) => void search.change({ withoutFaults }).catch(notices.fail)}
          isDisabled={found.rows === 0}
        >
          Leave them out of searches
        </Switch>
      </div>
      <p className="dim">{untold(found)}</p>
    </section>
  )
}

function FaultRow({ fault }: { readonly fault: SetFaults['faults'][number] }) {
  const { rowSelection, notices } = useApp()
  const [name, what] = names[fault.kind]
  const select = () => void rowSelection.select({ faults: [fault.kind] }).catch(notices.fail)
  return (
    <li className="card fault-row" title={what}>
      <span className="grow">
        <span className="strong">{name}</span>
        {fault.column !== undefined && (
          <>
            {' '}
            <span className="faint">
              {fault.column} ≥ {fault.from}
            </span>
          </>
        )}
        <br />
        <span className="dim">{what}</span>
      </span>
      <span className="mono">{countText(fault.rows)}</span>
      <Button look="quiet" isDisabled={fault.rows === 0} onPress={select} aria-label={`Select ${name.toLowerCase()}`}>
        Select
      </Button>
    </li>
  )
}

/** What this file cannot say. */
function untold({ faults }: SetFaults): string {
  const missing = (['cloud', 'nodata'] as const).filter((kind) => !faults.some((fault) => fault.kind === kind))
  if (missing.length === 0) return ''
  const words = missing.map((kind) => (kind === 'cloud' ? 'clouds' : 'missing pixels'))
  return `No column of this set tells of ${words.join(' or of ')}; the thumbnails do.`
}

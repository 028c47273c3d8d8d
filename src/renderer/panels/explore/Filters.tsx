// What a search may return; applied before ranking, so a filtered search still returns its full count.

import { useEffect, useState } from 'react'
import { Group, Input, Label, TextField } from 'react-aria-components'
import { Select } from '../../controls/Select.tsx'
import { Switch } from '../../controls/Switch.tsx'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { dateText, momentOf } from '../wording.ts'
import { FilterCards } from './FilterCards.tsx'

const counts = ['20', '60', '200', '1000', '10000'] as const

const distances = [0, 5, 10, 25, 50, 100, 250, 1000] as const

export function Filters() {
  const app = useApp()
  const onePerCell = useAppState((state) => state.search.onePerCell)
  const apartKm = useAppState((state) => state.search.apartKm)
  const topK = useAppState((state) => state.search.topK)
  const set = useAppState(currentSet)
  const change = (settings: Parameters<typeof app.search.change>[0]) =>
    app.search.change(settings).catch(app.notices.fail)

  return (
    <section className="section" aria-label="Filters">
      <div className="section-head">
        <h2 className="strong">Filters</h2>
        <span className="faint">before ranking</span>
      </div>
      <FilterCards />
      <div className="card stack">
        <Switch isOn={onePerCell} onChange={(isOn) => change({ onePerCell: isOn })}>
          One per cell
        </Switch>
        {set?.dates !== undefined && set.dates.first !== set.dates.last && (
          <Dates first={set.dates.first} last={set.dates.last} />
        )}
        <Select
          label="No two within"
          value={String(apartKm ?? 0)}
          options={distances.map((km) => ({ id: String(km), label: km === 0 ? 'any distance' : `${km} km` }))}
          onChange={(km) => change({ apartKm: km === '0' ? undefined : Number(km) })}
        />
        <Select
          label="Results"
          value={String(topK)}
          options={counts.map((count) => ({ id: count, label: `Best ${Number(count).toLocaleString('en')}` }))}
          onChange={(count) => change({ topK: Number(count) })}
        />
      </div>
    </section>
  )
}

function Dates({ first, last }: { readonly first: string; readonly last: string }) {
  const app = useApp()
  const from = useAppState((state) => state.search.from)
  const to = useAppState((state) => state.search.to)
  const change = (part: 'from' | 'to', day: string) => {
    const dates = { from, to, [part]: day === '' ? undefined : day }
    if (dates.from !== undefined && dates.to !== undefined && dates.from > dates.to) {
      app.notices.show('error', `Dates: expected From before To, got ${dates.from} and ${dates.to}; change one of them`)
    }
    app.search.change({ [part]: dates[part] }).catch(app.notices.fail)
  }
  return (
    <Group className="dates" aria-label="Dates">
      <span className="grow">Dates</span>
      <DayField label="From" value={from ?? ''} bound={dateText(first)} onChange={(day) => change('from', day)} />
      <span className="faint">–</span>
      <DayField label="To" value={to ?? ''} bound={dateText(last)} onChange={(day) => change('to', day)} />
    </Group>
  )
}

/** A day as YYYY-MM-DD; taken when it is whole, or empty. */
function DayField(props: {
  readonly label: string
  readonly value: string
  readonly bound: string
  readonly onChange: (day: string) => void
}) {
  const [text, setText] = useState(props.value)
  useEffect(() => setText(props.value), [props.value])
  const isWhole = text === '' || (/^\d{4}-\d{2}-\d{2}$/.test(text) && momentOf(text) !== undefined)
  const { notices } = useApp()
  const take = () => {
    if (!isWhole) {
      const sentence = `${props.label}: expected a day such as ${props.bound}, got "${text}"; the search keeps the day it had`
      notices.show('error', sentence)
    } else if (text !== props.value) props.onChange(text)
  }
  return (
    <TextField
      className="day"
      value={text}
      isInvalid={!isWhole}
      onChange={setText}
      onBlur={take}
      onKeyDown={(event) => event.key === 'Enter' && take()}
    >
      <Label className="visually-hidden">{props.label}</Label>
      <Input className="input" placeholder={props.bound} maxLength={10} />
    </TextField>
  )
}

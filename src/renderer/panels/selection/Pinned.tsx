import { Pin, X } from 'lucide-react'
import { Button, IconButton } from '../../controls/Button.tsx'
import { pinnedHere } from '../../state/pins.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countOf, dateText, fragmentText } from '../wording.ts'

/** Pinned fragments of the set: a click looks at one. */
export function Pinned() {
  const { pins, selection, notices } = useApp()
  const state = useAppState((current) => current.pins)
  const sets = useAppState((current) => current.sets)
  const pinned = pinnedHere({ pins: state, sets })
  return (
    <section className="section" aria-label="Pinned">
      <div className="section-head">
        <h2 className="strong">Pinned</h2>
        <span className="faint">{countOf(pinned.length, 'fragment')}</span>
      </div>
      {pinned.length === 0 ? (
        <p className="dim">Space pins the result or fragment you look at. Pins stay when the query changes.</p>
      ) : (
        <ul className="stack" aria-label="Pins">
          {pinned.map((place) => {
            const name = place.gridCell ?? `Row ${place.row}`
            const detail = [fragmentText(place), dateText(place.timestamp)].filter((part) => part !== '').join(', ')
            return (
              <li key={place.row} className="card example">
                <Pin className="icon chosen" aria-hidden />
                <Button look="quiet" onPress={() => selection.selectRow(place.row).catch(notices.fail)}>
                  <span className="strong">{name}</span>
                </Button>
                <span className="grow truncate dim">{detail}</span>
                <IconButton small label={`Take the pin off ${name} ${detail}`} onPress={() => pins.toggle(place)}>
                  <X />
                </IconButton>
              </li>
            )
          })}
        </ul>
      )}
    </section>
  )
}

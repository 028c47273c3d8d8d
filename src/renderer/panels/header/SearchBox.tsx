// Go to a place: a cell name, latitude and longitude, or a country.

import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Input, SearchField } from 'react-aria-components'
import type { App } from '../../state/app.ts'
import { type Arrival, nearestWithinKm } from '../../state/going.ts'
import type { AppState } from '../../state/store.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { distanceText, parseCellName, parsePlace, placeText } from '../wording.ts'

export const searchBoxId = 'go-to-place'

export function SearchBox() {
  const app = useApp()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const compact = useAppState((state) => state.view.compact)

  const chosen = useAppState(chosenPlace)
  /** what was selected when the box had led there; undefined while something is typed */
  const arrivedAt = useRef<string>(undefined)
  useEffect(() => {
    if (arrivedAt.current === undefined || arrivedAt.current === chosen) return
    arrivedAt.current = undefined
    setText('')
  }, [chosen])

  const go = async () => {
    arrivedAt.current = undefined
    const isFound = await goTo(app, text)
    // the keys belong to the globe again: F finds what looks like the place
    if (isFound) {
      input.current?.blur()
      arrivedAt.current = chosenPlace(app.store.getState())
    } else
      setProblem(`expected a cell such as 277U_118L, a place such as 24.9, -11.6 or a country, got “${text.trim()}”`)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') event.currentTarget.blur()
  }

  return (
    <SearchField
      className="search-box"
      aria-label="Go to a cell or a place"
      value={text}
      onChange={(value) => {
        arrivedAt.current = undefined
        setText(value)
        setProblem(undefined)
      }}
      onSubmit={() => {
        if (text.trim() !== '') go().catch(app.notices.fail)
      }}
    >
      <Input
        ref={input}
        id={searchBoxId}
        className="search-input"
        placeholder={compact ? 'Cell or lat, lon' : 'Cell (277U_118L), lat, lon or country'}
        autoComplete="off"
        spellCheck="false"
        onKeyDown={onKeyDown}
      />
      <kbd>/</kbd>
      {problem !== undefined && (
        <p className="search-problem" role="alert">
          {problem}
        </p>
      )}
    </SearchField>
  )
}

/** The cell that is selected, or its row where rows have no cell: with another one the text says something else. */
function chosenPlace({ sets, selection: { cell, row } }: AppState): string {
  return [sets.currentId, cell?.gridCell ?? row?.row].join(' ')
}

/** @returns false when the text names no place */
export async function goTo({ going, notices }: App, text: string): Promise<boolean> {
  const place = parsePlace(text)
  const gridCell = parseCellName(text)
  const arrival =
    place !== undefined ? await going.toPlace(place) : gridCell !== undefined ? await going.toCell(gridCell) : undefined
  if (arrival === undefined) return (await going.toName(text)) !== undefined
  const asked = gridCell ?? placeText(arrival.lat, arrival.lon)
  const notice = arrivalText(arrival, asked)
  if (notice !== undefined) notices.show('info', notice)
  return true
}

/** Says what was selected when it is not what was asked for. */
function arrivalText({ gridCell, distanceKm }: Arrival, asked: string): string | undefined {
  if (gridCell === undefined)
    return `No fragment of this set within ${nearestWithinKm} km of ${asked}; the globe shows the place`
  if (distanceKm === 0) return undefined
  return `${gridCell} is the nearest cell with fragments, ${distanceText(distanceKm)} from ${asked}`
}

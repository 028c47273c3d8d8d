// Go to a place: a cell name, latitude and longitude, or a country.

import { type KeyboardEvent, useRef, useState } from 'react'
import { Input, SearchField } from 'react-aria-components'
import type { App } from '../../state/app.ts'
import { type Arrival, nearestWithinKm } from '../../state/going.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { distanceText, parseCellName, parsePlace, placeText } from '../wording.ts'

export const searchBoxId = 'go-to-place'

export function SearchBox() {
  const app = useApp()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const compact = useAppState((state) => state.view.compact)

  const go = async () => {
    const isFound = await goTo(app, text)
    // the keys belong to the globe again: F finds what looks like the place
    if (isFound) input.current?.blur()
    else setProblem(`expected a cell such as 277U_118L, a place such as 24.9, -11.6 or a country, got “${text.trim()}”`)
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

// Go to a place: a cell name, latitude and longitude, or the name of a country, sea or city.

import { X } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Button, Input, SearchField } from 'react-aria-components'
import type { AppState } from '../../state/store.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { goTo } from './go-to.ts'

export const searchBoxId = 'go-to-place'

export function SearchBox() {
  const app = useApp()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isOpen, setIsOpen] = useState(false)
  const compact = useAppState((state) => state.view.compact)

  const chosen = useAppState(chosenPlace)
  /** what was selected when the box had led there; undefined while something is typed */
  const arrivedAt = useRef<string>(undefined)
  useEffect(() => {
    if (arrivedAt.current === undefined || arrivedAt.current === chosen) return
    arrivedAt.current = undefined
    setText('')
  }, [chosen])

  const go = async (typed: string) => {
    arrivedAt.current = undefined
    const found = await goTo(app, typed)
    // the keys belong to the globe again: F finds what looks like the place
    if (found !== undefined) {
      app.recentPlaces.add(typed)
      input.current?.blur()
      setIsOpen(false)
      // nothing is selected of a country or sea, so nothing would take it away again
      if (found === 'whole') setText('')
      else arrivedAt.current = chosenPlace(app.store.getState())
    } else
      setProblem(
        `expected a cell such as 277U_118L, a place such as 24.9, -11.6, a country or a city, got “${typed.trim()}”`,
      )
  }
  const goAgain = (place: string) => {
    setText(place)
    setProblem(undefined)
    go(place).catch(app.notices.fail)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') event.currentTarget.blur()
  }

  return (
    <search
      className="search-box"
      onFocus={({ target }) => {
        setIsOpen(true)
        // what led here is still in the box: typing replaces it
        if (target === input.current && arrivedAt.current !== undefined) input.current.select()
      }}
      onBlur={({ relatedTarget, currentTarget }) => setIsOpen(currentTarget.contains(relatedTarget))}
    >
      <SearchField
        className="search-field"
        aria-label="Go to a cell or a place"
        value={text}
        onChange={(value) => {
          arrivedAt.current = undefined
          setText(value)
          setProblem(undefined)
        }}
        onSubmit={() => {
          if (text.trim() !== '') go(text).catch(app.notices.fail)
        }}
      >
        <Input
          ref={input}
          id={searchBoxId}
          className="search-input"
          placeholder={compact ? 'Cell, lat lon, city' : 'Cell (277U_118L), lat, lon, country or city'}
          autoComplete="off"
          spellCheck="false"
          onKeyDown={onKeyDown}
        />
        {text === '' ? (
          <kbd>/</kbd>
        ) : (
          <Button className="search-clear">
            <X aria-hidden />
          </Button>
        )}
        {problem !== undefined && (
          <p className="search-problem" role="alert">
            {problem}
          </p>
        )}
      </SearchField>
      {isOpen && (text === '' || arrivedAt.current !== undefined) && <SearchHelp onGo={goAgain} />}
    </search>
  )
}

/** What can be typed, and what was. */
function SearchHelp({ onGo }: { readonly onGo: (place: string) => void }) {
  const recent = useAppState((state) => state.recentPlaces.list)
  return (
    <section className="search-help" aria-label="Places">
      <dl className="facts">
        {examples.map(([what, example]) => (
          <div key={what} className="fact">
            <dt>{what}</dt>
            <dd className="mono">{example}</dd>
          </div>
        ))}
      </dl>
      {recent.length > 0 && (
        <>
          <h3 className="strong">Recent</h3>
          <ul>
            {recent.map((place) => (
              <li key={place}>
                <Button className="search-recent" onPress={() => onGo(place)}>
                  {place}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

const examples = [
  ['Grid cell', '277U_118L'],
  ['Latitude, longitude', '24.9, -11.6'],
  ['Country, sea or city', 'Morocco'],
] as const

/** The cell that is selected, or its row where rows have no cell: with another one the text says something else. */
function chosenPlace({ sets, selection: { cell, row } }: AppState): string {
  return [sets.currentId, cell?.gridCell ?? row?.row].join(' ')
}

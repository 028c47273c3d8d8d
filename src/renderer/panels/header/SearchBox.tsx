// Go to a place: a cell name, latitude and longitude, or the name of a country, sea or city.

import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Input, SearchField } from 'react-aria-components'
import type { AppState } from '../../state/store.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { goTo } from './go-to.ts'

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
      setProblem(
        `expected a cell such as 277U_118L, a place such as 24.9, -11.6, a country or a city, got “${text.trim()}”`,
      )
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
        placeholder={compact ? 'Cell or lat, lon' : 'Cell (277U_118L), lat, lon, country or city'}
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

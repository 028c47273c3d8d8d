// Go to a place: a cell name, or latitude and longitude.

import { type KeyboardEvent, useState } from 'react'
import { Input, SearchField } from 'react-aria-components'
import { useApp, useAppState } from '../../state/use-app.ts'
import { parseCellName, parsePlace } from '../wording.ts'

export const searchBoxId = 'go-to-place'
const cellZoom = 9

export function SearchBox() {
  const app = useApp()
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const compact = useAppState((state) => state.view.compact)

  const go = async () => {
    const found = await placeOf(text)
    setProblem(
      found === undefined
        ? `expected a cell such as 277U_118L or a place such as 24.9, -11.6, got “${text.trim()}”`
        : undefined,
    )
    if (found === undefined) return
    app.view.flyTo({ lat: found.lat, lon: found.lon, zoom: cellZoom })
    const cell = await app.selection.selectCell(
      found.gridCell === undefined ? { lat: found.lat, lon: found.lon, withinKm: 15 } : { gridCell: found.gridCell },
    )
    if (cell === undefined)
      app.notices.show('info', `No fragment of this set at ${text.trim()}; the globe shows the place`)
  }
  const placeOf = async (typed: string): Promise<{ lat: number; lon: number; gridCell?: string } | undefined> => {
    const gridCell = parseCellName(typed)
    if (gridCell === undefined) return parsePlace(typed)
    return app.client.engine.findCell({ gridCell }).catch(() => undefined)
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
        id={searchBoxId}
        className="search-input"
        placeholder={compact ? 'Cell or lat, lon' : 'Cell (277U_118L) or lat, lon'}
        autoComplete="off"
        spellCheck="false"
        onKeyDown={onKeyDown}
      />
      <kbd>Ctrl K</kbd>
      {problem !== undefined && (
        <p className="search-problem" role="alert">
          {problem}
        </p>
      )}
    </SearchField>
  )
}

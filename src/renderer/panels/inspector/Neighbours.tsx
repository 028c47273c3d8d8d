// The same ground at other dates, what is most like the fragment, and the ground beside it.

import { Button as AriaButton } from 'react-aria-components'
import type { RowNeighbours } from '../../../shared/contract.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { dateText, distanceText, similarityText } from '../wording.ts'
import { Thumbnail } from './Thumbnail.tsx'

type Neighbour = RowNeighbours['dates'][number] & { readonly distanceKm?: number | undefined }

export function Neighbours() {
  const row = useAppState((state) => state.selection.row?.row)
  const found = useAppState((state) =>
    state.neighbours.row === state.selection.row?.row ? state.neighbours.found : undefined,
  )
  if (row === undefined || found === undefined) return null
  const { dates, alike, near } = found
  return (
    <>
      {dates.length > 1 && (
        <Strip title="Dates of this ground" note="cosine to the first" places={dates} word={dateOf} />
      )}
      {alike.length > 0 && <Strip title="Most alike" note="cosine" places={alike} word={cellOf} />}
      {near.length > 0 && <Strip title="Nearest on the ground" note="cosine" places={near} word={distanceOf} />}
    </>
  )
}

const dateOf = ({ timestamp }: Neighbour) => dateText(timestamp)
const cellOf = ({ gridCell, row }: Neighbour) => gridCell ?? `Row ${row}`
const distanceOf = ({ distanceKm = 0 }: Neighbour) => distanceText(distanceKm)

function Strip(props: {
  readonly title: string
  readonly note: string
  readonly places: readonly Neighbour[]
  readonly word: (place: Neighbour) => string
}) {
  const { title, note, places, word } = props
  const { selection, notices } = useApp()
  const selected = useAppState((state) => state.selection.row?.row)
  return (
    <section className="section" aria-label={title}>
      <div className="section-head">
        <h2 className="strong">{title}</h2>
        <span className="faint">{note}</span>
      </div>
      <ul className="neighbours">
        {places.map((place) => (
          <li key={place.row}>
            <AriaButton
              className="neighbour"
              data-chosen={place.row === selected || undefined}
              aria-label={`${cellOf(place)}, ${word(place)}`}
              onPress={() => selection.selectRow(place.row).catch(notices.fail)}
              onHoverStart={() => selection.hoverRow(place.row)}
              onHoverEnd={() => selection.hoverRow(undefined)}
            >
              {place.thumbnailUrl !== undefined && <Thumbnail url={place.thumbnailUrl} alt="" />}
              <span className="truncate">{word(place)}</span>
              <span className="faint">{place.similarity === undefined ? '' : similarityText(place.similarity)}</span>
            </AriaButton>
          </li>
        ))}
      </ul>
    </section>
  )
}

// From a text or a place to the globe, with a word where something else was selected than was asked for.

import type { App } from '../../state/app.ts'
import { type Arrival, nearestWithinKm } from '../../state/going.ts'
import { fullName, type NamedPlace } from '../../state/named-place.ts'
import { distanceText, parseCellName, parsePlace, placeText } from '../wording.ts'

/** A cell was selected, or a country or sea is shown as a whole. */
type Went = 'cell' | 'whole'

/** @returns undefined when the text names no place */
export async function goTo(app: App, text: string): Promise<Went | undefined> {
  const { going } = app
  const place = parsePlace(text)
  const gridCell = parseCellName(text)
  const arrival =
    place !== undefined ? await going.toPlace(place) : gridCell !== undefined ? await going.toCell(gridCell) : undefined
  if (arrival !== undefined) {
    tell(app, arrival, gridCell ?? placeText(arrival.lat, arrival.lon))
    return 'cell'
  }
  const [named] = await going.placesNamed(text, 1)
  return named === undefined ? undefined : goToNamed(app, named)
}

/** Shows a country or sea as a whole; of a city the nearest cell is selected. */
export async function goToNamed(app: App, place: NamedPlace): Promise<Went> {
  const arrival = await app.going.toNamed(place)
  if (arrival === undefined) return 'whole'
  tell(app, arrival, fullName(place))
  return 'cell'
}

function tell({ notices }: App, { gridCell, distanceKm }: Arrival, asked: string): void {
  if (gridCell === undefined) {
    notices.show('info', `No fragment of this set within ${nearestWithinKm} km of ${asked}; the globe shows the place`)
  } else if (distanceKm > 0) {
    notices.show('info', `${gridCell} is the nearest cell with fragments, ${distanceText(distanceKm)} from ${asked}`)
  }
}

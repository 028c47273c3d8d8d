// Going to a place that was typed: degrees, a cell, or the name of a country, sea or city.

import type { CellRows } from '../../shared/contract.ts'
import { distanceKm } from './distance.ts'
import { type NamedPlace, namedPlaces } from './named-place.ts'
import type { SelectionActions } from './selection.ts'
import type { ActionContext } from './store.ts'
import type { Place, ViewActions } from './view.ts'

/** A place without rows selects the nearest cell that has some, within this distance. */
export const nearestWithinKm = 60
const cellZoom = 9

/** The place that was asked for, and the cell that was selected there. */
export interface Arrival {
  readonly lat: number
  readonly lon: number
  /** absent: none with rows is near */
  readonly gridCell: string | undefined
  /** to the nearest row of the cell; 0 when the place lies in it */
  readonly distanceKm: number
}

export function goingActions(
  { client }: ActionContext,
  needs: {
    readonly view: ViewActions
    readonly selection: SelectionActions
    readonly names: () => Promise<readonly NamedPlace[]>
  },
) {
  const { view, selection, names } = needs

  /** Flies there, then on to the nearest cell with rows, which is selected. */
  const toPlace = async ({ lat, lon }: { lat: number; lon: number }): Promise<Arrival> => {
    view.flyTo({ lat, lon, zoom: cellZoom })
    const [cell, under] = await Promise.all([
      selection.selectCell({ lat, lon, withinKm: nearestWithinKm }),
      client.engine.locate({ lat, lon }),
    ])
    if (cell === undefined || cell.gridCell === under.gridCell)
      return { lat, lon, gridCell: cell?.gridCell, distanceKm: 0 }
    const middle = middleOf(cell)
    if (middle !== undefined) view.flyTo({ ...middle, zoom: cellZoom })
    return { lat, lon, gridCell: cell.gridCell, distanceKm: nearestRowKm(cell, { lat, lon }) }
  }

  return {
    toPlace,
    /** Flies to a cell and selects it, or the nearest one with rows; undefined for a name the grid does not have. */
    async toCell(gridCell: string): Promise<Arrival | undefined> {
      const place = await client.engine.findCell({ gridCell })
      if (place === undefined) return undefined
      const { lat, lon } = place
      view.flyTo({ lat, lon, zoom: cellZoom })
      const cell = await selection.selectCell({ gridCell })
      return cell === undefined ? toPlace({ lat, lon }) : { lat, lon, gridCell, distanceKm: 0 }
    },
    placesNamed: async (text: string, limit: number) => namedPlaces(text, await names(), limit),
    /** Flies to a country or sea, and nothing is selected; a city is a place as one in degrees. */
    async toNamed({ lat, lon, zoom, country }: NamedPlace): Promise<Arrival | undefined> {
      if (country !== undefined) return await toPlace({ lat, lon })
      view.flyTo({ lat, lon, zoom })
      return undefined
    },
  }
}

export type GoingActions = ReturnType<typeof goingActions>

function nearestRowKm(cell: CellRows, place: Place): number {
  return Math.min(...placesOf(cell).map((row) => distanceKm(place, row)))
}

/** The row in the middle of a cell: the one nearest to all others. */
function middleOf(cell: CellRows): Place | undefined {
  const places = placesOf(cell)
  const farthest = (from: Place) => Math.max(...places.map((place) => distanceKm(from, place)))
  return places.toSorted((a, b) => farthest(a) - farthest(b))[0]
}

function placesOf({ rows }: CellRows): readonly Place[] {
  return rows.flatMap(({ lat, lon }) => (lat === undefined || lon === undefined ? [] : [{ lat, lon }]))
}

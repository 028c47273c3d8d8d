// Countries and seas by name, from the base map that comes with the application.

import assetUrl from '../globe/assets/base-map.json?url'
import type { BaseMapAsset } from '../globe/base-map.ts'

export interface NamedPlace {
  readonly name: string
  readonly lat: number
  readonly lon: number
  /** at which all of it is seen */
  readonly zoom: number
}

let loading: Promise<readonly NamedPlace[]> | undefined

/** Read once, when a name is first asked for; countries before seas, large ones first. */
export function shippedNames(): Promise<readonly NamedPlace[]> {
  loading ??= fetch(assetUrl)
    .then((response) => response.json() as Promise<BaseMapAsset>)
    .then(({ names, seas }) => [
      ...names
        .toSorted((a, b) => b.areaKm2 - a.areaKm2)
        .map(({ name, lat, lon, areaKm2 }) => ({ name, lat, lon, zoom: zoomOfArea(areaKm2) })),
      ...seas.map(({ name, lat, lon, minZoom }) => ({ name, lat, lon, zoom: Math.max(2, minZoom) })),
    ])
    .catch((error: unknown) => {
      loading = undefined
      throw error
    })
  return loading
}

/** The place of that name, else the first whose name begins so; case and accents do not count. */
export function namedPlace(text: string, places: readonly NamedPlace[]): NamedPlace | undefined {
  const wanted = plain(text)
  if (wanted.length < 3) return undefined
  return places.find(({ name }) => plain(name) === wanted) ?? places.find(({ name }) => plain(name).startsWith(wanted))
}

function plain(text: string): string {
  return text.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')
}

/** Zoom at which a square of that area takes about half of a 800 px map. */
function zoomOfArea(areaKm2: number): number {
  const degrees = Math.sqrt(Math.max(areaKm2, 100)) / 111
  return Math.min(8, Math.max(2, Math.log2((400 * 360) / (512 * degrees))))
}

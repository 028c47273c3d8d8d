// Countries, seas and cities by name, from what comes with the application.

import baseMapUrl from '../globe/assets/base-map.json?url'
import citiesUrl from '../globe/assets/cities.json?url'
import type { BaseMapAsset } from '../globe/base-map.ts'

export interface NamedPlace {
  readonly name: string
  /** of a city */
  readonly country?: string
  readonly lat: number
  readonly lon: number
  /** at which all of it is seen */
  readonly zoom: number
}

/** src/renderer/globe/assets/cities.json, largest first. */
interface CitiesAsset {
  readonly countries: readonly string[]
  /** name, index of its country, latitude, longitude */
  readonly cities: readonly (readonly [string, number, number, number])[]
}

const cityZoom = 9

let loading: Promise<readonly NamedPlace[]> | undefined

/** Read once, when a name is first asked for; countries before seas before cities, large ones first. */
export function shippedNames(): Promise<readonly NamedPlace[]> {
  loading ??= Promise.all([read<BaseMapAsset>(baseMapUrl), read<CitiesAsset>(citiesUrl)])
    .then(([{ names, seas }, { countries, cities }]) => [
      ...names
        .toSorted((a, b) => b.areaKm2 - a.areaKm2)
        .map(({ name, lat, lon, areaKm2 }) => ({ name, lat, lon, zoom: zoomOfArea(areaKm2) })),
      ...seas.map(({ name, lat, lon, minZoom }) => ({ name, lat, lon, zoom: Math.max(2, minZoom) })),
      ...cities.map(([name, country, lat, lon]) => ({ name, country: countries[country]!, lat, lon, zoom: cityZoom })),
    ])
    .catch((error: unknown) => {
      loading = undefined
      throw error
    })
  return loading
}

async function read<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T
}

/** `Paris, France` */
export function fullName({ name, country }: NamedPlace): string {
  return country === undefined ? name : `${name}, ${country}`
}

/** Places of that name, then those whose name begins so; case and accents do not count. Fewer than three letters name none. */
export function namedPlaces(text: string, places: readonly NamedPlace[], limit = 1): readonly NamedPlace[] {
  const wanted = plain(text)
  if (wanted.length < 3) return []
  const begins = places.filter((place) => plainName(place).startsWith(wanted))
  const isSame = (place: NamedPlace) => plainName(place) === wanted || plain(place.name) === wanted
  return [...begins.filter(isSame), ...begins.filter((place) => !isSame(place))].slice(0, limit)
}

const plainNames = new WeakMap<NamedPlace, string>()

function plainName(place: NamedPlace): string {
  const known = plainNames.get(place) ?? plain(fullName(place))
  plainNames.set(place, known)
  return known
}

export function plain(text: string): string {
  return text.trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replace(/,\s*/g, ', ')
}

/** Zoom at which a square of that area takes about half of a 800 px map. */
function zoomOfArea(areaKm2: number): number {
  const degrees = Math.sqrt(Math.max(areaKm2, 100)) / 111
  return Math.min(8, Math.max(2, Math.log2((400 * 360) / (512 * degrees))))
}

// Results against data by latitude band and continent: a search that finds its answers where the data are dense has not found more there.

import type { ResultBalance } from '../../shared/contract.ts'
import { continents } from '../sample/continents.ts'
import { continentAt } from '../sample/land-raster.ts'
import type { EmbeddingSet } from './embedding-set.ts'
import { wilson } from './wilson.ts'

/** Degrees; bands of equal width are not of equal ground, which is why they are held against the data. */
const BAND = 15

type Places = Pick<EmbeddingSet['columns'], 'lat' | 'lon'>

/** @param rows of the results; rows without a place are passed over on both sides */
export function resultBalance({ lat, lon }: Places, rows: readonly number[]): ResultBalance {
  const data = new Int32Array(names.length)
  const results = new Int32Array(names.length)
  let [placed, found] = [0, 0]
  const groups = (row: number) => groupsAt(lat[row]!, lon[row]!)
  for (let row = 0; row < lat.length; row++) {
    if (Number.isNaN(lat[row]! + lon[row]!)) continue
    placed++
    for (const group of groups(row)) data[group]!++
  }
  for (const row of rows) {
    if (Number.isNaN(lat[row]! + lon[row]!)) continue
    found++
    for (const group of groups(row)) results[group]!++
  }
  return {
    data: placed,
    results: found,
    groups: names.flatMap(({ by, name }, group) => {
      const [ofData, ofResults] = [data[group]!, results[group]!]
      if (ofData === 0 && ofResults === 0) return []
      const shareOfData = ofData / placed
      const counted = { by, name, data: ofData, results: ofResults }
      if (found === 0 || shareOfData === 0) return [counted]
      const [low, high] = wilson(ofResults, found)
      return [
        {
          ...counted,
          ratio: ofResults / found / shareOfData,
          interval: [low / shareOfData, high / shareOfData] as const,
        },
      ]
    }),
  }
}

const bandCount = 180 / BAND
const names = [
  ...Array.from({ length: bandCount }, (_, band) => ({ by: 'latitude' as const, name: bandName(90 - BAND * band) })),
  ...[...continents, 'Sea'].map((name) => ({ by: 'continent' as const, name })),
]

/** @param north end of the band, degrees */
function bandName(north: number): string {
  const south = north - BAND
  return north > 0 ? `${south} to ${north} N` : `${-north} to ${-south} S`
}

function groupsAt(lat: number, lon: number): readonly [number, number] {
  const band = Math.min(bandCount - 1, Math.max(0, Math.floor((90 - lat) / BAND)))
  const continent = continentAt(lat, lon)
  const index = continent === undefined ? continents.length : continents.indexOf(continent)
  return [band, bandCount + index]
}

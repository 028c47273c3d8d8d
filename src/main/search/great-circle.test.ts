import { describe, expect, it } from 'vitest'
import { readSearchFixture } from '../bytes/fixture-vectors.ts'
import { distanceKm } from './great-circle.ts'

interface DistanceFixture {
  readonly distancesKm: readonly { readonly places: readonly [number, number, number, number]; readonly km: number }[]
}

describe('distanceKm', () => {
  for (const { places, km } of readSearchFixture<DistanceFixture>('search').distancesKm) {
    it(`is ${km.toFixed(3)} km for ${places.join(', ')}`, () => expect(distanceKm(...places)).toBeCloseTo(km, 6))
  }
})

import { describe, expect, it } from 'vitest'
import { readSearchFixture } from '../bytes/fixture-vectors.ts'
import { convexOverlap, insidePolygons } from './polygon.ts'

type Ring = readonly (readonly [number, number])[]
interface PolygonFixture {
  readonly polygons: readonly {
    readonly name: string
    readonly rings: readonly Ring[]
    readonly places: readonly (readonly [number, number])[]
    readonly inside: readonly boolean[]
  }[]
  readonly pairs: readonly { readonly rings: readonly [Ring, Ring]; readonly overlap: boolean }[]
}

const truth = readSearchFixture<PolygonFixture>('polygons')

describe('insidePolygons', () => {
  for (const { name, rings, places, inside } of truth.polygons) {
    it(`agrees with shapely: ${name}`, () => {
      const isInside = insidePolygons([rings])
      expect(places.map(([lat, lon]) => isInside(lat, lon))).toEqual(inside)
      // the same polygon a turn further, as some programs write it
      const further = insidePolygons([rings.map((ring) => ring.map(([lon, lat]) => [lon + 360, lat] as const))])
      expect(places.map(([lat, lon]) => further(lat, lon))).toEqual(inside)
    })
  }

  it('has no places outside of every polygon, nor unknown ones', () => {
    expect(insidePolygons([])(0, 0)).toBe(false)
    expect(insidePolygons([truth.polygons[0]!.rings])(Number.NaN, Number.NaN)).toBe(false)
  })
})

describe('convexOverlap', () => {
  it('agrees with shapely on turned squares around 180 degrees', () => {
    expect(truth.pairs.map(({ rings: [a, b] }) => convexOverlap(a, b))).toEqual(
      truth.pairs.map(({ overlap }) => overlap),
    )
  })

  it('is not what neighbours with a common edge have', () => {
    const square = (lon: number): Ring => [
      [lon, 0],
      [lon + 1, 0],
      [lon + 1, 1],
      [lon, 1],
      [lon, 0],
    ]
    expect(convexOverlap(square(0), square(1))).toBe(false)
    expect(convexOverlap(square(0), square(0.99))).toBe(true)
    expect(convexOverlap(square(179.5), square(-180))).toBe(true)
  })
})

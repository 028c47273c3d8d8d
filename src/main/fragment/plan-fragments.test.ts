import { describe, expect, it } from 'vitest'
import { readGolden } from '../bytes/golden-file.ts'
import { fragmentsOf, planFragments } from './plan-fragments.ts'

interface GoldenCase {
  size: number
  fragment: number
  overlap: number
  border_shift: boolean
  row_offsets?: number[]
  formula_offsets?: number[]
  stride?: number
  error?: string
}
const { cases } = readGolden<{ cases: GoldenCase[] }>('fragments')
const planOf = (c: GoldenCase) =>
  planFragments(c.size, { fragmentSize: c.fragment, targetOverlap: c.overlap, borderShift: c.border_shift })

describe('fragment offsets', () => {
  it('are those of the original wherever it runs', () => {
    const run = cases.filter((c) => c.row_offsets !== undefined)
    expect(run.length).toBeGreaterThan(50)
    for (const c of run) {
      const plan = planOf(c)
      expect({ ...c, offsets: plan.offsets, stride: plan.stride }).toEqual({
        ...c,
        offsets: c.row_offsets,
        stride: c.stride,
      })
    }
  })

  it('follow the same formula where the original crashes', () => {
    const crashed = cases.filter(
      (c) => c.row_offsets === undefined && c.formula_offsets !== undefined && c.stride !== 0,
    )
    expect(crashed.length).toBeGreaterThan(10)
    for (const c of crashed) expect(planOf(c).offsets).toEqual([...new Set(c.formula_offsets)])
  })

  it('are one fragment at 0 when image and fragment have one size', () => {
    expect(planFragments(224, { fragmentSize: 224 })).toEqual({
      offsets: [0],
      count: 1,
      total: 1,
      stride: 224,
      warnings: [],
    })
  })

  it('of 1068 px and 384 px fragments are 0, 342 and 684', () => {
    const plan = planFragments(1068, { fragmentSize: 384 })
    expect(plan).toEqual({ offsets: [0, 342, 684], count: 3, total: 9, stride: 342, warnings: [] })
  })

  it('come with a warning that counts the pixels left uncovered', () => {
    expect(planFragments(1068, { fragmentSize: 512, targetOverlap: 0.1 }).warnings).toEqual([
      '2 fragments of 512 px leave 44 of 1068 px uncovered along each axis; a larger overlap would cover them',
    ])
    expect(planFragments(10, { fragmentSize: 3, targetOverlap: 0.1, borderShift: false }).warnings[0]).toContain(
      '1 of 10 px',
    )
  })

  it('are refused with a sentence for a small image, an overlap of 1 and a step of 0', () => {
    expect(() => planFragments(50, { fragmentSize: 224 })).toThrow(
      "expected an image of at least the fragment's 224 px, got 50 px",
    )
    expect(() => planFragments(1068, { fragmentSize: 224, targetOverlap: 1 })).toThrow('less than 1, got 1')
    expect(() => planFragments(1068, { fragmentSize: 224, targetOverlap: -0.1 })).toThrow('got -0.1')
    expect(() => planFragments(100, { fragmentSize: 40, targetOverlap: 0.99 })).toThrow('a step of at least 1 px')
    expect(() => planFragments(100, { fragmentSize: 2.5 })).toThrow('whole pixels')
  })
})

describe('fragments of an image', () => {
  it('are row-major with half-open boxes, rows first', () => {
    const fragments = fragmentsOf({ width: 1068, height: 1068 }, { fragmentSize: 224 })
    expect(fragments).toHaveLength(25)
    expect(fragments[1]).toEqual({ fragmentRow: 0, fragmentCol: 1, pixelBbox: [0, 211, 224, 435] })
  })

  it('plan rows and columns separately when the image is not square', () => {
    const fragments = fragmentsOf({ width: 578, height: 379 }, { fragmentSize: 224 })
    expect(new Set(fragments.map((f) => f.pixelBbox[0]))).toEqual(
      new Set(planFragments(379, { fragmentSize: 224 }).offsets),
    )
    expect(new Set(fragments.map((f) => f.pixelBbox[1]))).toEqual(
      new Set(planFragments(578, { fragmentSize: 224 }).offsets),
    )
  })
})

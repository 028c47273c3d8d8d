import { describe, expect, it } from 'vitest'
import {
  aboutSecondsText,
  bytesText,
  dateText,
  dateTimeText,
  fragmentText,
  likenessText,
  millisecondsText,
  parseCellName,
  parsePlace,
  placeText,
  reasonText,
  startedText,
  weightText,
} from './wording.ts'

describe('places typed into the search box', () => {
  it('reads decimal degrees with comma, space or hemisphere letters', () => {
    expect(parsePlace('24.9, -11.6')).toEqual({ lat: 24.9, lon: -11.6 })
    expect(parsePlace('24.9 -11.6')).toEqual({ lat: 24.9, lon: -11.6 })
    expect(parsePlace('24.9 N 11.6 W')).toEqual({ lat: 24.9, lon: -11.6 })
    expect(parsePlace('33.9°S, 18.4°E')).toEqual({ lat: -33.9, lon: 18.4 })
  })

  it('refuses what lies off the Earth and what is no place', () => {
    expect(parsePlace('91, 0')).toBeUndefined()
    expect(parsePlace('0, 181')).toBeUndefined()
    expect(parsePlace('277U_118L')).toBeUndefined()
  })

  it('reads cell names in either case', () => {
    expect(parseCellName(' 277u_118l ')).toBe('277U_118L')
    expect(parseCellName('277_118')).toBeUndefined()
  })
})

describe('numbers and dates on the screen', () => {
  it('says how alike results are without calling two different vectors the same', () => {
    expect(
      [
        { similarity: 0.94123 },
        { similarity: 0.999 },
        { similarity: 0.99996 },
        { similarity: 1 },
        { similarity: -0.5 },
      ].map(likenessText),
    ).toEqual(['0.941', '0.9990', '0.999960', '1.000', '−0.500'])
    expect(
      [{ distance: 0 }, { distance: 0.00004 }, { distance: 1.2346 }, { distance: 431.26 }].map(likenessText),
    ).toEqual(['0.000', '0.000040', '1.235', '431.3'])
  })

  it('writes places with hemispheres', () => {
    expect(placeText(24.92623, -11.63474)).toBe('24.9262 N 11.6347 W')
  })

  it('reads Major TOM timestamps as UTC', () => {
    expect(dateTimeText('20200219T112111')).toBe('2020-02-19 11:21 UTC')
    expect(dateTimeText('2020-02-19T11:21:11Z')).toBe('2020-02-19 11:21 UTC')
    expect(dateTimeText('2020-02-19 23:30:00+01:00')).toBe('2020-02-19 22:30 UTC')
    expect(dateTimeText('2020-02-19 11:21:00')).toBe('2020-02-19 11:21 UTC')
    expect(dateTimeText('2020-02-19')).toBe('2020-02-19')
    expect(dateText('20200219T112111')).toBe('2020-02-19')
    expect(dateTimeText('spring')).toBe('spring')
  })

  it('writes times without digits that mean nothing', () => {
    expect([0.3, 41.6].map(aboutSecondsText)).toEqual(['under 1 s', 'about 42 s'])
    expect([0.4, 7.3, 999.7, 12_340].map(millisecondsText)).toEqual(['under 1 ms', '7 ms', '1.0 s', '12.3 s'])
  })

  it('say when something began on the clock of this machine, and how long it took', () => {
    const [start, end] = [new Date(2026, 10, 24, 12, 41, 2), new Date(2026, 10, 24, 12, 41, 10)]
    const told = (now: Date, ended?: Date) => startedText(start.toISOString(), ended?.toISOString(), now)
    expect(told(new Date(2026, 10, 24, 20), end)).toBe('Started 12:41, took 8 s')
    expect(told(new Date(2026, 10, 25, 1), end)).toBe('Started 2026-11-24 12:41, took 8 s')
    expect(told(new Date(2026, 10, 24, 20))).toBe('Started 12:41')
  })

  it('write the processors in a reason as their makers do, and nothing else', () => {
    expect(reasonText('cuda: no driver, says cuda: x; webgpu: no adapter')).toBe(
      'CUDA: no driver, says cuda: x; WebGPU: no adapter',
    )
    expect(reasonText('resume: expected cuda; got cpu')).toBe('resume: expected cuda; got cpu')
  })

  it('rounds bytes to meaning and names fragments as the files do', () => {
    expect(bytesText(1_234_567_890)).toBe('1.2 GB')
    expect(bytesText(11_900_000)).toBe('11.9 MB')
    expect(fragmentText({ fragmentRow: 2, fragmentCol: 3 })).toBe('r2 c3')
    expect(weightText(-0.5)).toBe('−0.5')
  })
})

import { describe, expect, it } from 'vitest'
import {
  aboutSecondsText,
  bytesText,
  dateTimeText,
  fragmentText,
  millisecondsText,
  parseCellName,
  parsePlace,
  placeText,
  shortDateText,
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
  it('writes places with hemispheres', () => {
    expect(placeText(24.92623, -11.63474)).toBe('24.9262 N 11.6347 W')
  })

  it('reads Major TOM timestamps as UTC', () => {
    expect(dateTimeText('20200219T112111')).toBe('19 Feb 2020, 11:21 UTC')
    expect(dateTimeText('2020-02-19T11:21:11Z')).toBe('19 Feb 2020, 11:21 UTC')
    expect(shortDateText('20200219T112111')).toBe('19 Feb 20')
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
    expect(told(new Date(2026, 10, 25, 1), end)).toBe('Started 24 Nov, 12:41, took 8 s')
    expect(told(new Date(2026, 10, 24, 20))).toBe('Started 12:41')
  })

  it('rounds bytes to meaning and names fragments as the files do', () => {
    expect(bytesText(1_234_567_890)).toBe('1.2 GB')
    expect(bytesText(11_900_000)).toBe('11.9 MB')
    expect(fragmentText({ fragmentRow: 2, fragmentCol: 3 })).toBe('r2 c3')
    expect(weightText(-0.5)).toBe('−0.5')
  })
})

import { expect, it } from 'vitest'
import { isoDate } from './iso-date.ts'

it.each([
  ['2023-01-19', '2023-01-19'],
  ['20230119', '2023-01-19'],
  ['20230119T161811', '2023-01-19T16:18:11Z'],
  ['2020-02-19T11:21:11', '2020-02-19T11:21:11Z'],
  ['2020-02-19 11:21:11.024', '2020-02-19T11:21:11Z'],
  ['2018-01-01T00:00:00.000Z', '2018-01-01T00:00:00Z'],
  ['2018-01-01T00:30:00+01:00', '2017-12-31T23:30:00Z'],
])('%s is %s', (text, expected) => {
  expect(isoDate(text)).toBe(expected)
})

it('what is no date is none', () => {
  expect(['', '2021', 'yesterday', '2023-13-01'].map(isoDate)).toEqual([undefined, undefined, undefined, undefined])
})

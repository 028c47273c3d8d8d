import { describe, expect, it } from 'vitest'
import { timestampOf, timestampOfProductName } from './timestamps.ts'

describe('timestampOf', () => {
  it.each([
    ['2020-02-19T11:21:11', '20200219T112111'],
    ['2020-02-19T11:21:11.024000Z', '20200219T112111'],
    ['2020-02-19 11:21:11+02:00', '20200219T092111'],
    ['2021-07-23T13:22:41.000000000', '20210723T132241'],
    ['20230119T161811', '20230119T161811'],
    ['2020-02-19', '20200219T000000'],
  ])('rewrites %s', (text, expected) => {
    expect(timestampOf(text)).toBe(expected)
  })

  it('is undefined for what is no date', () => {
    for (const text of ['', 'yesterday', '2020-13-40', '12', null, undefined]) expect(timestampOf(text)).toBeUndefined()
  })
})

describe('timestampOfProductName', () => {
  it('finds the sensing start of Sentinel and Landsat products', () => {
    expect(timestampOfProductName('S2A_MSIL2A_20200219T112111_N0214_R037_T29RKH_20200219T130000')).toBe(
      '20200219T112111',
    )
    expect(timestampOfProductName('LC08_L2SP_203033_20230719_20230802_02_T1')).toBe('20230719T000000')
    expect(timestampOfProductName('T29SNC_20230119T112341')).toBe('20230119T112341')
    expect(timestampOfProductName('my image 2020')).toBeUndefined()
  })
})

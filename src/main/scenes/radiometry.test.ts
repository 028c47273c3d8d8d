import { describe, expect, it } from 'vitest'
import { type PixelSample, proposeRadiometry, type RadiometryHints, samplePixels } from './radiometry.ts'

const all = ['B01', 'B02', 'B03', 'B04', 'B05', 'B06', 'B07', 'B08', 'B8A', 'B09', 'B11', 'B12']
const typical: PixelSample = { count: 1000, median: 1500, low: 200, high: 4000, darkest: 150 }
const hints = (more: Partial<RadiometryHints>): RadiometryHints => ({
  productId: 'chip',
  bandNames: all,
  dtype: 'uint16',
  ...more,
})
const propose = async (more: Partial<RadiometryHints>, sample: Partial<PixelSample> = {}) => {
  const { unit, radiometricOffset } = await proposeRadiometry(hints(more), {}, async () => ({ ...typical, ...sample }))
  return [unit.value, unit.source, radiometricOffset.value, radiometricOffset.source]
}

describe('proposeRadiometry', () => {
  it('takes what was asked for', async () => {
    const options = { unit: 'db', radiometricOffset: -1000 } as const
    const answer = await proposeRadiometry(hints({}), options, async () => typical)
    expect([answer.unit.value, answer.unit.source]).toEqual(['db', 'option'])
    expect([answer.radiometricOffset.value, answer.radiometricOffset.source]).toEqual([-1000, 'option'])
  })

  it('reads the offset of Sentinel-2 from the baseline in the product id', async () => {
    const id = (baseline: string) => `S2A_MSIL2A_20230119T161811_N${baseline}_R111_T01CDJ_20230119T200000`
    expect(await propose({ productId: id('0400') })).toEqual(['reflectance-1e4', 'product-id', -1000, 'product-id'])
    expect(await propose({ productId: id('0509') })).toEqual(['reflectance-1e4', 'product-id', -1000, 'product-id'])
    expect(await propose({ productId: id('0214') })).toEqual(['reflectance-1e4', 'product-id', 0, 'product-id'])
  })

  it('reads the offset from metadata where the product id is silent', async () => {
    const metadata = new Map([['BOA_ADD_OFFSET', '-1000']])
    expect(await propose({ metadata })).toEqual(['reflectance-1e4', 'values', -1000, 'metadata'])
    const baseline = new Map([['PROCESSING_BASELINE', '02.14']])
    expect(await propose({ metadata: baseline })).toEqual(['reflectance-1e4', 'values', 0, 'metadata'])
  })

  it('tells the offset from where the darkest band starts', async () => {
    expect((await propose({}, { darkest: 1011 }))[2]).toBe(-1000)
    expect((await propose({}, { darkest: 1085 }))[2]).toBe(-1000)
    expect((await propose({}, { darkest: 330 }))[2]).toBe(0)
    // a bright desert
    expect((await propose({}, { darkest: 1600 }))[2]).toBe(0)
    expect((await propose({ bandNames: ['elevation'] }, { darkest: 1011 }))[2]).toBe(0)
  })

  it('tells decibels, linear power, fractions and bytes apart', async () => {
    const radar = { dtype: 'float32', bandNames: ['vv', 'vh'] } as const
    expect((await propose(radar, { median: -15, low: -26, high: -6 }))[0]).toBe('db')
    expect((await propose(radar, { median: 0.05, low: 0.001, high: 0.9 }))[0]).toBe('linear')
    expect((await propose({ dtype: 'float32' }, { median: 0.2, low: 0.01, high: 0.7 }))[0]).toBe('0-1')
    expect((await propose({ dtype: 'float32' }, { median: -0.1, low: -0.8, high: 0.9 }))[0]).toBe('0-1')
    expect((await propose({ dtype: 'float32' }, { median: 1800, low: 200, high: 5000 }))[0]).toBe('reflectance-1e4')
    expect((await propose({ dtype: 'uint8' }))[0]).toBe('u8')
    expect((await propose({ dtype: 'int16' }))[0]).toBe('reflectance-1e4')
  })

  it('looks at no pixel when the name says it all', async () => {
    const productId = 'S2A_MSIL2A_20230119T161811_N0509_R111_T01CDJ_20230119T200000'
    const sample = () => Promise.reject(new Error('not needed'))
    await expect(proposeRadiometry(hints({ productId }), {}, sample)).resolves.toBeDefined()
  })
})

describe('samplePixels', () => {
  it('leaves nodata and not-a-number out', () => {
    const band = Float32Array.from([-9999, Number.NaN, 3, 1, 2])
    expect(samplePixels([band], -9999)).toEqual({ count: 3, median: 2, low: 1, high: 3, darkest: 1 })
  })

  it('says that nothing was valid', () => {
    expect(samplePixels([Float32Array.of(0, 0)], 0).count).toBe(0)
  })
})

import { describe, expect, it } from 'vitest'
import { bandNameOfStem, matchBands, nameBands, standardBandName } from './band-names.ts'

describe('standardBandName', () => {
  it('knows a band under its usual spellings', () => {
    for (const name of ['B04', 'B4', 'b04', 'band 4', 'Band4', 'red', 'RED']) expect(standardBandName(name)).toBe('B04')
    expect(standardBandName('B8a')).toBe('B8A')
    expect(standardBandName('VV')).toBe('vv')
    expect(standardBandName('swir22')).toBe('B12')
  })

  it('leaves other names alone', () => {
    for (const name of ['B13', 'B00', 'B5A', 'thumbnail', 'cloud_mask', 'bands', '']) {
      expect(standardBandName(name)).toBeUndefined()
    }
  })
})

describe('matchBands', () => {
  it('finds the same band under another name, the same name first', () => {
    expect(matchBands(['red', 'green', 'blue'], ['B04', 'B03', 'B02'])).toEqual([0, 1, 2])
    expect(matchBands(['B02', 'B03', 'B04', 'B08'], ['red', 'B02', 'B12'])).toEqual([2, 0, -1])
    expect(matchBands(['red', 'B04'], ['B04'])).toEqual([1])
  })
})

describe('nameBands', () => {
  const named = (count: number, own?: string[], option?: string[]) =>
    nameBands(count, { own, option, fileStem: 'x_B8A', name: 'x.tif' })

  it('takes the names of the file, else the option, else what their number tells', () => {
    expect(named(2, ['VV', 'VH'], ['a', 'b']).bandNames).toEqual(['VV', 'VH'])
    expect(named(2, ['first', 'second'], ['B04', 'B08']).bandNames).toEqual(['B04', 'B08'])
    expect(named(2, undefined).bandNames).toEqual(['vv', 'vh'])
    expect(named(12).bandNames).toEqual(expect.arrayContaining(['B01', 'B8A', 'B12']))
    expect(named(12).bandNames).not.toContain('B10')
    expect(named(13).bandNames[10]).toBe('B10')
    expect(named(13).guess).toMatch(/^13 bands taken as B01, /)
    expect(named(1).bandNames).toEqual(['B8A'])
    const radar = { fileStem: 'S1A__IW___A_20150309T173017_VV_grd_db', name: 'x.tif' }
    expect(nameBands(1, radar).bandNames).toEqual(['vv'])
    expect(named(5).bandNames).toEqual(['band1', 'band2', 'band3', 'band4', 'band5'])
  })

  it('refuses an option that names another number of bands', () => {
    expect(() => named(3, undefined, ['B04'])).toThrow(
      'x.tif: expected 1 bands as named, got 3; name one for each band of the file',
    )
  })
})

describe('bandNameOfStem', () => {
  it('splits product, band and resolution', () => {
    expect(bandNameOfStem('T29RKH_20200219T112111_B02_10m')).toEqual({
      bandName: 'B02',
      prefix: 'T29RKH_20200219T112111',
      gsdMeters: 10,
    })
    expect(bandNameOfStem('B8A')).toEqual({ bandName: 'B8A', prefix: '' })
    expect(bandNameOfStem('HLS.S30.T13SED.2023001.v2.0.B04')?.bandName).toBe('B04')
    expect(bandNameOfStem('scene-vv')?.bandName).toBe('vv')
  })

  it('sees no band in other names', () => {
    for (const stem of ['433D_629L_3_1', 'RGB.byte', 'AnnualCrop_12', 'suburb12']) {
      expect(bandNameOfStem(stem)).toBeUndefined()
    }
  })
})

// Band names as the standard writes them, and the names other tools give to the same bands.

import { EngineError } from '../../shared/errors.ts'

export const sentinel2L2aBands = ['B01', 'B02', 'B03', 'B04', 'B05', 'B06', 'B07', 'B08', 'B8A', 'B09', 'B11', 'B12']
export const sentinel2L1cBands = [
  ...['B01', 'B02', 'B03', 'B04', 'B05', 'B06', 'B07', 'B08', 'B8A', 'B09', 'B10', 'B11', 'B12'],
]
export const sentinel1Bands = ['vv', 'vh']
export const rgbBands = ['red', 'green', 'blue']

/** STAC common names and other spellings -> the standard's name (Sentinel-2 MSI) */
const aliases: Readonly<Record<string, string>> = {
  coastal: 'B01',
  blue: 'B02',
  green: 'B03',
  red: 'B04',
  rededge1: 'B05',
  rededge2: 'B06',
  rededge3: 'B07',
  rededge071: 'B05',
  rededge075: 'B06',
  rededge078: 'B07',
  nir: 'B08',
  nir08: 'B8A',
  nir09: 'B09',
  cirrus: 'B10',
  swir1: 'B11',
  swir16: 'B11',
  swir2: 'B12',
  swir22: 'B12',
}

/** `b4`, `B4`, `B04`, `Band 4`, `red` -> `B04`; `VV` -> `vv`; undefined when the name is not a known band. */
export function standardBandName(name: string): string | undefined {
  const trimmed = name.trim()
  const numbered = /^(?:b|band)[ _-]?0*(\d{1,2})(a?)$/i.exec(trimmed)
  if (numbered !== null) {
    const [, digits = '', letter = ''] = numbered
    if (letter !== '') return digits === '8' ? 'B8A' : undefined
    const number = Number(digits)
    return number >= 1 && number <= 12 ? `B${String(number).padStart(2, '0')}` : undefined
  }
  if (/^(vv|vh|hh|hv)$/i.test(trimmed)) return trimmed.toLowerCase()
  return aliases[trimmed.toLowerCase().replaceAll(/[ _-]/g, '')]
}

/**
 * Where each wanted band stands among the bands of an image: same name first, then the same band under another name
 * (`red` for `B04` and the other way round).
 * @returns index in `bandNames` per wanted band, -1 where there is none
 */
export function matchBands(bandNames: readonly string[], wanted: readonly string[]): number[] {
  const standard = bandNames.map(standardBandName)
  return wanted.map((name) => {
    const exact = bandNames.indexOf(name)
    if (exact >= 0) return exact
    const target = standardBandName(name)
    return target === undefined ? -1 : standard.indexOf(target)
  })
}

export interface NamedBands {
  readonly bandNames: readonly string[]
  /** how the names were told; undefined when the file gives them */
  readonly guess?: string
}

/**
 * Names of the bands of one file: its own, else the option, else by their number.
 * @param own names the file gives
 * @throws EngineError when the option names another number of bands
 */
export function nameBands(
  bandCount: number,
  {
    own,
    option,
    fileStem,
    name,
  }: { own?: readonly string[] | undefined; option?: readonly string[] | undefined; fileStem: string; name: string },
): NamedBands {
  const known = own?.map(standardBandName)
  if (own !== undefined && known?.every((name) => name !== undefined)) return { bandNames: own }
  if (option !== undefined) {
    if (option.length !== bandCount)
      throw new EngineError(
        'invalid-input',
        `${name}: expected ${option.length} bands as named, got ${bandCount}; name one for each band of the file`,
      )
    return { bandNames: option }
  }
  if (own !== undefined) return { bandNames: own }
  if (bandCount === 1) return { bandNames: [bandNameOfStem(fileStem)?.bandName ?? polarisationOf(fileStem) ?? 'band1'] }
  const guessed = { 2: sentinel1Bands, 3: rgbBands, 12: sentinel2L2aBands, 13: sentinel2L1cBands }[bandCount]
  if (guessed !== undefined) return { bandNames: guessed, guess: `${bandCount} bands taken as ${guessed.join(', ')}` }
  const plain = Array.from({ length: bandCount }, (_, band) => `band${band + 1}`)
  return { bandNames: plain, guess: `${bandCount} bands without names, called ${plain[0]} to ${plain.at(-1)}` }
}

/** `S1A_IW_20150309_VV_grd` -> `vv` */
function polarisationOf(stem: string): string | undefined {
  return /(?:^|[_\-. ])(vv|vh|hh|hv)(?=[_\-. ])/i.exec(stem)?.[1]?.toLowerCase()
}

/**
 * Splits `T29RKH_20200219T112111_B02_10m` into band and the rest.
 * @returns undefined when the name does not end in a band name
 */
export function bandNameOfStem(stem: string): { bandName: string; prefix: string; gsdMeters?: number } | undefined {
  const match = /^(.*?)(?:^|[_\-. ])(b\d{1,2}a?|vv|vh|hh|hv)(?:[_\-.](\d{2})m)?$/i.exec(stem)
  if (match === null) return undefined
  const [, prefix = '', band = '', gsd] = match
  const bandName = standardBandName(band)
  if (bandName === undefined) return undefined
  return { bandName, prefix, ...(gsd === undefined ? {} : { gsdMeters: Number(gsd) }) }
}

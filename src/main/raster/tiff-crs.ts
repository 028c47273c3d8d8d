// GeoTIFF keys -> the CRS text the rest of the engine takes. OGC 19-008r4, section 7 and annexes.

type GeoKeys = Readonly<Record<string, unknown>>

const userDefined = 32767

/** `EPSG:n`, a PROJ text for a user-defined projection we can write down, or undefined. */
export function crsOfGeoKeys(keys: GeoKeys | null): string | undefined {
  if (keys === null) return undefined
  const projected = number(keys, 'ProjectedCSTypeGeoKey')
  const geographic = number(keys, 'GeographicTypeGeoKey')
  const model = number(keys, 'GTModelTypeGeoKey') ?? (projected === undefined ? 2 : 1)
  if (model === 1 && projected !== undefined && projected !== userDefined) return `EPSG:${projected}`
  if (model === 1) return projText(keys)
  if (model === 2 && geographic !== undefined && geographic !== userDefined) return `EPSG:${geographic}`
  if (model === 2) return `+proj=longlat ${ellipsoid(keys)} +no_defs`
  return undefined
}

/** ProjCoordTransGeoKey -> PROJ name and the parameters it takes */
const projections: Readonly<Record<number, { readonly proj: string; readonly parallels?: boolean }>> = {
  1: { proj: 'tmerc' },
  7: { proj: 'merc' },
  8: { proj: 'lcc', parallels: true },
  9: { proj: 'lcc' },
  10: { proj: 'laea' },
  11: { proj: 'aea', parallels: true },
  12: { proj: 'aeqd' },
  15: { proj: 'stere' },
  17: { proj: 'eqc' },
  24: { proj: 'sinu' },
}

function projText(keys: GeoKeys): string | undefined {
  const zone = number(keys, 'ProjectionGeoKey')
  // 16001..16060 and 16101..16160: UTM north and south
  if (zone !== undefined && zone > 16000 && zone < 16161) {
    const south = zone > 16100
    return `+proj=utm +zone=${zone % 100} ${south ? '+south ' : ''}${ellipsoid(keys)} +units=m +no_defs`
  }
  const method = projections[number(keys, 'ProjCoordTransGeoKey') ?? 0]
  if (method === undefined) return undefined
  const parameters = [
    ['lat_0', first(keys, ['ProjNatOriginLatGeoKey', 'ProjFalseOriginLatGeoKey', 'ProjCenterLatGeoKey'])],
    [
      'lon_0',
      first(keys, [
        'ProjNatOriginLongGeoKey',
        'ProjFalseOriginLongGeoKey',
        'ProjCenterLongGeoKey',
        'ProjStraightVertPoleLongGeoKey',
      ]),
    ],
    ['lat_1', method.parallels === true ? number(keys, 'ProjStdParallel1GeoKey') : undefined],
    ['lat_2', method.parallels === true ? number(keys, 'ProjStdParallel2GeoKey') : undefined],
    ['k_0', first(keys, ['ProjScaleAtNatOriginGeoKey', 'ProjScaleAtCenterGeoKey'])],
    ['x_0', first(keys, ['ProjFalseEastingGeoKey', 'ProjFalseOriginEastingGeoKey', 'ProjCenterEastingGeoKey'])],
    ['y_0', first(keys, ['ProjFalseNorthingGeoKey', 'ProjFalseOriginNorthingGeoKey', 'ProjCenterNorthingGeoKey'])],
  ] as const
  const texts = parameters.flatMap(([name, value]) => (value === undefined ? [] : [`+${name}=${value}`]))
  return [`+proj=${method.proj}`, ...texts, ellipsoid(keys), units(keys), '+no_defs'].join(' ')
}

function ellipsoid(keys: GeoKeys): string {
  const a = number(keys, 'GeogSemiMajorAxisGeoKey')
  const flattening = number(keys, 'GeogInvFlatteningGeoKey')
  const b = number(keys, 'GeogSemiMinorAxisGeoKey')
  const geographic = number(keys, 'GeographicTypeGeoKey')
  if (geographic === undefined || geographic === userDefined) {
    if (a !== undefined && flattening !== undefined && flattening !== 0) return `+a=${a} +rf=${flattening}`
    if (a !== undefined) return `+a=${a} +b=${b ?? a}`
  }
  if (geographic === 4269 || geographic === 4258) return '+ellps=GRS80'
  return '+datum=WGS84'
}

function units(keys: GeoKeys): string {
  const unit = number(keys, 'ProjLinearUnitsGeoKey')
  if (unit === 9002) return '+units=ft'
  if (unit === 9003) return '+units=us-ft'
  if (unit === 9036) return '+units=km'
  return '+units=m'
}

function first(keys: GeoKeys, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = number(keys, name)
    if (value !== undefined) return value
  }
  return undefined
}

function number(keys: GeoKeys, name: string): number | undefined {
  const value = keys[name]
  if (typeof value === 'number') return value
  return ArrayBuffer.isView(value) || Array.isArray(value) ? Number((value as ArrayLike<number>)[0]) : undefined
}

import { describe, expect, it } from 'vitest'
import type { FileDescription } from '../../shared/contract.ts'
import { initialVerification, requestOf, routeToVerification } from './verification.ts'

const described = (file: string, kind: FileDescription['kind'], product: string): FileDescription => ({
  ...{ file, kind, product },
  problems: [],
})

describe('files for a verification', () => {
  it('are published vectors or Core images, the rest is refused with a sentence', () => {
    const damaged = { ...described('d.parquet', 'unknown', 'unknown'), problems: ['d.parquet: cut short'] }
    expect(
      routeToVerification([
        described('a.parquet', 'patch', 'major-tom'),
        described('core.parquet', 'imagery', 'core-parquet'),
        described('b.tif', 'imagery', 'generic-raster'),
        damaged,
      ]),
    ).toEqual({
      published: ['a.parquet'],
      images: ['core.parquet'],
      refused: ['b.tif: expected an embeddings Parquet or a Core Parquet, got generic-raster', 'd.parquet: cut short'],
    })
  })
})

describe('the request', () => {
  const whole = { ...initialVerification.choices, model: 'm', published: 'a.parquet', images: ['core.parquet'] }

  it('needs model, published file and images', () => {
    expect(requestOf({ ...whole, model: undefined })).toBeUndefined()
    expect(requestOf({ ...whole, published: undefined })).toBeUndefined()
    expect(requestOf({ ...whole, images: [] })).toBeUndefined()
  })

  it('names a unit only where the user did', () => {
    const request = {
      ...{ model: 'm', published: 'a.parquet', images: ['core.parquet'] },
      ...{ radiometricOffset: 'auto', cells: 8 },
    }
    expect(requestOf(whole)).toEqual(request)
    expect(requestOf({ ...whole, unit: 'u8' })).toEqual({ ...request, unit: 'u8' })
  })
})

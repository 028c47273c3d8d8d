import { EngineError } from '../../shared/errors.ts'
import { covarianceOfRows } from '../pca/covariance.ts'
import { principalComponents } from '../pca/principal-components.ts'
import type { Whitening } from '../search/metric-space.ts'
import { breathe } from '../threads/thread-calls.ts'
import { sampleRows } from './measure-recall.ts'
import type { SetScanner } from './set-scanner.ts'

/** Axes beyond these carry little but noise, which whitening would blow up. */
const COMPONENTS = 64
/** Rows that the axes are fitted on: all of a smaller set. */
const FITTED_ROWS = 8192
/** An axis with less than this share of the first one's variance is rounding. */
const LEAST_VARIANCE = 1e-10

/** Whitening along the leading principal axes of the set, at most as many as `COMPONENTS`. */
export async function fitWhitening(scanner: SetScanner, signal?: AbortSignal): Promise<Whitening> {
  const { dimensions } = scanner.parts
  const rows = sampleRows(scanner, FITTED_ROWS)
  if (rows.length < 2) {
    throw new EngineError(
      'invalid-input',
      `search: metric whitened expects at least 2 rows with a direction, got ${rows.length}`,
    )
  }
  const vectors = scanner.readVectors(rows)
  const places = Uint32Array.from(rows, (_, index) => index)
  const covariance = await covarianceOfRows(vectors, dimensions, places, {
    pause: breathe,
    ...(signal === undefined ? {} : { signal }),
  })
  const { axes, variances } = principalComponents(covariance, Math.min(COMPONENTS, dimensions))
  const components = variances.filter((variance) => variance > LEAST_VARIANCE * variances[0]!).length
  const map = Float64Array.from(axes.subarray(0, components * dimensions))
  for (let i = 0; i < map.length; i++) map[i]! /= Math.sqrt(variances[Math.floor(i / dimensions)]!)
  return { components, map }
}

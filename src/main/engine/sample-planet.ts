import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineStatus } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'

/** Whether a path of `openSet` means the planet that is shipped. */
export function isSamplePlanet(path: string): boolean {
  return path === 'sample-planet'
}

/** @throws EngineError `not-found` where the planet has not been made */
export async function requireSamplePlanet(resourcesDir: string): Promise<string> {
  const { available, path } = await samplePlanetStatus(resourcesDir)
  if (available) return path
  throw new EngineError(
    'not-found',
    `sample planet: expected ${path}, got no such file; make it with "ground-control sample"`,
  )
}

function samplePlanetPath(resourcesDir: string): string {
  return join(resourcesDir, 'sample', 'sample-planet.parquet')
}

export async function samplePlanetStatus(resourcesDir: string): Promise<EngineStatus['samplePlanet']> {
  const path = samplePlanetPath(resourcesDir)
  const info = await stat(path).catch(() => undefined)
  return { available: info !== undefined, path, byteLength: info?.size ?? 0 }
}

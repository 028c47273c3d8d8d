import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineStatus } from '../../shared/contract.ts'

/** Whether a path of `openSet` means the planet that is shipped. */
export function isSamplePlanet(path: string): boolean {
  return path === 'sample-planet'
}

export function samplePlanetPath(resourcesDir: string): string {
  return join(resourcesDir, 'sample', 'sample-planet.parquet')
}

export async function samplePlanetStatus(resourcesDir: string): Promise<EngineStatus['samplePlanet']> {
  const path = samplePlanetPath(resourcesDir)
  const info = await stat(path).catch(() => undefined)
  return { available: info !== undefined, path, byteLength: info?.size ?? 0 }
}

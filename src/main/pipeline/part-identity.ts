import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { Provenance } from '../geoparquet/provenance.ts'
import type { PixelSource } from '../scenes/image-task.ts'
import type { Chunk } from './chunks.ts'
import { howMade } from './part-provenance.ts'

/**
 * Everything that the vectors of a part depend on, as one hash: how they are made, by which version, and of which images
 * in which chunks; a file counts with its size and time, so one that was replaced under its name is another.
 */
export async function partIdentity(chunks: readonly Chunk[], provenance: Provenance): Promise<string> {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([provenance.appVersion, howMade(provenance)]))
  const stamps = new Map<string, string>()
  for (const { index, tasks } of chunks) {
    for (const { name, pixelSource, fragmentRows } of tasks) {
      for (const path of pathsOf(pixelSource)) if (!stamps.has(path)) stamps.set(path, await stampOf(path))
      hash.update(JSON.stringify([index, name, pixelSource, fragmentRows]))
    }
  }
  hash.update(JSON.stringify([...stamps]))
  return hash.digest('hex')
}

function pathsOf(source: PixelSource): readonly string[] {
  return source.type === 'stack' ? source.bands.map((band) => band.path) : [source.path]
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined ? 'missing' : `${found.size} ${found.mtimeMs}`
}

// NumPy's .npz: a ZIP of .npy files, one for each named array.

import { EngineError } from '../../shared/errors.ts'
import type { ByteSource } from '../bytes/byte-source.ts'
import { openZipEntry, readZipEntries } from '../bytes/zip-entries.ts'
import { type NpyArray, openNpy } from './npy.ts'

export interface NpzFile {
  /** names without `.npy`, in file order */
  readonly names: readonly string[]
  /** @throws EngineError as `openNpy`, and `unreadable-file` for a damaged or very large compressed entry */
  open(name: string, signal?: AbortSignal): Promise<NpyArray>
}

/** @throws EngineError `unreadable-file` for a damaged archive, `unsupported-format` for one without arrays */
export async function openNpz(source: ByteSource): Promise<NpzFile> {
  const entries = await readZipEntries(source)
  const names = [...entries.keys()].filter((name) => name.endsWith('.npy')).map((name) => name.slice(0, -4))
  if (names.length === 0) {
    throw new EngineError(
      'unsupported-format',
      `${source.name}: expected NumPy arrays (.npy) in the archive, got ${entries.size} other entries; unpack it first`,
    )
  }
  return {
    names,
    async open(name, signal) {
      return await openNpy(await openZipEntry(source, entries.get(`${name}.npy`)!), signal)
    },
  }
}

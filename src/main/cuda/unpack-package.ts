import { basename, join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { type ByteSource, openFileSource } from '../bytes/byte-source.ts'
import { writeOutputFile } from '../bytes/output-file.ts'
import { unzipEntry } from '../bytes/unzip-entry.ts'
import { readZipEntries, type ZipEntry } from '../bytes/zip-entries.ts'
import { checkRoom } from '../downloads/check-room.ts'
import type { FetchContext } from '../downloads/fetch-file.ts'
import { licenceFolder, type PlacedPackage } from './cuda-folder.ts'
import type { CudaPackage } from './cuda-packages.ts'

/**
 * Puts the libraries of a package into a folder, and what its licence is beside them.
 * @returns the files, by their names in the folder
 * @throws EngineError `unreadable-file` when one is missing or damaged, `disk-full`; AbortError
 */
export async function unpackPackage(
  path: string,
  { name, version, title, entries: wanted }: CudaPackage,
  folder: string,
  { signal, onProgress, freeBytes }: FetchContext,
): Promise<PlacedPackage['files']> {
  const source = await openFileSource(path)
  try {
    const entries = await readZipEntries(source)
    const libraries = wanted.map((entry) => entryOf(entries, entry, `${name} ${version}`))
    const licences = [...entries.values()].filter(isLicence)
    const total = libraries.reduce((sum, { byteLength }) => sum + byteLength, 0)
    await checkRoom(join(folder, basename(path)), total, freeBytes, title)
    const files: PlacedPackage['files'] = []
    let before = 0
    for (const entry of libraries) {
      const file = basename(entry.name)
      const onBytes = (done: number) => onProgress({ stage: `unpacking ${title}`, done: before + done, total })
      await unpackTo(join(folder, file), source, entry, { signal, onBytes })
      files.push({ name: file, byteLength: entry.byteLength })
      before += entry.byteLength
    }
    for (const entry of licences) {
      const file = `${licenceFolder}/${name}/${basename(entry.name)}`
      await unpackTo(join(folder, file), source, entry, { signal, onBytes: () => {} })
      files.push({ name: file, byteLength: entry.byteLength })
    }
    return files
  } finally {
    await source.close()
  }
}

async function unpackTo(
  target: string,
  source: ByteSource,
  entry: ZipEntry,
  progress: Parameters<typeof unzipEntry>[3],
): Promise<void> {
  await writeOutputFile(target, (file) => unzipEntry(source, entry, file, progress), { signal: progress.signal })
}

function entryOf(entries: ReadonlyMap<string, ZipEntry>, name: string, place: string): ZipEntry {
  const entry = entries.get(name)
  if (entry !== undefined) return entry
  throw new EngineError(
    'unreadable-file',
    `package ${place}: expected the entry ${name}, got none; it is another package`,
  )
}

function isLicence({ name }: ZipEntry): boolean {
  return /^(licen[sc]e|thirdpartynotices)[^/]*$/i.test(basename(name)) && !name.endsWith('/')
}

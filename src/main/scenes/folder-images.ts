// What a folder is: a product whose bands are files of their own, or a list of images. Listing and describing both ask here.

import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type BandGroup, groupBandFiles, isCompanion, readBandStack } from './band-stack.ts'
import type { ListOptions } from './image-task.ts'
import { isSafeFolder, readSafe } from './safe-folder.ts'
import { formatOf } from './stack.ts'
import type { GroundStack } from './stack-tasks.ts'

export interface FolderEntry {
  readonly name: string
  readonly path: string
  readonly isFolder: boolean
}

export type Folder = { readonly path: string; readonly entries: readonly FolderEntry[] } & (
  | { readonly kind: 'safe' }
  /** the raster names all end in band names */
  | { readonly kind: 'bands'; readonly groups: readonly BandGroup[] }
  | { readonly kind: 'list' }
)

/** Entries by name, hidden ones left out. */
export async function readFolder(path: string): Promise<Folder> {
  const entries = (await readdir(path, { withFileTypes: true }))
    .filter((entry) => !entry.name.startsWith('.'))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
    .map((entry) => ({ name: entry.name, path: join(path, entry.name), isFolder: entry.isDirectory() }))
  const names = entries.map(({ name }) => name)
  if (isSafeFolder(path, names)) return { path, entries, kind: 'safe' }
  const groups = bandGroups(entries.map((entry) => entry.path).filter(isRaster))
  return groups.length === 0 ? { path, entries, kind: 'list' } : { path, entries, kind: 'bands', groups }
}

export const isRaster = (path: string) => formatOf(path) !== undefined

/** Whether a file is an image by its name. */
export function isImageFile(path: string): boolean {
  if (basename(path).toLowerCase() === 'metadata.parquet') return false
  return isRaster(path) || /\.(parquet|jpe?g|png)$/i.test(path)
}

/** The images of a folder whose raster names all end in band names; none when the folder is a list of images. */
function bandGroups(rasters: readonly string[]): BandGroup[] {
  const { groups, others } = groupBandFiles(rasters.filter((path) => !isCompanion(path)))
  return others.length === 0 && groups.some(({ bands }) => bands.size > 1) ? groups : []
}

/** One image of a folder that is not a list: its granules, or its groups of band files; each may fail alone. */
export function imagesOfFolder(
  folder: Folder,
  input: string,
  options: ListOptions,
): readonly (() => Promise<GroundStack[]>)[] {
  if (folder.kind === 'safe') return [() => readSafe(folder.path, input, options)]
  if (folder.kind === 'list') return []
  return folder.groups.map((group) => async () => [await readBandGroup(group, input, options)])
}

export async function readBandGroup(group: BandGroup, input: string, options: ListOptions): Promise<GroundStack> {
  const name = group.prefix === '' ? basename(group.folder) : group.prefix
  const description = { kind: 'band-folder', input, file: group.folder, name, productId: name } as const
  return await readBandStack(group.bands, description, options)
}

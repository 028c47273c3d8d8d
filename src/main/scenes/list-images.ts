// What the user named -> the images in it.

import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { EngineError, isCancelled } from '../../shared/errors.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { readPictureSize } from '../raster/picture-size.ts'
import { rgbBands } from './band-names.ts'
import { type BandGroup, groupBandFiles, isCompanion, listBandStack } from './band-stack.ts'
import { listCorePart } from './core-parquet.ts'
import { distinctNames } from './distinct-names.ts'
import { listGeoTiff } from './geotiff-image.ts'
import type { ImageList, ImageTask, InputProblem, ListOptions } from './image-task.ts'
import { isSafeFolder, listSafe } from './safe-folder.ts'
import { formatOf } from './stack.ts'

interface Gathered {
  readonly tasks: ImageTask[]
  readonly failures: InputProblem[]
  readonly skipped: InputProblem[]
  /** text -> files it was said of */
  readonly guesses: Map<string, string[]>
}

/**
 * Lists the images of files and folders, in the order given, folders by name. Pixels are only sampled.
 * @throws when cancelled; everything else stands in `failures`
 */
export async function listImages(inputs: readonly string[], options: ListOptions = {}): Promise<ImageList> {
  const found: Gathered = { tasks: [], failures: [], skipped: [], guesses: new Map() }
  const { groups, single } = looseBands(inputs)
  for (const input of single) await listInput(input, found, options)
  for (const group of groups) await attempt(group.folder, found, () => listGroup(group, group.folder, found, options))
  const warnings = [...found.guesses].map(([text, files]) =>
    files.length === 1 ? `${files[0]}: ${text}` : `${files.length} files: ${text}`,
  )
  return { tasks: distinctNames(found.tasks), failures: found.failures, skipped: found.skipped, warnings }
}

async function listInput(input: string, found: Gathered, options: ListOptions): Promise<void> {
  await attempt(input, found, async () => {
    const info = await stat(input).catch((cause: NodeJS.ErrnoException) => {
      const got = cause.code === 'ENOENT' ? 'nothing there' : (cause.code ?? cause.message)
      throw new EngineError('not-found', `${input}: expected a file or folder, got ${got}`, { cause })
    })
    if (!info.isDirectory()) {
      await listFile(input, input, found, options)
      return
    }
    const before = found.tasks.length + found.failures.length
    await listFolder(input, input, found, options)
    if (found.tasks.length + found.failures.length === before) {
      throw new EngineError(
        'invalid-input',
        `${input}: expected images (Core Parquet, GeoTIFF, JPEG 2000, JPEG, PNG), got a folder without any`,
      )
    }
  })
}

async function listFolder(folder: string, input: string, found: Gathered, options: ListOptions): Promise<void> {
  options.signal?.throwIfAborted()
  const entries = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => !entry.name.startsWith('.'))
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  const names = entries.map((entry) => entry.name)
  if (isSafeFolder(folder, names)) {
    await attempt(folder, found, async () => void found.tasks.push(...(await listSafe(folder, input, options))))
    return
  }
  const rasters = names.map((name) => join(folder, name)).filter((path) => formatOf(path) !== undefined)
  const groups = bandFolderGroups(rasters)
  for (const group of groups) await attempt(folder, found, () => listGroup(group, input, found, options))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await listFolder(path, input, found, options)
    else if (groups.length > 0 && rasters.includes(path)) {
      if (isCompanion(path)) found.skipped.push({ input: path, reason: 'not a band' })
    } else if (isImageFile(path)) await attempt(path, found, () => listFile(path, input, found, options))
    else found.skipped.push({ input: path, reason: 'not an image' })
  }
}

/** The images of a folder whose raster names all end in band names; none when the folder is a list of images. */
function bandFolderGroups(rasters: readonly string[]): BandGroup[] {
  const { groups, others } = groupBandFiles(rasters.filter((path) => !isCompanion(path)))
  return others.length === 0 && groups.some(({ bands }) => bands.size > 1) ? groups : []
}

async function listGroup(group: BandGroup, input: string, found: Gathered, options: ListOptions): Promise<void> {
  const name = group.prefix === '' ? basename(group.folder) : group.prefix
  const description = { kind: 'band-folder', input, file: group.folder, name, productId: name } as const
  found.tasks.push(...(await listBandStack(group.bands, description, options)))
}

/** Band files named one by one (a shell's `*.tif`, a drop of several files) are one image too. */
function looseBands(inputs: readonly string[]): { groups: BandGroup[]; single: string[] } {
  const { groups } = groupBandFiles(inputs.filter((path) => formatOf(path) !== undefined))
  const images = groups.filter(({ bands }) => bands.size > 1)
  const taken = new Set(images.flatMap(({ bands }) => [...bands.values()]))
  return { groups: images, single: inputs.filter((input) => !taken.has(input)) }
}

function isImageFile(path: string): boolean {
  if (basename(path).toLowerCase() === 'metadata.parquet') return false
  return formatOf(path) !== undefined || /\.(parquet|jpe?g|png)$/i.test(path)
}

async function listFile(path: string, input: string, found: Gathered, options: ListOptions): Promise<void> {
  options.signal?.throwIfAborted()
  options.onProgress?.({ done: found.tasks.length, name: basename(path) })
  if (formatOf(path) !== undefined) {
    const { tasks, warnings } = await listGeoTiff(path, input, options)
    found.tasks.push(...tasks)
    for (const text of warnings) found.guesses.set(text, [...(found.guesses.get(text) ?? []), path])
  } else if (/\.parquet$/i.test(path)) found.tasks.push(...(await listCorePart(path, input, options)))
  else if (/\.(jpe?g|png)$/i.test(path)) found.tasks.push(await listPicture(path, input, options))
  else {
    throw new EngineError(
      'unsupported-format',
      `${path}: expected Core Parquet, GeoTIFF, JPEG 2000, JPEG or PNG, got a file named ${extname(path) || basename(path)}`,
    )
  }
}

async function listPicture(path: string, input: string, options: ListOptions): Promise<ImageTask> {
  const source = await openFileSource(path)
  try {
    return {
      kind: 'image',
      input,
      file: path,
      name: basename(path),
      ...(await readPictureSize(source)),
      bandNames: rgbBands,
      productId: basename(path, extname(path)),
      timestamp: options.timestamp ?? null,
      unit:
        options.unit === undefined
          ? { value: 'u8', source: 'values', reason: 'a picture of bytes 0 to 255' }
          : { value: options.unit, source: 'option', reason: 'as asked' },
      radiometricOffset: { value: 0, source: 'values', reason: 'a picture has none' },
      pixelSource: { type: 'picture', path },
    }
  } finally {
    await source.close()
  }
}

async function attempt(input: string, found: Gathered, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isCancelled(error) || !(error instanceof EngineError)) throw error
    found.failures.push({ input, reason: error.message })
  }
}

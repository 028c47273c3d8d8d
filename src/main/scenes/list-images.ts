// What the user named -> the images in it.

import { stat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { EngineError, isCancelled } from '../../shared/errors.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { readPictureSize } from '../raster/picture-size.ts'
import { rgbBands } from './band-names.ts'
import { type BandGroup, groupBandFiles, isCompanion } from './band-stack.ts'
import { listCorePart } from './core-parquet.ts'
import { distinctNames } from './distinct-names.ts'
import { imagesOfFolder, isImageFile, isRaster, readBandGroup, readFolder } from './folder-images.ts'
import { listGeoTiff } from './geotiff-image.ts'
import type { ImageList, ImageTask, InputProblem, ListOptions } from './image-task.ts'
import { formatOf } from './stack.ts'
import { type GroundStack, tasksOfStack } from './stack-tasks.ts'

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
  for (const group of groups) {
    const read = async () => addStacks([await readBandGroup(group, group.folder, options)], found, options)
    await attempt(group.folder, found, read)
  }
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

async function listFolder(path: string, input: string, found: Gathered, options: ListOptions): Promise<void> {
  options.signal?.throwIfAborted()
  const folder = await readFolder(path)
  for (const read of imagesOfFolder(folder, input, options)) {
    await attempt(path, found, async () => addStacks(await read(), found, options))
  }
  if (folder.kind === 'safe') return
  for (const entry of folder.entries) {
    if (entry.isFolder) await listFolder(entry.path, input, found, options)
    else if (folder.kind === 'bands' && isRaster(entry.path)) {
      if (isCompanion(entry.path)) found.skipped.push({ input: entry.path, reason: 'not a band' })
    } else if (isImageFile(entry.path)) {
      await attempt(entry.path, found, () => listFile(entry.path, input, found, options))
    } else found.skipped.push({ input: entry.path, reason: 'not an image' })
  }
}

function addStacks(stacks: readonly GroundStack[], found: Gathered, options: ListOptions): void {
  for (const stack of stacks) found.tasks.push(...tasksOfStack(stack, options))
}

/** Band files named one by one (a shell's `*.tif`, a drop of several files) are one image too. */
function looseBands(inputs: readonly string[]): { groups: BandGroup[]; single: string[] } {
  const { groups } = groupBandFiles(inputs.filter((path) => formatOf(path) !== undefined))
  const images = groups.filter(({ bands }) => bands.size > 1)
  const taken = new Set(images.flatMap(({ bands }) => [...bands.values()]))
  return { groups: images, single: inputs.filter((input) => !taken.has(input)) }
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

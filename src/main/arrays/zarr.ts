// Zarr v3 groups in a folder, read by zarrita (chunks, shards and codecs are its own); a missing chunk is the fill value.

import { open, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as zarrita from 'zarrita'
import { EngineError } from '../../shared/errors.ts'
import { isNumberType, type NumberType } from './number-types.ts'

export interface ZarrArray {
  /** what to call it in messages */
  readonly name: string
  readonly dtype: NumberType
  readonly shape: readonly number[]
  readonly attributes: Readonly<Record<string, unknown>>
  /**
   * @param ranges half-open `[start, end)` of every axis
   * @returns values of the box in C order
   * @throws EngineError `unreadable-file` for damage and codecs that are not known
   */
  read(ranges: readonly (readonly [start: number, end: number])[], signal?: AbortSignal): Promise<Float32Array>
}

export interface ZarrGroup {
  readonly path: string
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
  /** groups and arrays in the folder, sorted */
  children(): Promise<readonly string[]>
  /** @throws EngineError `unreadable-file`, `unsupported-format` for arrays of anything but numbers */
  array(name: string): Promise<ZarrArray>
  /** @throws EngineError `unreadable-file` */
  group(name: string): Promise<ZarrGroup>
}

/** Whether a folder is a Zarr v3 group or array. */
export async function isZarr(folder: string): Promise<boolean> {
  return (await stat(join(folder, 'zarr.json')).catch(() => undefined))?.isFile() === true
}

/** @throws EngineError `unreadable-file` when it is no Zarr v3 group */
export async function openZarrGroup(path: string): Promise<ZarrGroup> {
  const name = basename(path)
  const location = zarrita.root(folderStore(path))
  const group = await named(name, () => zarrita.open.v3(location, { kind: 'group' }))
  return {
    path,
    name,
    attributes: group.attrs,
    async children() {
      const entries = await readdir(path, { withFileTypes: true })
      return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort()
    },
    group: (child) => openZarrGroup(join(path, child)),
    array: (child) => openArray(`${name}/${child}`, location.resolve(child)),
  }
}

async function openArray(name: string, location: zarrita.Location<zarrita.AsyncReadable>): Promise<ZarrArray> {
  const array = await named(name, () => zarrita.open.v3(location, { kind: 'array' }))
  const { dtype, shape, attrs } = array
  if (!isNumberType(dtype)) {
    throw new EngineError('unsupported-format', `${name}: expected an array of numbers, got the type ${dtype}`)
  }
  return {
    name,
    dtype,
    shape,
    attributes: attrs,
    async read(ranges, signal) {
      const selection = ranges.map(([start, end]) => zarrita.slice(start, end))
      const { data } = await named(
        name,
        () => zarrita.get(array as zarrita.Array<'float32', zarrita.AsyncReadable>, selection, { signal: signal! }),
        signal,
      )
      return floatsOf(data as ArrayLike<number | bigint>)
    },
  }
}

function floatsOf(values: ArrayLike<number | bigint>): Float32Array {
  if (values instanceof Float32Array) return values
  return Float32Array.from({ length: values.length }, (_, index) => Number(values[index]))
}

async function named<T>(name: string, read: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    signal?.throwIfAborted()
    const got = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
    throw new EngineError('unreadable-file', `${name}: expected an intact Zarr v3 store, got ${got}; copy it again`, {
      cause,
    })
  }
}

/** What zarrita asks for: whole files, and the parts of shards. */
function folderStore(folder: string): zarrita.AsyncReadable {
  const read = async (key: string, part: { offset: number; length: number } | { suffixLength: number } | undefined) => {
    const file = await open(join(folder, key), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
      throw error
    })
    if (file === undefined) return undefined
    try {
      const { size } = await file.stat()
      const [start, length] =
        part === undefined
          ? [0, size]
          : 'suffixLength' in part
            ? [Math.max(0, size - part.suffixLength), Math.min(size, part.suffixLength)]
            : [part.offset, part.length]
      if (start + length > size) throw new Error(`${key} of ${size} bytes, where its index says ${start + length}`)
      const bytes = new Uint8Array(length)
      await file.read(bytes, 0, length, start)
      return bytes
    } finally {
      await file.close()
    }
  }
  return { get: (key) => read(key, undefined), getRange: (key, range) => read(key, range) }
}

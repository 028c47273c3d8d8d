import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { CallOutput } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'

export interface FileAccessOptions {
  /** true when a page on the network side of a socket asks: only named places may be read */
  readonly isLimited: boolean
  /** named by the user at start */
  readonly folders: readonly string[]
  /** the engine's own folders: spooled files, outputs, the sample planet */
  readonly ownFolders: readonly string[]
  /** whether the user has opened this very file before */
  readonly wasOpened: (path: string) => Promise<boolean>
}

/** Decides which paths a door may read. Symbolic links are followed before deciding. */
export class FileAccess {
  readonly #options: FileAccessOptions

  constructor(options: FileAccessOptions) {
    this.#options = options
  }

  /**
   * The real path behind `path`, if this door may read it.
   * @throws EngineError `not-permitted` outside the named places, `not-found` when nothing is there
   */
  async readable(path: string): Promise<string> {
    const { isLimited, folders, ownFolders, wasOpened } = this.#options
    const absolute = resolve(path)
    if (!isLimited) return realPath(absolute)
    // decide before looking: whether a file exists outside the named folders is nobody's business
    const real = await realpath(absolute).catch(() => absolute)
    if ((await isInside(real, [...folders, ...ownFolders])) || (await wasOpened(real))) return realPath(absolute)
    throw new EngineError(
      'not-permitted',
      `${path}: expected a file in a folder named at start, got one outside; name its folder when you start (serve FOLDER) or drop the file on the window`,
    )
  }

  /**
   * A folder that may be written, which need not exist yet.
   * @throws EngineError `not-permitted` outside the named folders
   */
  async writable(folder: string): Promise<string> {
    const absolute = resolve(folder)
    if (!this.#options.isLimited || (await isInside(await realOfExisting(absolute), this.#options.folders)))
      return absolute
    throw new EngineError(
      'not-permitted',
      `${folder}: expected a folder named at start or one inside it, got another; leave it out to use the application's own`,
    )
  }

  /** Entries of a folder inside the named ones; without `path` the named folders themselves. */
  async list(path: string | undefined): Promise<CallOutput<'listFolder'>> {
    const { folders } = this.#options
    if (path === undefined) {
      return { entries: folders.map((folder) => ({ name: folder, path: folder, kind: 'folder' as const })) }
    }
    const real = await realpath(resolve(path)).catch(() => resolve(path))
    if (!(await isInside(real, folders))) {
      throw new EngineError('not-permitted', `${path}: expected a folder named at start or one inside it, got another`)
    }
    const parent = dirname(real)
    const entries = await readdir(real, { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      throw new EngineError('unreadable-file', `${path}: expected a readable folder, got ${cause.code}`, { cause })
    })
    const isShown = async (entry: Dirent) =>
      !entry.name.startsWith('.') && (!entry.isSymbolicLink() || (await this.#leadsInside(join(real, entry.name))))
    const described = await Promise.all(
      entries.map(async (entry) =>
        (await isShown(entry)) ? describeEntry(join(real, entry.name), entry.name) : undefined,
      ),
    )
    return {
      path: real,
      ...((await isInside(parent, folders)) ? { parent } : {}),
      entries: described.filter((entry) => entry !== undefined).sort(foldersFirst),
    }
  }

  async #leadsInside(link: string): Promise<boolean> {
    const target = await realpath(link).catch(() => undefined)
    return target !== undefined && (await isInside(target, this.#options.folders))
  }
}

type Entry = CallOutput<'listFolder'>['entries'][number]

/** Undefined for sockets, devices and links that lead nowhere. */
async function describeEntry(path: string, name: string): Promise<Entry | undefined> {
  const info = await stat(path).catch(() => undefined)
  if (info?.isDirectory()) return { name, path, kind: 'folder', modified: info.mtime.toISOString() }
  if (!info?.isFile()) return undefined
  return { name, path, kind: 'file', byteLength: info.size, modified: info.mtime.toISOString() }
}

function foldersFirst(a: Entry, b: Entry): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1
  return a.name.localeCompare(b.name, 'en', { numeric: true })
}

/** Whether `path` is `folder` or inside it; both absolute, links already followed. */
export function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

async function isInside(real: string, folders: readonly string[]): Promise<boolean> {
  for (const folder of folders) {
    const root = await realpath(folder).catch(() => undefined)
    if (root === undefined) continue
    if (isBelow(root, real)) return true
  }
  return false
}

/** The real path of the part of `path` that exists, with the rest behind it. */
async function realOfExisting(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined)
  if (real !== undefined || dirname(path) === path) return real ?? path
  return join(await realOfExisting(dirname(path)), basename(path))
}

async function realPath(path: string): Promise<string> {
  return realpath(path).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'ENOENT' ? 'not-found' : 'unreadable-file'
    const got = cause.code === 'ENOENT' ? 'nothing there' : cause.code
    throw new EngineError(code, `${path}: expected a file or folder, got ${got}`, { cause })
  })
}

import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { bulkRoutes } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'

/** Exports of the browser door: files in the spool folder that the page fetches by a name nobody can guess. */
export class Downloads {
  readonly #folder: string
  readonly #files = new Map<string, string>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** A path for a file of that name, to be announced when it is written. */
  pathFor(name: string): string {
    return join(this.#folder, randomUUID(), name)
  }

  /** URL under which the page gets the file. */
  announce(path: string): string {
    const exportId = randomUUID()
    this.#files.set(exportId, path)
    return bulkRoutes.download(exportId)
  }

  async open(exportId: string): Promise<{ body: ReadableStream; name: string; byteLength: number }> {
    const path = this.#files.get(exportId)
    if (path === undefined) throw new EngineError('not-found', 'download: expected a finished export, export again')
    const { size } = await stat(path)
    const body = Readable.toWeb(createReadStream(path)) as unknown as ReadableStream
    return { body, name: basename(path), byteLength: size }
  }
}

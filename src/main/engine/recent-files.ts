import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { CallOutput } from '../../shared/contract.ts'

const KEPT = 20
const storedFile = z.object({ path: z.string(), name: z.string(), openedAt: z.string(), count: z.number() })
type StoredFile = z.infer<typeof storedFile>

/** Files opened before, newest first, kept in `recent.json` of the user-data folder. */
export class RecentFiles {
  readonly #file: string
  #writing: Promise<void> = Promise.resolve()

  constructor(userDataDir: string) {
    this.#file = join(userDataDir, 'recent.json')
  }

  async list(): Promise<CallOutput<'recentFiles'>> {
    await this.#writing
    return (await this.#read()).map((entry) => ({ ...entry, missing: !existsSync(entry.path) }))
  }

  async has(path: string): Promise<boolean> {
    await this.#writing
    return (await this.#read()).some((entry) => entry.path === path)
  }

  add(entry: StoredFile): Promise<void> {
    return this.#change((entries) => [entry, ...entries.filter((other) => other.path !== entry.path)].slice(0, KEPT))
  }

  forget(path: string): Promise<void> {
    return this.#change((entries) => entries.filter((entry) => entry.path !== path))
  }

  /** One change after the other, so that none is lost. */
  #change(edit: (entries: readonly StoredFile[]) => readonly StoredFile[]): Promise<void> {
    const next = this.#writing.then(async () => this.#write(edit(await this.#read())))
    this.#writing = next.catch(() => {})
    return next
  }

  /** An unreadable list counts as empty: it is a convenience and must not keep the application from starting. */
  async #read(): Promise<StoredFile[]> {
    const text = await readFile(this.#file, 'utf8').catch(() => '[]')
    try {
      return z.array(storedFile).parse(JSON.parse(text))
    } catch {
      return []
    }
  }

  async #write(entries: readonly StoredFile[]): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true })
    const temporary = `${this.#file}.${process.pid}.tmp`
    await writeFile(temporary, JSON.stringify(entries, undefined, 2))
    await rename(temporary, this.#file)
  }
}

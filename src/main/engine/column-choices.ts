import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { type ColumnChoice, columnChoice } from '../../shared/contract.ts'
import type { ColumnChoices } from '../products/column-choice.ts'

/** Which columns of a table the user chose, by its schema, kept in `column-choices.json` of the user-data folder. */
export class ColumnChoiceFile {
  readonly #file: string
  #writing: Promise<void> = Promise.resolve()

  constructor(userDataDir: string) {
    this.#file = join(userDataDir, 'column-choices.json')
  }

  /** An unreadable list counts as empty: it is a convenience and must not keep a file from opening. */
  async all(): Promise<ColumnChoices> {
    await this.#writing
    return this.#read()
  }

  remember(schemaKey: string, choice: ColumnChoice): Promise<void> {
    const next = this.#writing.then(async () => {
      await mkdir(dirname(this.#file), { recursive: true })
      const temporary = `${this.#file}.${process.pid}.tmp`
      await writeFile(temporary, JSON.stringify({ ...(await this.#read()), [schemaKey]: choice }, undefined, 2))
      await rename(temporary, this.#file)
    })
    this.#writing = next.catch(() => {})
    return next
  }

  async #read(): Promise<ColumnChoices> {
    const text = await readFile(this.#file, 'utf8').catch(() => '{}')
    try {
      return z.record(z.string(), columnChoice).parse(JSON.parse(text))
    } catch {
      return {}
    }
  }
}

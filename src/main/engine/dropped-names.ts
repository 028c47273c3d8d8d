import { EngineError } from '../../shared/errors.ts'

/** Fields of answers and jobs that hold sentences or, as `input` of a failure, what one is about; all others, paths among them, stay as they are. */
const sentenceFields = new Set(['message', 'reason', 'problems', 'warnings', 'text', 'input'])

/** Says a spooled file by the name it was dropped or is downloaded under: where this machine keeps it is nobody's business. */
export class DroppedNames {
  readonly #place: RegExp

  /** @param spool folder whose folders `drops` and `exports` hold a folder of any name for each group of files */
  constructor(spool: string) {
    const folder = spool.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    this.#place = new RegExp(String.raw`${folder}[\\/](?:drops|exports)[\\/][^\\/]+[\\/]`, 'g')
  }

  /** The value with every sentence in it cleared of folders of the spool. */
  in<T>(value: T): T {
    return this.#cleared(value, false) as T
  }

  /** The same failure, in such a sentence. */
  error(error: unknown): unknown {
    if (!(error instanceof EngineError)) return error
    const message = this.#sentence(error.message)
    return message === error.message ? error : new EngineError(error.code, message, { cause: error })
  }

  #cleared(value: unknown, isSentence: boolean): unknown {
    if (typeof value === 'string') return isSentence ? this.#sentence(value) : value
    if (Array.isArray(value)) {
      // long lists of numbers, as of hits and rows, are left alone
      return typeof value[0] === 'number' ? value : value.map((each) => this.#cleared(each, isSentence))
    }
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
    const fields = Object.entries(value)
    return Object.fromEntries(fields.map(([name, each]) => [name, this.#cleared(each, sentenceFields.has(name))]))
  }

  #sentence(text: string): string {
    return text.replace(this.#place, '')
  }
}

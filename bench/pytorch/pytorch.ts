import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectRoot } from '../../src/main/entries.ts'

/** The original networks in a Python process. */
export class PyTorch {
  readonly #process: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor(python: string) {
    this.#process = spawn(python, [join(projectRoot(), 'bench/pytorch/networks.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#answers = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]()
  }

  async ask(request: object): Promise<{ readonly secondsPerBatch?: readonly number[] }> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`)
    const { value, done } = await this.#answers.next()
    if (done === true) throw new Error('bench/pytorch/networks.py: expected an answer, got its end')
    return JSON.parse(value)
  }

  stop(): void {
    this.#process.kill()
  }
}

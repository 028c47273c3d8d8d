import { type EntryName, entryPath } from '../entries.ts'
import type { EvaluationCalls } from '../evaluation/threads/evaluation-worker.ts'
import type { TaskCalls } from '../jobs/task-worker.ts'
import type { ThreadCalls } from '../threads/thread-calls.ts'
import { WorkerLink } from '../threads/worker-link.ts'

/** A thread that is started by its first use, and again by the next one after a crash. */
class OwnThread<C extends ThreadCalls> {
  readonly #entry: EntryName
  #link: WorkerLink<C> | undefined

  constructor(entry: EntryName) {
    this.#entry = entry
  }

  link(): WorkerLink<C> {
    this.#link ??= new WorkerLink<C>({
      entry: entryPath(this.#entry),
      name: `the ${this.#entry.replace('-', ' ')}`,
      onCrash: () => {
        this.#link = undefined
      },
    })
    return this.#link
  }

  async dispose(): Promise<void> {
    await this.#link?.dispose()
  }
}

export class TaskThread extends OwnThread<TaskCalls> {
  constructor() {
    super('task-worker')
  }
}

export class EvaluationThread extends OwnThread<EvaluationCalls> {
  constructor() {
    super('evaluation-worker')
  }
}

import { entryPath } from '../entries.ts'
import type { TaskCalls } from '../jobs/task-worker.ts'
import { WorkerLink } from '../threads/worker-link.ts'

/** The task worker: started by the first use, and again by the next one after a crash. */
export class TaskThread {
  #link: WorkerLink<TaskCalls> | undefined

  link(): WorkerLink<TaskCalls> {
    this.#link ??= new WorkerLink<TaskCalls>({
      entry: entryPath('task-worker'),
      name: 'the task worker',
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

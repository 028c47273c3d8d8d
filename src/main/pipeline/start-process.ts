import { fork } from 'node:child_process'

/** A running process as the host needs it; Electron makes one from utilityProcess, everything else from fork. */
export interface StartedProcess {
  postMessage(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** called once; `how` says how it ended: `exit code 1`, `signal SIGKILL` */
  onExit(listener: (how: string) => void): void
  /** what it last wrote to stderr, for the sentence about a crash */
  lastWords(): string
  /** ends it at once, also when it hangs */
  kill(): void
}

/** @param environment is added to that of the engine */
export type StartProcess = (entry: string, environment?: Readonly<Record<string, string>>) => StartedProcess

const keptStderr = 4000

/** Starts a Node process whose messages are structured clones, so that typed arrays cross as they are. */
export const forkProcess: StartProcess = (entry, environment) => {
  const child = fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ...environment },
  })
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptStderr)
  })
  return {
    postMessage(message) {
      // a process that has just ended is reported by its exit, not by the message it could not take
      if (child.connected) child.send(message as object, () => {})
    },
    onMessage: (listener) => child.on('message', listener),
    onExit(listener) {
      child.once('error', (error) => listener(error.message))
      child.once('exit', (code, signal) => listener(signal === null ? `exit code ${code}` : `signal ${signal}`))
    },
    lastWords: () => telling(stderr),
    kill: () => child.kill('SIGKILL'),
  }
}

/** The line that says most: of an uncaught error its message, which Node prints above the stack and its own version. */
export function telling(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim())
  const useful = lines.filter((line) => line !== '' && !line.startsWith('at ') && !/^Node\.js v\d/.test(line))
  return useful.findLast((line) => /error/i.test(line)) ?? useful.at(-1) ?? ''
}

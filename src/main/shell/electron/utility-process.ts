import { utilityProcess } from 'electron'
import { type StartProcess, telling } from '../../pipeline/start-process.ts'

const keptStderr = 4000

/** Starts the pipeline in Electron's own kind of child process: the packaged program cannot be forked as Node. */
export const startUtilityProcess: StartProcess = (entry, environment) => {
  const child = utilityProcess.fork(entry, [], {
    stdio: 'pipe',
    serviceName: 'Ground Control pipeline',
    env: { ...process.env, ...environment },
  })
  let stderr = ''
  child.stdout?.resume()
  child.stderr?.on('data', (data: Buffer) => {
    stderr = (stderr + data.toString()).slice(-keptStderr)
  })
  return {
    postMessage: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.once('exit', (code) => listener(`exit code ${code}`)),
    lastWords: () => telling(stderr),
    kill: () => {
      // kill() asks politely, which a process inside a native call does not hear
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
    },
  }
}

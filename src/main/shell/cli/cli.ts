#!/usr/bin/env node
import { runCli } from './run-cli.ts'

const cancel = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // the second one does not wait for files to be closed
    if (cancel.signal.aborted) process.exit(130)
    cancel.abort()
  })
}
// the reader of a pipe may leave early, as `| head` does
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const exitCode = await runCli(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
  signal: cancel.signal,
})
// pipes are written asynchronously: leave when all is out
process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)))

// Entry of the pipeline process, and of its reading thread. ONNX Runtime is loaded here and nowhere else.

import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort } from 'node:worker_threads'
import { serveCalls, type ThreadPort } from '../threads/thread-calls.ts'
import { runVerification } from '../verification/run-verification.ts'
import { embedImage } from './embed-image.ts'
import type { PipelineCalls } from './pipeline-calls.ts'
import { planEmbed } from './plan-embed.ts'
import { readInParallel } from './read-in-parallel.ts'
import { ReaderThread, readerCount, serveReader } from './reader-thread.ts'
import { runEmbed } from './run-embed.ts'
import { tryProvider } from './try-provider.ts'

/** Electron's utility process talks through `process.parentPort`, whose messages come wrapped as events. */
interface UtilityPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
}

function parentOfProcess(): ThreadPort {
  const utility = (process as unknown as { parentPort?: UtilityPort }).parentPort
  if (utility !== undefined) {
    return {
      postMessage: (message) => utility.postMessage(message),
      on: (event, listener) => utility.on(event, ({ data }) => listener(data)),
    }
  }
  // the engine has gone: nothing is left to work for
  process.on('disconnect', () => process.exit(0))
  return {
    postMessage: (message) => process.send?.(message),
    on: (event, listener) => process.on(event, listener),
  }
}

if (isMainThread) {
  const readers = Array.from({ length: readerCount }, () => new ReaderThread(fileURLToPath(import.meta.url)))
  const read = readInParallel(readers.map((reader) => reader.read))
  const calls: PipelineCalls = {
    plan: (input, context) => planEmbed(input, context, read),
    embed: (input, context) => runEmbed(input, context, read),
    embedImage: (input, context) => embedImage(input, context, read),
    verify: runVerification,
    provider: (input) => tryProvider(input.device),
  }
  serveCalls(parentOfProcess(), calls)
} else if (parentPort !== null) {
  serveReader(parentPort)
}

// A forked Node process that looks like Electron's utility process from inside: `process.parentPort`, no `process.send`.
// Threads of that process inherit the import and are left as they are.

import { EventEmitter } from 'node:events'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) {
  const send = process.send.bind(process)
  const parentPort = new EventEmitter()
  parentPort.postMessage = (message) => send(message)
  // as Electron's: messages wait for the first listener
  parentPort.once('newListener', () => {
    process.on('message', (data) => parentPort.emit('message', { data, ports: [] }))
  })
  process.on('disconnect', () => process.exit(0))
  process.parentPort = parentPort
  process.send = undefined
}

// A forked Node process that looks like Electron's utility process from inside: `process.parentPort`, no `process.send`.

import { EventEmitter } from 'node:events'

const send = process.send.bind(process)
const parentPort = new EventEmitter()
parentPort.postMessage = (message) => send(message)
parentPort.start = () => {}
process.on('message', (data) => parentPort.emit('message', { data, ports: [] }))
process.parentPort = parentPort
process.send = undefined

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import type { EngineMessage } from '../../../shared/contract.ts'
import { answerCall, type EnginePort, parseCallMessage } from '../engine-port.ts'

/** A call may carry the row numbers of a large selection: 2.2 million of them are 18 MB of JSON. */
const maxMessageBytes = 64 * 2 ** 20

export interface Channel {
  /** takes over an upgrade request that access has let pass */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

/** Calls and events over WebSockets, one per window. */
export function createChannel(host: EnginePort): Channel {
  const server = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes })
  return {
    accept: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (client) => serveClient(host, client)),
    close: () => {
      for (const client of server.clients) client.terminate()
      server.close()
    },
  }
}

function serveClient(host: EnginePort, client: WebSocket): void {
  const send = (message: EngineMessage) => {
    if (client.readyState === client.OPEN) client.send(JSON.stringify(message))
  }
  const removeListener = host.onEvent((event) => send({ type: 'event', event }))
  client.on('close', removeListener)
  // a broken connection is followed by `close`; without a listener it would end the process
  client.on('error', () => client.terminate())
  client.on('message', async (data, isBinary) => {
    const message = isBinary ? undefined : parseCallMessage(data.toString())
    if (message === undefined) {
      client.close(1008, 'expected a call as JSON')
      return
    }
    send({ type: 'reply', id: message.id, reply: await answerCall(host.engine, message) })
  })
}

// The engine as the panels see it: every call of the contract as a function, through whichever door opened this page.

import {
  bulkRoutes,
  type CallMessage,
  type CallName,
  channelPath,
  contract,
  type Engine,
  type EngineBridge,
  type EngineEvent,
  type EngineMessage,
} from '../shared/contract.ts'
import { EngineError, fromWire, type Wire } from '../shared/errors.ts'

export type Connection = 'connecting' | 'connected' | 'lost'

export interface EngineClient {
  readonly door: 'electron' | 'browser'
  readonly engine: Engine
  /** @returns removes the listener */
  onEvent(listener: (event: EngineEvent) => void): () => void
  /** Called at once with the present state, then on every change. */
  onConnection(listener: (connection: Connection) => void): () => void
  /** Native file access; absent in the browser door. */
  readonly bridge?: EngineBridge
}

/** Everything a call needs to reach the engine. */
export interface Channel {
  send(message: CallMessage): Promise<Wire<unknown>>
}

declare global {
  interface Window {
    readonly groundControl?: EngineBridge
  }
}

const reconnectMs = 1_000

/** Picks the Electron bridge where the preload put one, else the WebSocket of the page's own host. */
export function createEngineClient(): EngineClient {
  const bridge = window.groundControl
  return bridge === undefined ? connectToHost() : connectToBridge(bridge)
}

/** An `Engine` whose calls travel over `channel`. */
export function engineOver(channel: Channel): Engine {
  let lastId = 0
  const callOf = (call: CallName) => async (input: unknown) => {
    lastId += 1
    return fromWire(await channel.send({ id: lastId, call, input }))
  }
  const names = Object.keys(contract) as CallName[]
  return Object.fromEntries(names.map((name) => [name, callOf(name)])) as unknown as Engine
}

/** Sends a dropped file in slices and never holds more than one of them. */
export async function uploadFile(
  engine: Engine,
  file: File,
  options: { readonly signal: AbortSignal; readonly onProgress: (sentBytes: number) => void },
): Promise<string> {
  const { dropId, path, sliceBytes } = await engine.announceDrop({ name: file.name, byteLength: file.size })
  for (let offset = 0; offset < file.size; offset += sliceBytes) {
    const end = Math.min(offset + sliceBytes, file.size)
    const body = file.slice(offset, end)
    const response = await fetch(bulkRoutes.drop(dropId, offset), { method: 'PUT', body, signal: options.signal })
    if (!response.ok) {
      throw new EngineError(
        'unreadable-file',
        `${file.name}: the engine refused bytes ${offset} to ${end}, drop it again`,
      )
    }
    options.onProgress(end)
  }
  return path
}

function connectToBridge(bridge: EngineBridge): EngineClient {
  return {
    door: 'electron',
    engine: engineOver({ send: (message) => bridge.call(message) }),
    onEvent: (listener) => bridge.onEvent(listener),
    onConnection: (listener) => {
      listener('connected')
      return () => {}
    },
    bridge,
  }
}

function connectToHost(): EngineClient {
  const events = new Set<(event: EngineEvent) => void>()
  const watchers = new Set<(connection: Connection) => void>()
  const waiting = new Map<number, (reply: Wire<unknown>) => void>()
  let connection: Connection = 'connecting'
  let socket: WebSocket
  let unsent: string[] = []

  const changeTo = (next: Connection) => {
    connection = next
    for (const watcher of watchers) watcher(next)
  }
  const failAll = () => {
    const message = 'engine: the connection is lost, expected an answer, start Ground Control again if this stays'
    for (const answer of waiting.values()) answer({ ok: false, error: { code: 'not-found', message } })
    waiting.clear()
    unsent = []
  }
  const receive = (data: string) => {
    const message = JSON.parse(data) as EngineMessage
    if (message.type === 'event') {
      for (const listener of events) listener(message.event)
      return
    }
    waiting.get(message.id)?.(message.reply)
    waiting.delete(message.id)
  }
  const open = () => {
    socket = new WebSocket(new URL(channelPath, location.href.replace(/^http/, 'ws')))
    socket.addEventListener('open', () => {
      changeTo('connected')
      for (const text of unsent.splice(0)) socket.send(text)
    })
    socket.addEventListener('message', (event) => receive(String(event.data)))
    socket.addEventListener('close', () => {
      failAll()
      changeTo('lost')
      setTimeout(open, reconnectMs)
    })
  }
  open()

  return {
    door: 'browser',
    engine: engineOver({
      send: (message) =>
        new Promise((resolve) => {
          waiting.set(message.id, resolve)
          const text = JSON.stringify(message)
          if (socket.readyState === WebSocket.OPEN) socket.send(text)
          else unsent.push(text)
        }),
    }),
    onEvent: (listener) => {
      events.add(listener)
      return () => events.delete(listener)
    },
    onConnection: (listener) => {
      watchers.add(listener)
      listener(connection)
      return () => watchers.delete(listener)
    },
  }
}

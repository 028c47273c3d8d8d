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

/** A file as the user gave it. */
export interface BroughtFile {
  readonly file: File
  /** with the folders of a dropped folder: `scene/B02.tif` */
  readonly name: string
}

export interface UploadOptions {
  readonly signal: AbortSignal
  readonly onProgress: (sentBytes: number) => void
  /** of the file sent before it, which came with this one */
  readonly group?: string | undefined
}

/**
 * Sends a dropped file in slices and never holds more than one of them; an abort ends the engine's side at once.
 * @returns the group for the next file, and the path of what was dropped: the file, or the folder it lies in
 */
export async function uploadFile(
  engine: Engine,
  { file, name }: BroughtFile,
  { signal, onProgress, group }: UploadOptions,
): Promise<{ group: string; top: string }> {
  signal.throwIfAborted()
  const request = { name, byteLength: file.size }
  const drop = await engine.announceDrop(group === undefined ? request : { ...request, group })
  try {
    for (let offset = 0; offset < file.size; offset += drop.sliceBytes) {
      const end = Math.min(offset + drop.sliceBytes, file.size)
      await sendSlice(name, bulkRoutes.drop(drop.dropId, offset), file.slice(offset, end), signal)
      onProgress(end)
    }
    signal.throwIfAborted()
  } catch (error) {
    // without an answer the engine ends a silent drop itself
    await engine.cancelJob({ jobId: drop.jobId }).catch(() => {})
    throw error
  }
  return drop
}

async function sendSlice(name: string, url: string, body: Blob, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, { method: 'PUT', body, signal })
  if (response.ok) return
  const reason = await response.text()
  throw new EngineError('unreadable-file', `${name}: expected the engine to take it, got “${reason}”, drop it again`)
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

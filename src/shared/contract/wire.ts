// What crosses the wire: events and messages, the bridge of the window, the paths of bulk bytes.

import { z } from 'zod'
import type { Wire } from '../errors.ts'
import type { CallName } from './calls.ts'
import { jobState } from './jobs.ts'
import { searchPartial } from './search.ts'
import { setSummary } from './sets.ts'

export const engineEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), job: jobState }),
  z.object({ type: z.literal('set-opened'), set: setSummary }),
  z.object({ type: z.literal('set-closed'), setId: z.string() }),
  z.object({ type: z.literal('search-partial'), partial: searchPartial }),
])
export type EngineEvent = z.infer<typeof engineEvent>

/** page -> engine over the message channel (Electron IPC or the loopback WebSocket) */
export interface CallMessage {
  readonly id: number
  readonly call: CallName
  readonly input: unknown
}

/** engine -> page over the WebSocket; in Electron replies are the result of the call itself */
export type EngineMessage =
  | { readonly type: 'reply'; readonly id: number; readonly reply: Wire<unknown> }
  | { readonly type: 'event'; readonly event: EngineEvent }

/** Path of the loopback door's WebSocket. */
export const channelPath = '/channel'

export interface FileFilter {
  readonly name: string
  /** without dot, e.g. `parquet` */
  readonly extensions: readonly string[]
}

/** What the preload puts at `window.groundControl` in Electron; absent in the browser door. */
export interface EngineBridge {
  readonly door: 'electron'
  call(message: CallMessage): Promise<Wire<unknown>>
  /** @returns removes the listener */
  onEvent(listener: (event: EngineEvent) => void): () => void
  /** files opened from outside (file manager, command line, menu) after start */
  onOpenFiles(listener: (paths: readonly string[]) => void): () => void
  /** path of a dropped or chosen `File`; empty when it has none */
  pathForFile(file: unknown): string
  /** native dialogs; an empty list or undefined when the user closes them */
  chooseFiles(options: {
    title: string
    filters?: readonly FileFilter[]
    folders?: boolean
  }): Promise<readonly string[]>
  chooseSavePath(options: { title: string; defaultName: string }): Promise<string | undefined>
}

/** Paths of the bulk route, one `(Request) => Response` handler behind both windows. */
export const bulkRoutes = {
  map: (setId: string) => `/bulk/map/${setId}`,
  layer: (setId: string, layerId: string) => `/bulk/layer/${setId}/${layerId}`,
  thumbnail: (setId: string, row: number) => `/bulk/thumbnail/${setId}/${row}`,
  selection: (setId: string, selectionId: string) => `/bulk/selection/${setId}/${selectionId}`,
  drop: (dropId: string, offset: number) => `/bulk/drop/${dropId}?offset=${offset}`,
  download: (exportId: string) => `/bulk/download/${exportId}`,
} as const

// The loopback door: the screen, the engine's calls and its bulk bytes for one browser on this machine.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { channelPath } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { EnginePort } from '../engine-port.ts'
import { answerPageFile } from '../page-files.ts'
import { pageHeaders } from '../page-headers.ts'
import { type Access, createAccess, urlToken } from './access.ts'
import { createChannel } from './channel.ts'
import { sendFetchResponse, toFetchRequest } from './fetch-bridge.ts'

export interface HttpDoorOptions {
  /** dist/renderer */
  readonly pageFolder: string
  /** 0 takes a free one */
  readonly port: number
}

export interface HttpDoor {
  /** start address with the token; opening it exchanges the token for a cookie and shows `/` */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/**
 * Opens the door on 127.0.0.1.
 * @throws EngineError `not-permitted` when the port is taken or not allowed
 */
export async function openHttpDoor(host: EnginePort, options: HttpDoorOptions): Promise<HttpDoor> {
  const server = createServer()
  const port = await listen(server, options.port)
  const access = createAccess(port)
  const channel = createChannel(host)
  server.on('request', (request, response) => {
    answer(host, access, options.pageFolder, request, response).catch((error: unknown) => fail(response, error))
  })
  server.on('upgrade', (request, socket, head) => {
    const isChannel = pathOf(request) === channelPath
    if (isChannel && request.headers.origin !== undefined && access.refusal(request) === undefined) {
      channel.accept(request, socket, head)
    } else {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    }
  })
  return {
    url: `http://127.0.0.1:${port}/?token=${access.token}`,
    port,
    close: async () => {
      channel.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const got = error.code === 'EADDRINUSE' ? 'one that another program uses' : error.message
      reject(
        new EngineError('not-permitted', `port ${port}: expected a free port, got ${got}; choose another with --port`),
      )
    })
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

async function answer(
  host: EnginePort,
  access: Access,
  pageFolder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const pathname = pathOf(request)
  const isStart = pathname === '/' && request.method === 'GET'
  const refusal = isStart ? access.startRefusal(request) : access.refusal(request)
  if (refusal !== undefined)
    return sendText(response, 403, `Ground Control: ${refusal}; open the address that "serve" printed`)
  if (isStart && urlToken(request) !== undefined) return exchangeToken(access, response)
  if (pathname.startsWith('/bulk/')) {
    const bulk = await host.handleBulk(toFetchRequest(request, response))
    return sendFetchResponse(bulk, response, { ...pageHeaders, 'cache-control': 'no-store' })
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return sendText(response, 405, 'expected GET')
  const file = await answerPageFile(pageFolder, pathname)
  return sendFetchResponse(request.method === 'HEAD' ? new Response(null, file) : file, response, {})
}

/**
 * A page of our own that moves on, not a redirect: after a redirect from another site's link the browser would hold back the
 * strict cookie. The move replaces the history entry, so the token does not stay in the address bar.
 */
function exchangeToken(access: Access, response: ServerResponse): void {
  response.writeHead(200, {
    ...pageHeaders,
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'set-cookie': access.setCookie,
  })
  const icon = '<link rel="icon" href="data:,">'
  response.end(`<!doctype html><title>Ground Control</title>${icon}<meta http-equiv="refresh" content="0;url=/">`)
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    ...pageHeaders,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(text)
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy()
  else sendText(response, 500, error instanceof Error ? error.message : String(error))
}

/** Still percent-encoded; `URL` has resolved dot segments, encoded ones are caught where paths are joined. */
function pathOf(request: IncomingMessage): string {
  try {
    return new URL(request.url ?? '/', 'http://localhost').pathname
  } catch {
    return ''
  }
}

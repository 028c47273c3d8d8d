// Node's request and response objects to and from the fetch ones that `handleBulk` speaks.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'

/** The request as fetch's `Request`; its signal aborts when the client goes away. The body streams. */
export function toFetchRequest(request: IncomingMessage, response: ServerResponse): Request {
  const controller = new AbortController()
  response.once('close', () => controller.abort())
  const method = request.method ?? 'GET'
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && name !== 'cookie') headers.set(name, String(value))
  }
  const init: RequestInit & { duplex?: 'half' } = { method, headers, signal: controller.signal }
  if (method !== 'GET' && method !== 'HEAD') {
    init.body = Readable.toWeb(request) as unknown as NonNullable<RequestInit['body']>
    init.duplex = 'half'
  }
  return new Request(new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`), init)
}

/** Sends fetch's `Response`, at the pace of the client. `extraHeaders` give way to those of the answer. */
export async function sendFetchResponse(
  answer: Response,
  response: ServerResponse,
  extraHeaders: Readonly<Record<string, string>>,
): Promise<void> {
  response.writeHead(answer.status, { ...extraHeaders, ...Object.fromEntries(answer.headers) })
  if (answer.body === null) {
    response.end()
    return
  }
  try {
    await pipeline(Readable.fromWeb(answer.body as unknown as ReadableStream), response)
  } catch (error) {
    if (!response.destroyed) throw error
  }
}

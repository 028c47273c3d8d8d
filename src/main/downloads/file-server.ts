// Used by tests only: a host of one file on 127.0.0.1 that can be told to misbehave.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to one request; those that are not listed are answered well. */
export interface Mishap {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** the connection breaks after so many bytes of the body, once the client has them (`clientHas`) */
  readonly dropAfter?: number
  /** after so many bytes nothing comes any more */
  readonly stallAfter?: number
}

export interface SeenRequest {
  readonly path: string
  readonly range: string | undefined
  readonly ifRange: string | undefined
}

export class FileServer {
  content: Buffer
  etag: string | undefined = '"one"'
  hasRanges = true
  hasLength = true
  /** for the next requests, in order */
  mishaps: Mishap[] = []
  /** path -> where it has moved to */
  redirects: Readonly<Record<string, string>> = {}
  readonly requests: SeenRequest[] = []
  /** bytes of the file that the client says it has */
  clientHas = 0
  readonly address: string
  readonly #server: Server

  private constructor(content: Buffer, server: Server) {
    this.content = content
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    this.#server = server
  }

  static async start(content: Buffer): Promise<FileServer> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const host = new FileServer(content, server)
    server.on('request', (request, response) => host.#answer(request, response))
    return host
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/'
    const { range, 'if-range': ifRange } = request.headers
    this.requests.push({ path, range, ifRange: ifRange as string | undefined })
    const target = this.redirects[path]
    if (target !== undefined) {
      response.writeHead(302, { location: target }).end('moved')
      return
    }
    const { status, headers, dropAfter, stallAfter } = this.mishaps.shift() ?? {}
    if (status !== undefined) {
      response.writeHead(status, headers).end('sorry')
      return
    }
    const start = this.#startOf(range, ifRange as string | undefined)
    if (start !== undefined && start >= this.content.length) {
      response.writeHead(416, { 'content-range': `bytes */${this.content.length}` }).end()
      return
    }
    const body = this.content.subarray(start ?? 0)
    response.writeHead(start === undefined ? 200 : 206, {
      ...(this.hasLength ? { 'content-length': body.length } : {}),
      ...(this.etag === undefined ? {} : { etag: this.etag }),
      ...(start === undefined
        ? {}
        : { 'content-range': `bytes ${start}-${this.content.length - 1}/${this.content.length}` }),
      ...headers,
    })
    const end = dropAfter ?? stallAfter
    if (end === undefined) response.end(body)
    else response.write(body.subarray(0, end))
    if (dropAfter !== undefined) this.#dropWhenRead(response, (start ?? 0) + dropAfter)
  }

  /** A connection that breaks takes what is still on its way with it, which would leave the number of bytes to chance. */
  #dropWhenRead(response: ServerResponse, byteLength: number): void {
    const timer = setInterval(() => {
      if (this.clientHas < byteLength && !response.closed) return
      clearInterval(timer)
      response.destroy()
    }, 2)
  }

  #startOf(range: string | undefined, ifRange: string | undefined): number | undefined {
    const start = /^bytes=(\d+)-$/.exec(range ?? '')?.[1]
    const isSame = ifRange === undefined || ifRange === this.etag
    return start !== undefined && this.hasRanges && isSame ? Number(start) : undefined
  }
}

// Used by tests only: a host of files on 127.0.0.1 that can be told to misbehave.

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
  /** of every path, unless `files` says another for some and nothing for others */
  content: Buffer
  files: ReadonlyMap<string, Buffer> | undefined
  etag: string | undefined = '"one"'
  hasRanges = true
  hasLength = true
  /** for the next requests, in order */
  mishaps: Mishap[] = []
  /** the same for the next requests of one path */
  readonly mishapsOf = new Map<string, Mishap[]>()
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
    const content = this.files === undefined ? this.content : this.files.get(path)
    const { status, headers, dropAfter, stallAfter } = this.mishapsOf.get(path)?.shift() ?? this.mishaps.shift() ?? {}
    if (content === undefined) {
      response.writeHead(404).end('nothing here')
      return
    }
    if (status !== undefined) {
      response.writeHead(status, headers).end('sorry')
      return
    }
    const start = this.#startOf(range, ifRange as string | undefined)
    if (start !== undefined && start >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
      return
    }
    const body = content.subarray(start ?? 0)
    response.writeHead(start === undefined ? 200 : 206, {
      ...(this.hasLength ? { 'content-length': body.length } : {}),
      ...(this.etag === undefined ? {} : { etag: this.etag }),
      ...(content[0] === 0x7b ? { 'content-type': 'application/json' } : {}),
      ...(start === undefined ? {} : { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
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

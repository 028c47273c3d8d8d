import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { EngineEvent, EngineMessage } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import type { EnginePort } from '../engine-port.ts'
import { type HttpDoor, openHttpDoor } from './http-door.ts'

/** An engine of two calls: enough for a door that knows none of them. */
function smallEngine() {
  const listeners = new Set<(event: EngineEvent) => void>()
  const bulkRequests: string[] = []
  const port = {
    engine: {
      recentFiles: async () => [],
      findCell: async () => {
        throw new EngineError('not-found', 'cell X: expected a grid cell, got none')
      },
    },
    onEvent: (listener: (event: EngineEvent) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    handleBulk: async (request: Request) => {
      bulkRequests.push(`${request.method} ${new URL(request.url).pathname}`)
      const text = request.method === 'PUT' ? await request.text() : 'bulk'
      return new Response(text, { headers: { 'content-type': 'application/octet-stream' } })
    },
    dispose: () => {},
  } as unknown as EnginePort
  return {
    port,
    bulkRequests,
    listeners,
    emit: (event: EngineEvent) => listeners.forEach((listen) => void listen(event)),
  }
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

let folder: string
let door: HttpDoor
let token: string
const engine = smallEngine()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'http-door-'))
  const pageFolder = join(folder, 'renderer')
  mkdirSync(join(pageFolder, 'assets'), { recursive: true })
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><title>screen</title>')
  writeFileSync(join(pageFolder, 'assets', 'main-abc.js'), 'export {}')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  door = await openHttpDoor(engine.port, { pageFolder, port: 0 })
  token = new URL(door.url).searchParams.get('token') ?? ''
})

afterAll(async () => {
  await door.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Node's own client: fetch would not send a foreign Host, nor keep dot segments. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: door.port, path, headers, method }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

const cookie = () => ({ cookie: `ground-control-${door.port}=${token}` })
const everything = ['/', '/index.html', '/assets/main-abc.js', '/bulk/map/1', '/nothing', '/channel']

describe('the loopback door', () => {
  it('answers nothing without its token', async () => {
    for (const path of everything) expect(await ask(path), path).toMatchObject({ status: 403 })
    expect(engine.bulkRequests).toEqual([])
  })

  it('answers nothing to a wrong token, in the address, the cookie or the header', async () => {
    const wrong = token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    expect((await ask(`/?token=${wrong}`)).status).toBe(403)
    expect((await ask('/?token=')).status).toBe(403)
    expect((await ask('/bulk/map/1', { cookie: `ground-control-${door.port}=${wrong}` })).status).toBe(403)
    expect((await ask('/bulk/map/1', { authorization: `Bearer ${wrong}` })).status).toBe(403)
  })

  it('takes the token in the address for the start page only', async () => {
    expect((await ask(`/bulk/map/1?token=${token}`)).status).toBe(403)
    expect((await ask(`/index.html?token=${token}`)).status).toBe(403)
  })

  it('exchanges the token of the start address for a cookie that scripts and other sites cannot use', async () => {
    const answer = await ask(`/?token=${token}`, {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    })
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']).toEqual([
      `ground-control-${door.port}=${token}; Path=/; HttpOnly; SameSite=Strict`,
    ])
    expect(answer.text).not.toContain(token)
    expect((await ask('/', cookie())).text).toContain('screen')
  })

  it('answers nothing to a foreign Host, with the token or without', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${door.port}`,
      '127.0.0.1.evil.example',
      'localhost.evil.example',
    ]) {
      for (const path of everything)
        expect((await ask(path, { host, ...cookie() })).status, `${host} ${path}`).toBe(403)
      expect((await ask(`/?token=${token}`, { host })).status).toBe(403)
    }
  })

  it('accepts the other names of this machine, so that an SSH tunnel may use another port', async () => {
    for (const host of ['localhost:9000', '127.0.0.1:9000', '[::1]:9000']) {
      expect((await ask('/', { host, ...cookie() })).status).toBe(200)
    }
  })

  it('answers nothing to a foreign Origin, also one on another port of this machine', async () => {
    const host = `127.0.0.1:${door.port}`
    for (const origin of ['https://evil.example', 'http://127.0.0.1:1', `https://${host}`, 'null']) {
      for (const path of everything) expect((await ask(path, { origin, ...cookie() })).status, origin).toBe(403)
    }
    expect((await ask('/bulk/map/1', { origin: `http://${host}`, ...cookie() })).status).toBe(200)
  })

  it('answers no image or script request of another page on this machine', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image', ...cookie() }
      expect((await ask('/bulk/thumbnail/1/2', headers)).status).toBe(403)
    }
  })

  it('serves no file outside the built screen', async () => {
    const attempts = [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e%5csecret.txt',
    ]
    for (const path of [...attempts, '/etc/passwd', '//etc/passwd', '/%00', '/assets', '/%']) {
      const answer = await ask(path, cookie())
      expect(answer.status, path).toBe(404)
      expect(answer.text).not.toContain('secret')
    }
  })

  it('locks the page down: own files only, no inline script, no frame, no guessing of types', async () => {
    const { headers } = await ask('/', cookie())
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/unsafe-inline'?[^;]*script|unsafe-eval|https?:/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'referrer-policy': 'no-referrer',
    })
  })

  it('hands bulk requests with their body to the engine and streams the answer back', async () => {
    const answer = await ask(
      '/bulk/drop/1?offset=0',
      { ...cookie(), 'content-type': 'application/octet-stream' },
      'PUT',
      'slice',
    )
    expect(answer).toMatchObject({ status: 200, text: 'slice' })
    expect(answer.headers['x-content-type-options']).toBe('nosniff')
    expect(engine.bulkRequests).toContain('PUT /bulk/drop/1')
  })

  it('survives requests that are not HTTP', async () => {
    for (const bytes of [
      'GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
      'x\r\n\r\n',
      'GET // HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
    ]) {
      const answer = await new Promise<string>((resolve) => {
        const socket = connect(door.port, '127.0.0.1', () => socket.end(bytes))
        let text = ''
        socket.on('data', (part) => {
          text += part.toString()
        })
        socket.on('close', () => resolve(text))
        socket.on('error', () => resolve(text))
      })
      expect(answer).toMatch(/^HTTP\/1.1 (400|403|404)/)
    }
    expect((await ask('/', cookie())).status).toBe(200)
  })

  it('says in one sentence that a port is taken', async () => {
    const second = openHttpDoor(engine.port, { pageFolder: folder, port: door.port })
    await expect(second).rejects.toThrow(`port ${door.port}: expected a free port`)
  })
})

describe('the channel', () => {
  const open = (headers: Record<string, string>, path = '/channel') => {
    const socket = new WebSocket(`ws://127.0.0.1:${door.port}${path}`, { headers })
    return new Promise<WebSocket>((resolve, reject) => {
      socket.once('open', () => resolve(socket))
      socket.once('error', reject)
    })
  }
  const own = () => ({ origin: `http://127.0.0.1:${door.port}`, ...cookie() })
  const nextMessage = (socket: WebSocket) =>
    new Promise<EngineMessage>((resolve) => {
      socket.once('message', (data) => resolve(JSON.parse(data.toString()) as EngineMessage))
    })

  it('opens for nobody without token, with a foreign Host, or with a foreign or missing Origin', async () => {
    const { origin } = own()
    await expect(open({ origin })).rejects.toThrow('403')
    await expect(open({ origin, cookie: `ground-control-${door.port}=wrong` })).rejects.toThrow('403')
    await expect(open({ ...own(), host: 'evil.example' })).rejects.toThrow('403')
    await expect(open({ ...cookie(), origin: 'https://evil.example' })).rejects.toThrow('403')
    await expect(open({ ...cookie(), origin: 'http://127.0.0.1:1' })).rejects.toThrow('403')
    await expect(open(cookie())).rejects.toThrow('403')
    await expect(open({ origin }, `/channel?token=${token}`)).rejects.toThrow('403')
    await expect(open(own(), '/elsewhere')).rejects.toThrow('403')
  })

  it('answers calls with their number, errors as data', async () => {
    const socket = await open(own())
    socket.send(JSON.stringify({ id: 7, call: 'recentFiles', input: {} }))
    expect(await nextMessage(socket)).toEqual({ type: 'reply', id: 7, reply: { ok: true, value: [] } })
    socket.send(JSON.stringify({ id: 8, call: 'findCell', input: {} }))
    expect(await nextMessage(socket)).toMatchObject({ id: 8, reply: { ok: false, error: { code: 'not-found' } } })
    for (const call of ['nonsense', 'constructor', '__proto__']) {
      socket.send(JSON.stringify({ id: 9, call, input: {} }))
      expect(await nextMessage(socket)).toMatchObject({ id: 9, reply: { ok: false, error: { code: 'invalid-input' } } })
    }
    socket.close()
  })

  it('passes events on while it is open and closes on what is not a call', async () => {
    const socket = await open(own())
    await expect.poll(() => engine.listeners.size).toBe(1)
    engine.emit({ type: 'set-closed', setId: 'a' })
    expect(await nextMessage(socket)).toEqual({ type: 'event', event: { type: 'set-closed', setId: 'a' } })
    socket.send('not a call')
    await new Promise((resolve) => socket.once('close', resolve))
    await expect.poll(() => engine.listeners.size).toBe(0)
  })
})

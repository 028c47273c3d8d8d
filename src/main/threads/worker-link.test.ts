import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EngineError } from '../../shared/errors.ts'
import { type CallContext, serveCalls, type ThreadCalls } from './thread-calls.ts'
import { WorkerLink } from './worker-link.ts'

/** A thread that behaves badly on demand. */
const badWorker = `
import { parentPort } from 'node:worker_threads'
parentPort.on('message', ({ type, id, name }) => {
  if (type === 'cancel') return
  if (name === 'throw') throw new Error('out of luck')
  if (name === 'exit') process.exit(3)
  if (name === 'fill') { const all = []; for (;;) all.push(new Array(1e6).fill(Math.random())) }
  if (name === 'echo') parentPort.postMessage({ type: 'end', id, outcome: { ok: true, value: 'echo' } })
})`
type BadCalls = Record<'throw' | 'exit' | 'fill' | 'echo' | 'hang', (input: object) => string>

let folder = ''
let entry = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'worker-link-'))
  entry = join(folder, 'bad-worker.mjs')
  await writeFile(entry, badWorker)
})
afterAll(() => rm(folder, { recursive: true }))

function badLink(crashes: EngineError[]): WorkerLink<BadCalls> {
  return new WorkerLink<BadCalls>({ entry, name: 'the bad worker', onCrash: (error) => crashes.push(error) })
}

describe('WorkerLink', () => {
  it('ends every waiting call in a sentence when its thread crashes, once', async () => {
    for (const [name, message] of [
      ['throw', 'the bad worker stopped: out of luck, open it again'],
      ['exit', 'the bad worker stopped: it ended with code 3, open it again'],
    ] as const) {
      const crashes: EngineError[] = []
      const link = badLink(crashes)
      expect(await link.call('echo', {})).toBe('echo')
      const waiting = [link.call('hang', {}), link.call(name, {})]
      await Promise.all(waiting.map((call) => expect(call).rejects.toThrow(message)))
      await expect(link.call('echo', {})).rejects.toThrow(message)
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(crashes.map((error) => error.message)).toEqual([message])
    }
  })

  it('ends waiting calls as cancelled when it is disposed, and tells nobody of a crash', async () => {
    const crashes: EngineError[] = []
    const link = badLink(crashes)
    const waiting = expect(link.call('hang', {})).rejects.toMatchObject({ code: 'cancelled' })
    await link.dispose()
    await waiting
    expect(crashes).toEqual([])
  })
})

describe('serveCalls', () => {
  const calls = {
    double: ({ value }: { value: number }) => value * 2,
    refuse: () => {
      throw new EngineError('not-found', 'x: expected y, got z')
    },
    async wait(_: object, { signal, onProgress }: CallContext) {
      onProgress({ stage: 'waiting', done: 1, total: 2 })
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
  } satisfies ThreadCalls

  async function replies(...requests: unknown[]): Promise<unknown[]> {
    const sent: unknown[] = []
    let receive: (message: unknown) => void = () => {}
    serveCalls(
      {
        postMessage: (message) => sent.push(message),
        on: (_, listener) => {
          receive = listener
        },
      },
      calls,
    )
    for (const request of requests) receive(request)
    await new Promise((resolve) => setTimeout(resolve, 5))
    return sent
  }

  it('answers with the value, the error as data, and a bug for an unknown name', async () => {
    expect(await replies({ type: 'call', id: 1, name: 'double', input: { value: 21 } })).toEqual([
      { type: 'end', id: 1, outcome: { ok: true, value: 42 } },
    ])
    expect(await replies({ type: 'call', id: 2, name: 'refuse', input: {} })).toEqual([
      { type: 'end', id: 2, outcome: { ok: false, error: { code: 'not-found', message: 'x: expected y, got z' } } },
    ])
    expect(await replies({ type: 'call', id: 3, name: 'fly', input: {} })).toMatchObject([
      { outcome: { ok: false, error: { code: 'bug' } } },
    ])
  })

  it('passes progress on and aborts the call that is cancelled', async () => {
    expect(await replies({ type: 'call', id: 4, name: 'wait', input: {} }, { type: 'cancel', id: 4 })).toMatchObject([
      { type: 'progress', id: 4, progress: { stage: 'waiting', done: 1, total: 2 } },
      { type: 'end', id: 4, outcome: { ok: false, error: { code: 'cancelled' } } },
    ])
  })
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OpenSets } from './open-sets.ts'

/** A set worker that opens anything, crashes when asked for a row, and never finishes opening `slow`. */
const badWorker = `
import { parentPort } from 'node:worker_threads'
parentPort.on('message', ({ type, id, name, input }) => {
  if (type === 'cancel' || input.path === 'slow') return
  if (name === 'row') throw new Error('a bug')
  parentPort.postMessage({ type: 'end', id, outcome: { ok: true, value: { path: input.path } } })
})`

let folder = ''
let entry = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-sets-'))
  entry = join(folder, 'bad-set-worker.mjs')
  await writeFile(entry, badWorker)
})
afterAll(() => rm(folder, { recursive: true }))

const context = (signal: AbortSignal = new AbortController().signal) => ({ signal, onProgress: () => {} })

describe('OpenSets', () => {
  it('closes a set whose worker crashed and keeps the others', async () => {
    const closed: string[] = []
    const sets = new OpenSets({ opened: () => {}, closed: (setId) => closed.push(setId) }, entry)
    const bad = await sets.open('/bad.parquet', { version: '1' }, context())
    const good = await sets.open('/good.parquet', { version: '1' }, context())
    await expect(sets.get(bad.setId).link.call('row', { row: 0 })).rejects.toThrow(
      'the set bad.parquet stopped: a bug, open it again',
    )
    expect(closed).toEqual([bad.setId])
    expect(() => sets.get(bad.setId)).toThrow(/expected an open set/)
    expect(sets.list().map(({ setId }) => setId)).toEqual([good.setId])
    await sets.dispose()
    expect(closed).toEqual([bad.setId, good.setId])
  })

  it('ends the worker at once when opening is cancelled', async () => {
    const controller = new AbortController()
    const sets = new OpenSets({ opened: () => {}, closed: () => {} }, entry)
    const opening = expect(sets.open('slow', { version: '1' }, context(controller.signal))).rejects.toMatchObject({
      code: 'cancelled',
    })
    setTimeout(() => controller.abort(), 50)
    await opening
    expect(sets.list()).toEqual([])
  })

  it('knows an open file by its version', async () => {
    const sets = new OpenSets({ opened: () => {}, closed: () => {} }, entry)
    const set = await sets.open('/a.parquet', { version: '1' }, context())
    expect(sets.ofFile('/a.parquet', '1')).toEqual(set)
    expect(sets.ofFile('/a.parquet', '2')).toBeUndefined()
    await sets.dispose()
  })
})

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { embedRequest } from '../../shared/contract.ts'
import type { PlanInput } from './pipeline-calls.ts'
import { PipelineHost } from './pipeline-host.ts'

// A process that behaves badly on demand: `model` says how.
const badProcess = `
const waiting = []
process.on('message', (message) => {
  const { type, id, input } = message
  const end = (outcome) => process.send({ type: 'end', id, outcome })
  if (type === 'cancel') return waiting.includes(id) && end({ ok: false, error: { code: 'cancelled', message: 'cancelled' } })
  const how = input.request.model
  if (how === 'answer') {
    process.send({ type: 'progress', id, progress: { stage: 'reading', done: 1, total: 2 } })
    end({ ok: true, value: { pid: process.pid, setting: process.env.GROUND_CONTROL_TEST } })
  }
  if (how === 'wait') waiting.push(id)
  if (how === 'crash') { console.error('first line\\nlast line'); process.exitCode = 3; process.disconnect() }
  if (how === 'kill') process.kill(process.pid, 'SIGKILL')
  if (how === 'hang') for (;;) {}
})
`
let folder = ''
let entry = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pipeline-host-'))
  entry = join(folder, 'bad-process.mjs')
  await writeFile(entry, badProcess)
})
afterAll(() => rm(folder, { recursive: true }))

const plan = (model: string): PlanInput => ({
  request: embedRequest.parse({ inputs: ['a.tif'], model }),
  context: { modelFolders: [], version: '0' },
})

async function pidOf(host: PipelineHost): Promise<number> {
  return ((await host.call('plan', plan('answer'))) as unknown as { pid: number }).pid
}

describe('PipelineHost', () => {
  it('relays progress and keeps one process for several calls', async () => {
    const host = new PipelineHost({ entry })
    const seen: unknown[] = []
    await host.call('plan', plan('answer'), { onProgress: (progress) => seen.push(progress) })
    expect(seen).toEqual([{ stage: 'reading', done: 1, total: 2 }])
    expect(await pidOf(host)).toBe(await pidOf(host))
    host.dispose()
  })

  it('turns a crash into one sentence and works again afterwards', async () => {
    const host = new PipelineHost({ entry })
    const first = await pidOf(host)
    await expect(host.call('plan', plan('crash'))).rejects.toThrow(
      'embedding process: expected an answer, got exit code 3 (last line); finished files are kept, resume the run to go on',
    )
    await expect(host.call('plan', plan('kill'))).rejects.toThrow(/got signal SIGKILL, perhaps for lack of memory/)
    expect(await pidOf(host)).not.toBe(first)
    host.dispose()
  })

  it('kills a process that does not answer a cancel in time', async () => {
    const host = new PipelineHost({ entry, cancelWithinMs: 200 })
    const first = await pidOf(host)
    const controller = new AbortController()
    const hung = host.call('plan', plan('hang'), { signal: controller.signal })
    const beside = host.call('plan', plan('hang'))
    setTimeout(() => controller.abort(), 100)
    await expect(hung).rejects.toMatchObject({ code: 'cancelled' })
    await expect(beside).rejects.toThrow(/ended because another run in it did not stop/)
    await vi.waitFor(() => expect(() => process.kill(first, 0)).toThrow(/ESRCH/))
    expect(await pidOf(host)).not.toBe(first)
    host.dispose()
  })

  it('ends what runs when it is disposed', async () => {
    const host = new PipelineHost({ entry })
    const running = host.call('plan', plan('hang'))
    host.dispose()
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('that is renewed starts its next process in the environment of then, once nothing runs in the old one', async () => {
    let setting = 'first'
    const host = new PipelineHost({ entry, environment: () => ({ GROUND_CONTROL_TEST: setting }) })
    const settingOf = async () => ((await host.call('plan', plan('answer'))) as unknown as { setting: string }).setting
    expect(await settingOf()).toBe('first')
    setting = 'second'
    expect(await settingOf()).toBe('first')
    const controller = new AbortController()
    const running = host.call('plan', plan('wait'), { signal: controller.signal })
    expect(host.isBusy).toBe(true)
    host.renew()
    expect(await settingOf()).toBe('first')
    controller.abort()
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(host.isBusy).toBe(false)
    expect(await settingOf()).toBe('second')
    host.dispose()
  })
})

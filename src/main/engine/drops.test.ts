import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { JobList } from '../jobs/job-list.ts'
import { Drops, safeParts, sliceBytes } from './drops.ts'

let folder = ''
let jobs: JobList
let drops: Drops

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drops-'))
  jobs = new JobList(() => {})
  drops = new Drops({ folder: join(folder, 'spool'), jobs, silenceMs: 300 })
})
afterEach(async () => {
  await jobs.dispose()
  await rm(folder, { recursive: true, force: true })
})

const bodyOf = (...chunks: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
const bytes = (length: number, value: number) => new Uint8Array(length).fill(value)

async function untilEnded(): Promise<string> {
  while (jobs.list()[0]!.state === 'running') await new Promise((resolve) => setTimeout(resolve, 5))
  return jobs.list()[0]!.state
}

describe('Drops', () => {
  it('writes slices in order under the name of the file and knows when it is whole', async () => {
    const drop = await drops.announce('tile 1.tif', 10)
    expect(basename(drop.path)).toBe('tile 1.tif')
    expect(drop.sliceBytes).toBe(sliceBytes)
    await drops.write(drop.dropId, 0, bodyOf(bytes(3, 1), bytes(3, 2)))
    await expect(drops.completePath(drop.dropId)).rejects.toThrow(/only 6 have arrived/)
    await drops.write(drop.dropId, 6, bodyOf(bytes(4, 3)))
    expect(await untilEnded()).toBe('done')
    expect(await drops.completePath(drop.dropId)).toBe(drop.path)
    expect(await drops.completePath(drop.path)).toBe(drop.path)
    expect([...(await readFile(drop.path))]).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 3])
    expect(jobs.list()[0]).toMatchObject({ kind: 'spool', done: 10, total: 10 })
  })

  it('takes a slice again but no gap, nothing beyond the end and nothing for another drop', async () => {
    const { dropId } = await drops.announce('a.tif', 10)
    await drops.write(dropId, 0, bodyOf(bytes(5, 1)))
    await drops.write(dropId, 0, bodyOf(bytes(5, 1)))
    await expect(drops.write(dropId, 6, bodyOf(bytes(1, 1)))).rejects.toThrow(/expected offset 5, got 6/)
    await expect(drops.write(dropId, -1, bodyOf(bytes(1, 1)))).rejects.toThrow(/expected offset 5/)
    await expect(drops.write(dropId, Number.NaN, bodyOf(bytes(1, 1)))).rejects.toThrow(/expected offset 5/)
    await expect(drops.write(dropId, 5, bodyOf(bytes(6, 1)))).rejects.toThrow(
      /expected 10 bytes as announced, got more/,
    )
    await expect(drops.write('nobody', 0, bodyOf())).rejects.toMatchObject({ code: 'not-found' })
  })

  it('removes what has arrived when it is cancelled or the page falls silent', async () => {
    const cancelled = await drops.announce('a.tif', 10)
    await drops.write(cancelled.dropId, 0, bodyOf(bytes(5, 1)))
    jobs.cancel(jobs.list()[0]!.jobId)
    expect(await untilEnded()).toBe('cancelled')
    expect(existsSync(cancelled.path)).toBe(false)
    await expect(drops.write(cancelled.dropId, 5, bodyOf(bytes(5, 1)))).rejects.toMatchObject({ code: 'not-found' })
    const silent = await drops.announce('b.tif', 10)
    while (jobs.list()[1]!.state === 'running') await new Promise((resolve) => setTimeout(resolve, 20))
    expect(jobs.list()[1]?.error?.message).toMatch(/b\.tif: expected 10 bytes, the page stopped after 0/)
    expect(existsSync(silent.path)).toBe(false)
  })

  it('takes an empty file', async () => {
    const { path } = await drops.announce('empty.parquet', 0)
    expect(await untilEnded()).toBe('done')
    expect(await drops.completePath(path)).toBe(path)
  })

  it('refuses a length that is none', async () => {
    await expect(drops.announce('a', 1.5)).rejects.toThrow(/whole bytes, got 1.5/)
  })
})

describe('files of one drop', () => {
  const filled = async (name: string, group?: string) => {
    const drop = await drops.announce(name, 1, group)
    await drops.write(drop.dropId, 0, bodyOf(bytes(1, 1)))
    return drop
  }

  it('lie in one folder as they did where they come from, and the folder is one thing', async () => {
    const first = await filled('scene/B02.tif')
    const second = await drops.announce('scene/more/B03.tif', 1, first.group)
    expect(second.group).toBe(first.group)
    expect(first.top).toBe(join(folder, 'spool', first.group, 'scene'))
    expect(second).toMatchObject({ top: first.top, path: join(first.top, 'more', 'B03.tif') })
    await expect(drops.completePath(first.top)).rejects.toThrow(/B03.tif: expected 1 bytes, only 0 have arrived/)
    await drops.write(second.dropId, 0, bodyOf(bytes(1, 1)))
    expect(await drops.completePath(first.top)).toBe(first.top)
    for (const above of ['/', folder, join(folder, 'spool'), join(first.top, '..', '..')]) {
      expect(await drops.completePath(above)).toBeUndefined()
    }
    const beside = await filled('metadata.parquet', first.group)
    expect(beside.top).toBe(beside.path)
    expect(beside.path).toBe(join(folder, 'spool', first.group, 'metadata.parquet'))
  })

  it('go together when one of them is cancelled, and nothing more is taken', async () => {
    const first = await filled('scene/B02.tif')
    const second = await drops.announce('scene/B03.tif', 10, first.group)
    jobs.cancel(second.jobId)
    while (jobs.get(second.jobId)!.state === 'running') await new Promise((resolve) => setTimeout(resolve, 5))
    expect(existsSync(first.path)).toBe(false)
    expect(await drops.completePath(first.top)).toBeUndefined()
    await expect(drops.announce('scene/B04.tif', 1, first.group)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('are refused in a group that was not given, under a name twice, and under a file', async () => {
    const { group } = await filled('scene')
    await expect(drops.announce('a.tif', 1, '../..')).rejects.toMatchObject({ code: 'not-found' })
    await expect(drops.announce('scene', 1, group)).rejects.toThrow(/scene: expected each name once in a drop/)
    await expect(drops.announce('scene/a.tif', 1, group)).rejects.toMatchObject({ code: 'invalid-input' })
  })
})

describe('the name of a dropped file', () => {
  it('keeps its folders and no character that leads elsewhere', () => {
    expect(safeParts('S2A_MSIL2A.tif')).toEqual(['S2A_MSIL2A.tif'])
    expect(safeParts('a/b c/d.tif')).toEqual(['a', 'b c', 'd.tif'])
    expect(safeParts('C:\\data\\a:b?.tif')).toEqual(['C__data_a_b_.tif'])
    expect(safeParts('.hidden')).toEqual(['hidden'])
    expect(safeParts('..%2f')).toEqual(['%2f'])
    expect(safeParts('a\u0000b\n.tif')).toEqual(['a_b_.tif'])
    expect(safeParts('...')).toEqual(['dropped-file'])
    expect(safeParts(`${'x'.repeat(300)}.tif`)[0]).toHaveLength(120)
  })

  it.each(['../etc/passwd', 'a/../../b', '/etc/passwd', 'a//b', '', '..', 'a/', './a'])('is refused as %j', (name) => {
    expect(() => safeParts(name)).toThrow(/expected the name of a file inside what was dropped/)
  })
})

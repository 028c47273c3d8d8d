import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeFile } from '../products/describe-file.ts'
import { ProjectFiles } from './project-files.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'projects-'))
})
afterAll(() => rm(folder, { recursive: true }))

const files = () => new ProjectFiles({ userDataDir: join(folder, 'data'), appVersion: '1.2.3' })
const given = (path: string) => ({
  sets: [{ path, name: 'one', count: 5 }],
  current: 0,
  parts: { view: { left: true } },
})

describe('a project file', () => {
  it('comes back as it was saved, and is told from its content whatever its name', async () => {
    const path = join(folder, 'a.json')
    await files().save(given('sample-planet'), path)
    expect(await files().open(path)).toMatchObject({ path, project: given('sample-planet') })
    expect(await describeFile(path)).toMatchObject({ kind: 'project', product: 'ground-control-project', problems: [] })
  })

  it('finds sets beside it after both were moved together', async () => {
    const before = join(folder, 'before')
    await mkdir(join(before, 'sets'), { recursive: true })
    await writeFile(join(before, 'sets', 'one.parquet'), 'x')
    await files().save(given(join(before, 'sets', 'one.parquet')), join(before, 'p.groundcontrol'))
    const after = join(folder, 'after')
    await rename(before, after)
    const opened = await files().open(join(after, 'p.groundcontrol'))
    expect(opened?.project.sets[0]?.path).toBe(join(after, 'sets', 'one.parquet'))
  })

  it('saved by the application itself is there at the next start, and absent before', async () => {
    const own = new ProjectFiles({ userDataDir: join(folder, 'fresh'), appVersion: '1.2.3' })
    expect(await own.open()).toBeUndefined()
    await own.save(given('sample-planet'))
    expect((await own.open())?.project.appVersion).toBe('1.2.3')
  })

  it.each([
    ['{"groundControlProject": 9}', /expected a project of version 1 or older, got version 9; open it with a newer/],
    ['{"groundControlProject": 1, "sets": 3}', /expected a project file of Ground Control, got something else at/],
    ['{"groundControlProject": 1,', /got text that is not JSON/],
    ['[1, 2]', /got something else at/],
  ])('that is none, %s, is refused with a sentence', async (text, sentence) => {
    const path = join(folder, 'bad.groundcontrol')
    await writeFile(path, text)
    await expect(files().open(path)).rejects.toThrow(sentence)
  })

  it('is written whole or not at all', async () => {
    const path = join(folder, 'kept.groundcontrol')
    await files().save(given('sample-planet'), path)
    const before = await readFile(path, 'utf8')
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    await expect(files().save({ ...given('sample-planet'), parts: circular }, path)).rejects.toThrow()
    expect(await readFile(path, 'utf8')).toBe(before)
  })
})

import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FileAccess, isBelow } from './file-access.ts'

let root = ''
let named = ''

beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'access-')))
  named = join(root, 'named')
  await mkdir(join(named, 'inner'), { recursive: true })
  await mkdir(join(root, 'named-not'))
  for (const file of ['named/a.tif', 'named/inner/b.tif', 'named/.hidden', 'named-not/c.tif', 'secret', 'opened.tif']) {
    await writeFile(join(root, file), 'x')
  }
  await symlink(join(root, 'secret'), join(named, 'link'))
  await symlink(join(root, 'named-not'), join(named, 'folder-link'))
  await symlink(join(root, 'gone'), join(named, 'dangling'))
})
afterAll(() => rm(root, { recursive: true }))

const accessOf = (isLimited: boolean) =>
  new FileAccess({
    isLimited,
    folders: [named],
    ownFolders: [],
    wasOpened: async (path) => path === join(root, 'opened.tif'),
  })

describe('FileAccess of a browser page', () => {
  let access: FileAccess
  beforeAll(() => {
    access = accessOf(true)
  })

  it('gives files of the named folders and files opened before', async () => {
    expect(await access.readable(join(named, 'a.tif'))).toBe(join(named, 'a.tif'))
    expect(await access.readable(join(named, 'inner', '..', 'a.tif'))).toBe(join(named, 'a.tif'))
    expect(await access.readable(join(root, 'opened.tif'))).toBe(join(root, 'opened.tif'))
  })

  it('gives nothing outside, not through .., a link, a name that begins alike, nor whether it exists', async () => {
    const outside = [
      'secret',
      'named/../secret',
      'named/link',
      'named/folder-link/c.tif',
      'named-not/c.tif',
      'not-there',
      '',
    ]
    for (const path of outside) {
      await expect(access.readable(join(root, path))).rejects.toMatchObject({ code: 'not-permitted' })
    }
    await expect(access.readable('/etc/passwd')).rejects.toMatchObject({ code: 'not-permitted' })
  })

  it('says of a missing file inside that it is missing', async () => {
    await expect(access.readable(join(named, 'x.tif'))).rejects.toMatchObject({ code: 'not-found' })
  })

  it('writes only into named folders, also into ones that do not exist yet', async () => {
    expect(await access.writable(join(named, 'new', 'er'))).toBe(join(named, 'new', 'er'))
    for (const path of [join(root, 'new'), join(named, 'folder-link', 'new'), join(named, '..', 'new')]) {
      await expect(access.writable(path)).rejects.toMatchObject({ code: 'not-permitted' })
    }
  })

  it('lists the named folders, folders first, without hidden files and links that lead outside', async () => {
    expect((await access.list(undefined)).entries).toEqual([{ name: named, path: named, kind: 'folder' }])
    const listed = await access.list(named)
    expect(listed.path).toBe(named)
    expect(listed).not.toHaveProperty('parent')
    expect(listed.entries.map(({ name }) => name)).toEqual(['inner', 'a.tif'])
    expect((await access.list(join(named, 'inner'))).parent).toBe(named)
  })

  it('lists nothing outside, also not through a link', async () => {
    for (const path of [root, join(named, '..'), join(named, 'folder-link'), '/']) {
      await expect(access.list(path)).rejects.toMatchObject({ code: 'not-permitted' })
    }
    await expect(access.list(join(named, 'a.tif'))).rejects.toMatchObject({ code: 'unreadable-file' })
  })
})

describe('isBelow', () => {
  it('knows a folder and what is in it from what only looks like it', () => {
    const inside = ['/a/b', '/a/b/c', '/a/b/..c', '/a', '/a/bc', '/a/b/../c'].map((path) => isBelow('/a/b', path))
    expect(inside).toEqual([true, true, true, false, false, false])
  })
})

describe('FileAccess of the window and the command line', () => {
  it('gives any path that exists', async () => {
    const access = accessOf(false)
    expect(await access.readable(join(named, 'link'))).toBe(join(root, 'secret'))
    await expect(access.readable(join(root, 'not-there'))).rejects.toThrow(
      /not-there: expected a file or folder, got nothing/,
    )
  })
})

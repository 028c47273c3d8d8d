import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeFolder, outputError, refuseToReplace, writeOutputFile } from './output-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const full = () =>
  Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }))

describe('an output file', () => {
  it('has its name only when it is whole', async () => {
    const path = join(folder, 'deep', 'out.bin')
    await writeOutputFile(path, async (file) => {
      await file.writeFile('ab')
      expect(readdirSync(join(folder, 'deep'))).not.toContain('out.bin')
      await file.writeFile('c')
    })
    expect(readFileSync(path, 'utf8')).toBe('abc')
    expect(readdirSync(join(folder, 'deep'))).toEqual(['out.bin'])
  })

  it('on a full disk is removed, and the sentence says so', async () => {
    const path = join(folder, 'out.bin')
    const write = writeOutputFile(path, async (file) => {
      await file.writeFile('some')
      await full()
    })
    await expect(write).rejects.toMatchObject({
      code: 'disk-full',
      message: `${path}: expected room to write, got a full disk; free space or choose another folder`,
    })
    expect(readdirSync(folder)).toEqual([])
  })

  // Root may write everywhere but into the kernel's own file system.
  const locked = process.getuid?.() === 0 ? '/sys' : undefined
  it.skipIf(process.platform !== 'linux')('in a folder without permission is refused', async () => {
    if (locked === undefined) chmodSync(folder, 0o555)
    const path = join(locked ?? folder, 'sub', 'out.bin')
    await expect(writeOutputFile(path, async () => {})).rejects.toMatchObject({
      code: 'not-permitted',
      message: expect.stringMatching(
        /expected a folder that may be written, got (EACCES|EPERM|EROFS); choose another folder$/,
      ),
    })
    chmodSync(folder, 0o755)
  })
  if (process.platform !== 'linux') console.log('skipped: a folder without permission, made for Linux only')

  it('is not begun when the signal is aborted already', async () => {
    const signal = AbortSignal.abort()
    await expect(writeOutputFile(join(folder, 'out.bin'), async () => {}, { signal })).rejects.toThrow('abort')
    expect(readdirSync(folder)).toEqual([])
  })

  it('in a place below a file is refused with that reason', async () => {
    writeFileSync(join(folder, 'file'), '')
    const below = writeOutputFile(join(folder, 'file', 'out.bin'), async () => {})
    await expect(below).rejects.toThrow('got a file where a folder must be')
  })
})

describe('the folder of an output', () => {
  it.skipIf(process.platform !== 'linux')(
    'is refused where the system makes none, instead of trying for ever',
    async () => {
      const refused = await makeFolder('/proc/out').catch((error: unknown) => outputError('/proc/out', error))
      expect(refused).toMatchObject({
        message: expect.stringContaining('/proc/out: expected a folder that can be made'),
      })
    },
  )

  it('never gives up the input for the output, whatever name it has', async () => {
    const path = join(folder, 'in.parquet')
    writeFileSync(path, 'input')
    symlinkSync(folder, join(folder, 'link'))
    await expect(refuseToReplace([path], join(folder, 'link', 'in.parquet'))).rejects.toThrow('got the input itself')
    await refuseToReplace([path], join(folder, 'other.parquet'))
  })
})

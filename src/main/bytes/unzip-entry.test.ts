// Python's zipfile made the zip; its entries can be computed (fixtures/zip/make-zip.py).

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memorySource } from './byte-source.ts'
import { unzipEntry } from './unzip-entry.ts'
import { readZipEntries } from './zip-entries.ts'

const zip = readFileSync(join(import.meta.dirname, '../../../fixtures/zip/deflated-and-stored.zip'))
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unzip-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function unzipped(name: string, bytes: Uint8Array = zip, signal = new AbortController().signal) {
  const source = memorySource('a.zip', bytes)
  const entry = (await readZipEntries(source)).get(name)!
  const path = join(folder, 'out')
  const file = await open(path, 'w')
  const seen: number[] = []
  try {
    await unzipEntry(source, entry, file, { signal, onBytes: (done) => seen.push(done) })
  } finally {
    await file.close()
  }
  return { content: readFileSync(path), seen }
}

describe('an entry of a zip', () => {
  it('that is deflated, stored or empty is unpacked as Python packed it', async () => {
    const numbers = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7919) >> 3))
    expect((await unzipped('numbers-deflated')).content.equals(numbers)).toBe(true)
    expect((await unzipped('folder/stored')).content.toString()).toBe('as it is')
    expect((await unzipped('empty-deflated')).content).toHaveLength(0)
  })

  it('is unpacked in pieces, with progress', async () => {
    const { content, seen } = await unzipped('zeros-deflated')
    expect(content.equals(Buffer.alloc(3_000_000))).toBe(true)
    expect(seen.length).toBeGreaterThan(1)
    expect(seen.at(-1)).toBe(3_000_000)
  })

  it('that is packed in another way is refused', async () => {
    await expect(unzipped('zeros-bzip2')).rejects.toThrow(
      'zip a.zip: entry "zeros-bzip2": expected stored or deflated, got it packed otherwise or encrypted',
    )
  })

  it('whose bytes were damaged is refused', async () => {
    const at = zip.indexOf('as it is')
    const damaged = Buffer.from(zip)
    damaged[at]! ^= 1
    await expect(unzipped('folder/stored', damaged)).rejects.toMatchObject({
      code: 'unreadable-file',
      message: expect.stringMatching(/entry "folder\/stored": expected CRC-32 964e24b3, got [0-9a-f]{8}$/),
    })
    const data = Buffer.from(zip)
    data.fill(0xff, 60, 200)
    await expect(unzipped('numbers-deflated', data)).rejects.toThrow(/expected deflated bytes, got Z_\w+$/)
  })

  it('that unpacks to more or less than the directory says is refused', async () => {
    // sizes of the first entry of the central directory
    const lengthAt = zip.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24
    const resized = (byteLength: number) => {
      const bytes = Buffer.from(zip)
      bytes.writeUInt32LE(byteLength, lengthAt)
      return bytes
    }
    await expect(unzipped('numbers-deflated', resized(99_999))).rejects.toThrow(/expected 99999 bytes, got more than/)
    await expect(unzipped('numbers-deflated', resized(100_001))).rejects.toThrow(/expected 100001 bytes, got 100000$/)
  })

  it('is given up when it is cancelled', async () => {
    await expect(unzipped('zeros-deflated', zip, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
  })
})

import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PartSpool, type SpoolHead } from './part-spool.ts'
import type { FragmentRow } from './read-batches.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'part-spool-'))
  path = join(folder, 'part.parquet.spool')
})
afterEach(() => rm(folder, { recursive: true }))

const head: SpoolHead = { identity: 'one', dimensions: 3, settings: { batchSize: 8, provider: 'cpu', threads: 2 } }
const rowOf = (image: string, fragmentCol: number): FragmentRow => ({
  ...{ image, fragmentRow: 0, fragmentCol, pixelBbox: [0, 0, 16, 16], gridCell: '12U_7R' },
  ...{ productId: image, timestamp: null },
})
const endOf = (chunk: number, badImages: string[] = []) => ({ chunk, images: [], failures: [], skipped: [], badImages })

async function twoChunks(): Promise<PartSpool> {
  const spool = await PartSpool.create(path, head)
  await spool.addRows([rowOf('a', 0), rowOf('a', 1)], Float32Array.of(1, 2, 3, 4, 5, 6))
  await spool.addRows([rowOf('b', 0)], Float32Array.of(7, 8, 9))
  await spool.finishChunk(endOf(0))
  await spool.addRows([rowOf('c', 0)], Float32Array.of(10, 11, 0.1))
  await spool.finishChunk(endOf(1))
  return spool
}

async function vectorsOf(spool: PartSpool): Promise<number[][]> {
  const vectors: number[][] = []
  for (const { vectorAt } of spool.rows) {
    const vector = new Float32Array(3)
    await spool.readVector(vectorAt, vector)
    vectors.push([...vector])
  }
  return vectors
}

describe('PartSpool', () => {
  it('gives back rows, vectors and settings after it was opened again', async () => {
    await (await twoChunks()).close()
    const spool = await PartSpool.reopen(path)
    expect(spool?.head).toEqual(head)
    expect(spool?.rows.map(({ row }) => [row.image, row.fragmentCol])).toEqual([
      ['a', 0],
      ['a', 1],
      ['b', 0],
      ['c', 0],
    ])
    expect(await vectorsOf(spool!)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
      [10, 11, Math.fround(0.1)],
    ])
    await spool?.close()
  })

  it('forgets a chunk without its end and goes on behind the last whole one', async () => {
    const written = await twoChunks()
    const { size } = await stat(path)
    await written.addRows([rowOf('d', 0)], Float32Array.of(1, 1, 1))
    await written.close()
    const spool = (await PartSpool.reopen(path))!
    expect([spool.rows.length, (await stat(path)).size]).toEqual([4, size])
    await spool.addRows([rowOf('e', 0)], Float32Array.of(2, 2, 2))
    await spool.finishChunk(endOf(2))
    await spool.close()
    const again = (await PartSpool.reopen(path))!
    expect(again.rows.map(({ row }) => row.image).join('')).toBe('aabce')
    expect((await vectorsOf(again)).at(-1)).toEqual([2, 2, 2])
    await again.close()
  })

  it('keeps what stands before a damaged byte, whatever byte it is', async () => {
    await (await twoChunks()).close()
    const bytes = await readFile(path)
    const kept = new Set<number>()
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= 0x40
      await writeFile(path, damaged)
      const spool = await PartSpool.reopen(path)
      kept.add(spool?.rows.length ?? -1)
      const whole = [[], ['a', 'a', 'b'], ['a', 'a', 'b', 'c']].map(String)
      if (spool !== undefined) expect(whole).toContain(String(spool.rows.map(({ row }) => row.image)))
      await spool?.close()
    }
    // nothing, the head alone, the first chunk; never both, since every byte belongs to one of them
    expect([...kept].sort()).toEqual([-1, 0, 3])
  })

  it('keeps whole chunks of a file that was cut or has a tail of rubbish', async () => {
    await (await twoChunks()).close()
    await appendFile(path, Buffer.alloc(100, 0xff))
    const spool = (await PartSpool.reopen(path))!
    expect(spool.rows).toHaveLength(4)
    await spool.close()
    await truncate(path, (await stat(path)).size - 1)
    const cut = (await PartSpool.reopen(path))!
    expect(cut.rows).toHaveLength(3)
    await cut.close()
  })

  it('leaves out every row of an image that failed', async () => {
    const spool = await PartSpool.create(path, head)
    await spool.addRows([rowOf('a', 0), rowOf('b', 0)], new Float32Array(6))
    await spool.addRows([rowOf('b', 1)], new Float32Array(3))
    await spool.finishChunk(endOf(0, ['b']))
    expect(spool.rows.map(({ row }) => row.image)).toEqual(['a'])
    await spool.remove()
  })

  it('is removed when it is closed without a finished chunk, and is not found where there is none', async () => {
    const spool = await PartSpool.create(path, head)
    await spool.addRows([rowOf('a', 0)], new Float32Array(3))
    await spool.close()
    expect(await PartSpool.reopen(path)).toBeUndefined()
    await writeFile(path, 'something else')
    expect(await PartSpool.reopen(path)).toBeUndefined()
  })
})

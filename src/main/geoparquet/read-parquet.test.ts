import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { EngineError } from '../../shared/errors.ts'
import { type ByteSource, memorySource } from '../bytes/byte-source.ts'
import { openParquet } from './open-parquet.ts'
import { readColumns } from './read-columns.ts'
import { findVectorColumn, readVectors } from './read-vectors.ts'

const folder = fileURLToPath(new URL('../../../fixtures/geoparquet/', import.meta.url))
const bad = fileURLToPath(new URL('../../../../shared/data/parquet-bad/', import.meta.url))

function sourceOf(path: string): ByteSource {
  return memorySource(basename(path), readFileSync(path))
}

async function vectorsOf(name: string) {
  const file = await openParquet(sourceOf(join(folder, `${name}.parquet`)))
  const { vectors, ...rest } = await readVectors(file)
  return { ...rest, vectors: [...vectors], isShared: vectors.buffer instanceof SharedArrayBuffer }
}

/** what fixtures/geoparquet/make.py wrote: row r, element k is (r * 8 + k) / 16 */
const sixteenths = Array.from({ length: 96 }, (_, index) => index / 16)
const integers = sixteenths.map((value) => value * 16)

async function failure(work: () => Promise<unknown>): Promise<EngineError> {
  const error = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(EngineError)
  return error as EngineError
}

describe('vectors', () => {
  it.each(['row-groups', 'many-pages', 'fixed-size'])('of chosen rows are read from %s.parquet', async (name) => {
    const file = await openParquet(sourceOf(join(folder, `${name}.parquet`)))
    const last = file.rowCount - 1
    const { vectors, count, dimensions } = await readVectors(file, undefined, { rows: [1, 3, last] })
    expect({ count, dimensions }).toEqual({ count: 3, dimensions: 8 })
    expect([...vectors]).toEqual([1, 3, last].flatMap((row) => sixteenths.slice(row * 8, row * 8 + 8)))
  })

  it.each([
    'float32',
    'float16',
    'double',
    'fixed-size',
    'large-list',
    'nested',
    'codec-none',
    'codec-zstd',
    'codec-gzip',
    'codec-brotli',
    'codec-lz4',
    'plain',
    'byte-stream-split',
    'pages-v2',
    'many-pages',
    'row-groups',
  ])('are read from %s.parquet', async (name) => {
    expect(await vectorsOf(name)).toEqual({
      count: 12,
      dimensions: 8,
      nullCount: 0,
      vectors: sixteenths,
      isShared: true,
    })
  })

  it.each(['int8', 'uint8', 'delta'])('of integers are read from %s.parquet', async (name) => {
    expect((await vectorsOf(name)).vectors).toEqual(integers)
  })

  it('are NaN for rows without a list and for missing elements', async () => {
    const rows = await vectorsOf('null-rows')
    expect(rows.nullCount).toBe(2)
    expect(rows.vectors).toEqual(sixteenths.map((value, index) => ([0, 7].includes(index >> 3) ? Number.NaN : value)))
    const elements = await vectorsOf('null-elements')
    expect(elements.nullCount).toBe(0)
    expect(elements.vectors).toEqual(sixteenths.map((value, index) => (index === 3 * 8 + 5 ? Number.NaN : value)))
  })

  it('keep NaN and zero as they are', async () => {
    const { vectors } = await vectorsOf('nan')
    expect(vectors.map((value, index) => (Number.isNaN(value) ? index : -1)).filter((index) => index >= 0)).toEqual([
      20, 40, 41, 42, 43, 44, 45, 46, 47,
    ])
    expect((await vectorsOf('zero')).vectors.slice(72, 80)).toEqual(new Array(8).fill(0))
  })

  it('of a file without rows are none', async () => {
    expect(await vectorsOf('no-rows')).toEqual({ count: 0, dimensions: 0, nullCount: 0, vectors: [], isShared: true })
  })

  it('report progress and stop at a signal', async () => {
    const file = await openParquet(sourceOf(join(folder, 'row-groups.parquet')))
    const steps: number[] = []
    await readVectors(file, 'embedding', { onProgress: (done) => steps.push(done) })
    expect(steps).toEqual([5, 10, 12])
    const controller = new AbortController()
    const stopped = readVectors(file, 'embedding', { signal: controller.signal, onProgress: () => controller.abort() })
    await expect(stopped).rejects.toThrow('abort')
  })
})

describe('a file that cannot give vectors is refused in one sentence', () => {
  const sentences: [name: string, code: string, message: string][] = [
    [
      'unequal',
      'unsupported-format',
      'unequal.parquet: column "embedding" has 7 values in row 4, expected 8 as in the rows before; ' +
        'write vectors of different models to different files',
    ],
    [
      'empty-list',
      'unsupported-format',
      'empty-list.parquet: expected a vector in every row of column "embedding", got an empty list in row 6; ' +
        'leave such rows out, or write null where a row has no vector',
    ],
    [
      'empty-lists',
      'unsupported-format',
      'empty-lists.parquet: expected a vector in every row of column "embedding", got an empty list in row 0; ' +
        'leave such rows out, or write null where a row has no vector',
    ],
    [
      'only-null',
      'unsupported-format',
      'only-null.parquet: expected vectors in column "embedding", got null in all 12 rows; write the file again',
    ],
    [
      'no-embedding',
      'unsupported-format',
      'no-embedding.parquet: expected a column "embedding" with one list of numbers a row, got the columns name (Utf8), value (Int64)',
    ],
    [
      'truncated',
      'unreadable-file',
      'truncated.parquet: expected a Parquet file, got a truncated one (its footer is missing); copy or download it again',
    ],
    [
      'empty',
      'unreadable-file',
      'empty.parquet: expected a Parquet file, got an empty file; copy or download it again',
    ],
    [
      'not-parquet',
      'unreadable-file',
      'not-parquet.parquet: expected a Parquet file, got other content (it does not begin with PAR1)',
    ],
  ]
  it.each(sentences)('%s', async (name, code, message) => {
    const error = await failure(() => vectorsOf(name))
    expect([error.code, error.message]).toEqual([code, message])
  })

  it('damaged page', async () => {
    const error = await failure(() => vectorsOf('damaged-page'))
    expect(error.code).toBe('unreadable-file')
    expect(error.message).toMatch(
      /^damaged-page.parquet: expected an intact Parquet file, got column "embedding" that cannot be read/,
    )
  })

  it('a column that holds no lists, or none at all', async () => {
    const file = await openParquet(sourceOf(join(folder, 'no-embedding.parquet')))
    expect((await failure(() => readVectors(file, 'value'))).message).toContain(
      'expected a list of numbers in column "value", got Int64',
    )
    expect((await failure(() => readColumns(file, ['nope']))).message).toContain(
      'expected a column "nope", got the columns name (Utf8), value (Int64)',
    )
  })

  it('every cut of a good file, whatever is lost', async () => {
    const whole = readFileSync(join(folder, 'row-groups.parquet'))
    for (let length = 0; length < whole.length; length += 7) {
      await failure(async () => readVectors(await openParquet(memorySource('cut.parquet', whole.subarray(0, length)))))
    }
  })

  it('every single damaged byte gives vectors or a sentence, never another error', async () => {
    const whole = readFileSync(join(folder, 'codec-zstd.parquet'))
    for (let position = 0; position < whole.length; position += 3) {
      const bytes = Uint8Array.from(whole)
      bytes[position]! ^= 0x55
      try {
        const file = await openParquet(memorySource('flipped.parquet', bytes))
        if (findVectorColumn(file) !== undefined) await readVectors(file)
      } catch (error) {
        expect(error, `byte ${position}`).toBeInstanceOf(EngineError)
      }
    }
  })

  it('three damaged bytes anywhere never make the readers loop', async () => {
    let seed = 7
    const next = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return Math.floor((seed / 2_147_483_648) * below)
    }
    for (const name of ['columns', 'pages-v2', 'delta', 'nested']) {
      const whole = readFileSync(join(folder, `${name}.parquet`))
      for (let round = 0; round < 60; round++) {
        const bytes = Uint8Array.from(whole)
        for (let change = 0; change < 3; change++) bytes[next(bytes.length)] = next(256)
        const work = async () => {
          const file = await openParquet(memorySource('damaged.parquet', bytes))
          for (const column of file.columns) await readColumns(file, [column.name])
        }
        const error: unknown = await work().catch((reason: unknown) => reason)
        if (error !== undefined) expect(error, `${name} ${round}`).toBeInstanceOf(EngineError)
      }
    }
  })

  it.skipIf(!existsSync(bad))('files that crashed other readers', async () => {
    for (const name of readdirSync(bad).filter((entry) => entry.endsWith('.parquet'))) {
      try {
        const file = await openParquet(sourceOf(join(bad, name)))
        for (const column of file.columns) await readColumns(file, [column.name])
        await readVectors(file)
        expect.unreachable(`${name} holds no vectors`)
      } catch (error) {
        expect(error, name).toBeInstanceOf(EngineError)
        expect((error as EngineError).message).toContain(`${name}: expected`)
      }
    }
  })
  if (!existsSync(bad)) console.log(`skipped: files that crashed other readers, ${bad} is not here`)
})

describe('columns', () => {
  it('come as text, numbers, bytes and ISO times, null where there is none', async () => {
    const file = await openParquet(sourceOf(join(folder, 'columns.parquet')))
    const columns = await readColumns(
      file,
      file.columns.map(({ name }) => name),
    )
    expect(columns).toEqual({
      text: ['a', null, 'ü'],
      number: [1, null, -3],
      big: [2 ** 40, 5, null],
      bytes: [Uint8Array.of(1, 255), new Uint8Array(0), null],
      flag: [true, false, null],
      stamp: ['2023-01-19T16:18:11.123456Z', null, '2023-01-19T16:18:11.123456Z'],
      stamp_ns: ['2023-01-19T16:18:11.123456Z', null, '2023-01-19T16:18:11.123456Z'],
      day: ['2023-01-19', null, '1969-12-31'],
      box: [[0, 1, 2, 3], null, []],
      bbox: [{ xmin: 1.5, ymin: 2 }, null, { xmin: -1, ymin: 0 }],
    })
    expect(file.columns.map(({ type }) => type)).toEqual([
      'Utf8',
      'Int16',
      'Int64',
      'Binary',
      'Bool',
      'Timestamp',
      'Timestamp',
      'Date32',
      'List<Int64>',
      'Struct<{xmin: Float64, ymin: Float64}>',
    ])
  })

  it('can be read for some rows only', async () => {
    const file = await openParquet(sourceOf(join(folder, 'row-groups.parquet')))
    expect(await readColumns(file, ['unique_id'], { rowStart: 4, rowEnd: 7 })).toEqual({
      unique_id: ['row4', 'row5', 'row6'],
    })
    expect(file.rowGroups).toEqual([
      { rowStart: 0, rowCount: 5 },
      { rowStart: 5, rowCount: 5 },
      { rowStart: 10, rowCount: 2 },
    ])
  })
})

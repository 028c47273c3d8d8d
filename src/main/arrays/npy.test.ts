import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../bytes/byte-source.ts'
import { openNpy } from './npy.ts'
import { openNpz } from './npz.ts'

const folder = fileURLToPath(new URL('../../../fixtures/arrays/', import.meta.url))
const source = (name: string) => memorySource(name, readFileSync(join(folder, name)))
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  { dtype: string; shape: number[]; values: number[] }
>

describe('a NumPy file', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.npy') && !name.startsWith('bad-')))(
    '%s has the values that numpy reads',
    async (name) => {
      const array = await openNpy(source(name))
      const { dtype, shape, values } = expected[name]!
      expect(array).toMatchObject({ dtype, shape })
      expect([...(await array.read(0, values.length))]).toEqual(values)
      expect([...(await array.read(1, 3))]).toEqual(values.slice(1, 3))
    },
  )

  it.each([
    [
      'bad-pickle',
      'expected an array of numbers, got pickled Python objects, which can run code when they are opened; save it again as numpy.stack(list(array))',
    ],
    ['bad-fortran', 'expected an array in C order, got one in Fortran order; save it again as numpy.ascontiguousarray'],
    ['bad-records', 'expected an array of numbers, got records; save it again as array.astype("float32")'],
    ['bad-text', 'expected an array of numbers, got the type <U1; save it again as array.astype("float32")'],
    ['bad-complex', 'expected an array of numbers, got the type <c8; save it again as array.astype("float32")'],
    [
      'bad-truncated',
      'expected an intact NumPy array, got 43 bytes of numbers where its header says 48 (shape 3 x 4); copy or save it again',
    ],
    ['bad-header', 'expected an intact NumPy array, got a header that ends early; copy or save it again'],
    [
      'bad-huge-shape',
      'expected an intact NumPy array, got 48 bytes of numbers where its header says 324000000000000000000 (shape 9000000000 x 9000000000); copy or save it again',
    ],
  ])('that cannot be read, %s, is one sentence', async (name, sentence) => {
    await expect(openNpy(source(`${name}.npy`))).rejects.toThrow(`${name}.npy: ${sentence}`)
  })

  it('is refused wherever it is cut', async () => {
    const bytes = readFileSync(join(folder, 'f4-little.npy'))
    for (let end = 0; end < bytes.length; end++) {
      await expect(openNpy(memorySource('cut.npy', bytes.subarray(0, end)))).rejects.toThrow(/^cut\.npy: expected /)
    }
  })
})

describe('an archive of NumPy files', () => {
  it('opens its arrays by name, stored or compressed', async () => {
    const stored = await openNpz(source('stored.npz'))
    expect(stored.names).toEqual(['embedding', 'ids'])
    const embedding = await stored.open('embedding')
    expect(embedding).toMatchObject({ name: 'stored.npz embedding.npy', dtype: 'float32', shape: [3, 4] })
    expect([...(await embedding.read(0, 12))]).toEqual(expected['f4-little.npy']!.values)
    const compressed = await (await openNpz(source('compressed.npz'))).open('arr_0')
    expect([...(await compressed.read(0, 12))]).toEqual(expected['f2-little.npy']!.values)
  })

  it('that inflates to more than it says is refused before it does', async () => {
    const bomb = await openNpz(source('bad-bomb.npz'))
    await expect(bomb.open('embedding')).rejects.toThrow(
      'zip bad-bomb.npz: entry "embedding.npy": expected 1024 bytes, got more',
    )
  })

  it('without arrays is refused', async () => {
    await expect(openNpz(source('bad-no-arrays.npz'))).rejects.toThrow(
      'bad-no-arrays.npz: expected NumPy arrays (.npy) in the archive, got 1 other entries; unpack it first',
    )
  })
})

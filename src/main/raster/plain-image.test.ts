import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { memorySource } from '../bytes/byte-source.ts'
import { readNpy } from './npy-fixture.ts'
import { readPictureSize } from './picture-size.ts'
import { decodeImage, encodePng, type PlainImage } from './plain-image.ts'

const folder = join(import.meta.dirname, '../../../fixtures/scenes')
const names = readdirSync(join(folder, 'pictures'))

/** Largest difference per channel to planar RGB values as Pillow gives them; grey counts as three equal channels. */
function differences({ width, height, channels, data }: PlainImage, expected: Float32Array): number[] {
  expect(expected.length).toBe(3 * width * height)
  return [0, 1, 2].map((colour) => {
    let largest = 0
    for (let i = 0; i < width * height; i++) {
      const value = data[i * channels + (channels < 3 ? 0 : colour)] as number
      largest = Math.max(largest, Math.abs(value - (expected[colour * width * height + i] as number)))
    }
    return largest
  })
}

describe('decodeImage', () => {
  it.each(names)('reads %s as Pillow does, to the last level', async (name) => {
    const image = await decodeImage(readFileSync(join(folder, 'pictures', name)), name)
    const expected = readNpy(join(folder, `picture-${name.replace('.', '-')}.npy`))
    for (const difference of differences(image, expected)) expect(difference).toBe(0)
  })

  it('says in one sentence that bytes are no picture, or a damaged one', async () => {
    await expect(decodeImage(new Uint8Array(), 'a.png')).rejects.toThrow(
      'a.png: expected a JPEG or PNG picture, got an empty file; export it again',
    )
    for (const name of names) {
      const bytes = readFileSync(join(folder, 'pictures', name))
      for (const part of [0.05, 0.5, 0.9]) {
        const cut = decodeImage(bytes.subarray(0, part * bytes.length), name)
        await expect(cut, `${name} ${part}`).rejects.toThrow(
          /: expected a grey or RGB picture, got a truncated one; export/,
        )
      }
    }
  })
})

describe('a CMYK JPEG', () => {
  it('is refused in one sentence', async () => {
    await expect(decodeImage(readFileSync(join(folder, 'cmyk.jpg')), 'cmyk.jpg')).rejects.toThrow(
      'cmyk.jpg: expected a grey or RGB picture, got one with 4 colours; export it again',
    )
  })
})

describe('encodePng', () => {
  it('writes what decodeImage reads', async () => {
    for (const channels of [1, 3, 4]) {
      const data = Uint8Array.from({ length: 7 * 5 * channels }, (_, index) => (index * 29) % 256)
      const decoded = await decodeImage(encodePng({ width: 7, height: 5, channels, data }), 'made.png')
      expect(decoded).toEqual({ width: 7, height: 5, channels, data })
    }
  })
})

describe('readPictureSize', () => {
  it('finds the size in the header of every kind', async () => {
    for (const name of names) {
      const source = memorySource(name, readFileSync(join(folder, 'pictures', name)))
      expect(await readPictureSize(source), name).toEqual({ width: 37, height: 29 })
    }
  })
})

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readModelCard } from '../models/read-card.ts'
import type { ImageTask } from '../scenes/image-task.ts'
import { chunksOf } from './chunks.ts'

const card = await readModelCard('tiny-rgb', [join(import.meta.dirname, '../../../fixtures/models')])
const taskOf = (name: string, size: number) =>
  ({ name, width: size, height: size, pixelSource: { type: 'picture', path: name } }) as ImageTask

describe('chunksOf', () => {
  it('ends a chunk with the image that fills it', () => {
    // 16 px fragments: 16 px are 1 fragment, 40 px are 9; an image that is too small will fail and counts for nothing
    const tasks = [taskOf('a', 40), taskOf('b', 40), taskOf('c', 8), taskOf('d', 16), taskOf('e', 40), taskOf('f', 16)]
    const chunks = chunksOf(tasks, card, { minFragments: 10 })
    expect(chunks.map((chunk) => chunk.tasks.map((task) => task.name).join(''))).toEqual(['ab', 'cde', 'f'])
    expect(chunks.map((chunk) => chunk.index)).toEqual([0, 1, 2])
  })

  it('has none without images', () => {
    expect(chunksOf([], card)).toEqual([])
  })
})

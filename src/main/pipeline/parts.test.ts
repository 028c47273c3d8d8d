import { describe, expect, it } from 'vitest'
import type { ImageTask } from '../scenes/image-task.ts'
import { partsOf } from './parts.ts'

function tasksOf(kind: ImageTask['kind'], file: string, count: number): ImageTask[] {
  return Array.from({ length: count }, (_, i) => ({ kind, file, name: `${file} ${i}` }) as ImageTask)
}
const tasks = [
  ...tasksOf('core-parquet', 'a/part_00001.parquet', 5),
  ...tasksOf('geotiff', 'x.tif', 1),
  ...tasksOf('core-parquet', 'a/part_00002.parquet', 3),
  ...tasksOf('core-parquet', 'b/part_00002.parquet', 2),
  ...tasksOf('geotiff', 'y.tif', 1),
]
const textOf = (parts: ReturnType<typeof partsOf>) => parts.map((part) => `${part.name} ${part.tasks.length}`)

describe('partsOf', () => {
  it('gives each Core Parquet a part of its name and the other images one together', () => {
    expect(textOf(partsOf(tasks))).toEqual([
      'part_00001.parquet 5',
      'part_00002.parquet 3',
      'b-part_00002.parquet 2',
      'images.parquet 2',
    ])
  })

  it('deals the images to shards in equal runs, and only a part that is cut says so in its name', () => {
    const shards = [1, 2, 3].map((index) => partsOf(tasks, { index, count: 3 }))
    expect(shards.map(textOf)).toEqual([
      ['part_00001-1-of-3.parquet 4'],
      ['part_00001-2-of-3.parquet 1', 'part_00002.parquet 3'],
      ['b-part_00002.parquet 2', 'images.parquet 2'],
    ])
  })

  it('has every image in exactly one shard, with names that no two shards share', () => {
    for (let count = 1; count <= 20; count++) {
      const all = Array.from({ length: count }, (_, i) => partsOf(tasks, { index: i + 1, count })).flat()
      const names = all.flatMap((part) => part.tasks.map((task) => task.name))
      expect(names.sort()).toEqual(tasks.map((task) => task.name).sort())
      expect(new Set(all.map((part) => part.name)).size).toBe(all.length)
    }
  })
})

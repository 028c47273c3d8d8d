import { basename, dirname, parse } from 'node:path'
import type { ImageTask } from '../scenes/image-task.ts'

/** The images of one output file. */
export interface Part {
  /** name of the output file */
  readonly name: string
  readonly tasks: readonly ImageTask[]
}

export interface Shard {
  /** 1 .. count */
  readonly index: number
  readonly count: number
}

/**
 * One part for each Core Parquet, named as it; `images.parquet` for everything else.
 * A shard takes every `count`th Parquet and every `count`th loose image, and says so in the name of the latter.
 */
export function partsOf(tasks: readonly ImageTask[], shard?: Shard): Part[] {
  const parquets = new Map<string, ImageTask[]>()
  const loose: ImageTask[] = []
  for (const task of tasks) {
    if (task.kind !== 'core-parquet') loose.push(task)
    else parquets.set(task.file, [...(parquets.get(task.file) ?? []), task])
  }
  const taken = new Set<string>()
  const named = [...parquets].map(([file, own]) => ({ name: uniqueName(file, taken), tasks: own }))
  const looseName = shard === undefined ? 'images.parquet' : `images-${shard.index}-of-${shard.count}.parquet`
  const isMine = (_: unknown, i: number) => shard === undefined || i % shard.count === shard.index - 1
  const parts: Part[] = named.filter(isMine)
  const looseTasks = loose.filter(isMine)
  return looseTasks.length === 0 ? parts : [...parts, { name: uniqueName(looseName, taken), tasks: looseTasks }]
}

/** The file's own name; of two files of one name the second gets its folder's name in front. */
function uniqueName(file: string, taken: Set<string>): string {
  const own = basename(file)
  let name = taken.has(own) ? `${basename(dirname(file))}-${own}` : own
  for (let n = 2; taken.has(name); n++) name = `${parse(own).name}-${n}${parse(own).ext}`
  taken.add(name)
  return name
}

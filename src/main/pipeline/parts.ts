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
 * A shard takes the i-th of `count` equal runs of images, in the order of the parts: most files fall whole to one machine
 * and keep their name, of one that is cut each piece says which it is. The shards together have every image once.
 */
export function partsOf(tasks: readonly ImageTask[], shard?: Shard): Part[] {
  const parquets = new Map<string, ImageTask[]>()
  const loose: ImageTask[] = []
  for (const task of tasks) {
    if (task.kind !== 'core-parquet') loose.push(task)
    else if (parquets.has(task.file)) parquets.get(task.file)!.push(task)
    else parquets.set(task.file, [task])
  }
  const taken = new Set<string>()
  const parts = [...parquets].map(([file, own]) => ({ name: uniqueName(file, taken), tasks: own }))
  const all = loose.length === 0 ? parts : [...parts, { name: uniqueName('images.parquet', taken), tasks: loose }]
  return shard === undefined ? all : shardOf(all, shard, tasks.length)
}

function shardOf(parts: readonly Part[], { index, count }: Shard, total: number): Part[] {
  const from = Math.floor((total * (index - 1)) / count)
  const to = Math.floor((total * index) / count)
  const mine: Part[] = []
  let start = 0
  for (const { name, tasks } of parts) {
    const own = tasks.slice(Math.max(0, from - start), Math.max(0, to - start))
    start += tasks.length
    if (own.length === 0) continue
    const { name: stem, ext } = parse(name)
    mine.push({ name: own.length === tasks.length ? name : `${stem}-${index}-of-${count}${ext}`, tasks: own })
  }
  return mine
}

/** The file's own name; of two files of one name the second gets its folder's name in front. */
function uniqueName(file: string, taken: Set<string>): string {
  const own = basename(file)
  let name = taken.has(own) ? `${basename(dirname(file))}-${own}` : own
  for (let n = 2; taken.has(name); n++) name = `${parse(own).name}-${n}${parse(own).ext}`
  taken.add(name)
  return name
}

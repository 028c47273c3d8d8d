import { basename, dirname } from 'node:path'
import type { ImageTask } from './image-task.ts'

/**
 * Gives every image a name of its own, because reports tell images by name and rows of one that fails are left out by name:
 * of equal names each gets its folder's in front, and a number where that is not enough.
 */
export function distinctNames(tasks: readonly ImageTask[]): ImageTask[] {
  const shared = repeated(tasks.map(({ name }) => name))
  if (shared.size === 0) return [...tasks]
  const placed = tasks.map((task) => {
    const folder = basename(dirname(task.file))
    return shared.has(task.name) && folder !== '' ? { ...task, name: `${folder}/${task.name}` } : task
  })
  const taken = new Set<string>()
  return placed.map((task) => {
    let name = task.name
    for (let n = 2; taken.has(name); n++) name = `${task.name} (${n})`
    taken.add(name)
    return name === task.name ? task : { ...task, name }
  })
}

function repeated(names: readonly string[]): Set<string> {
  const seen = new Set<string>()
  return new Set(names.filter((name) => seen.has(name) || !seen.add(name)))
}

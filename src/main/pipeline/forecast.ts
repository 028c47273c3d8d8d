// What a run will be, told from the listing alone.

import type { ModelCard } from '../models/model-card.ts'
import type { ImageTask } from '../scenes/image-task.ts'
import { fragmentsFor } from './prepare-image.ts'
import { tally } from './run-totals.ts'

/** Fragments that the images will have; none for an image that will fail. */
export function promisedFragments(tasks: readonly ImageTask[], card: ModelCard): number {
  return tasks.reduce((sum, task) => sum + (fragmentsOrReason(task, card).count ?? 0), 0)
}

/** One sentence an image: pixels that no fragment covers, or why the image will fail. */
export function fragmentWarnings(tasks: readonly ImageTask[], card: ModelCard): string[] {
  return tasks.flatMap((task) => fragmentsOrReason(task, card).warnings)
}

function fragmentsOrReason(task: ImageTask, card: ModelCard): { count?: number; warnings: readonly string[] } {
  try {
    const { fragments, warnings } = fragmentsFor(task, card, task.name)
    const rows = task.fragmentRows
    const isIn = (row: number) => rows === undefined || (row >= rows.first && row < rows.end)
    return { count: fragments.filter(({ fragmentRow }) => isIn(fragmentRow)).length, warnings }
  } catch (error) {
    return { warnings: [error instanceof Error ? error.message : String(error)] }
  }
}

/**
 * A sentence each where the images differ in offset or unit: their vectors are then only as comparable as the proposals
 * are right.
 */
export function mixedWarnings(tasks: readonly ImageTask[]): string[] {
  const offsets = tally(tasks.map((task) => task.radiometricOffset.value))
  const units = tally(tasks.map((task) => task.unit.value))
  return [...mixedWarning('radiometric offset', offsets), ...mixedWarning('unit', units)]
}

function mixedWarning(what: string, counts: readonly (readonly [unknown, number])[]): string[] {
  if (counts.length < 2) return []
  const each = counts.map(([value, count]) => `${value} for ${count}`).join(', ')
  return [`the images of this run differ in ${what} (${each}): check that this is so, or set one ${what} for all`]
}

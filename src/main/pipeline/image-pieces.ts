// A large image in pieces of whole rows of fragments: several threads read them side by side, and a resumed run does not
// begin the image again.

import type { ModelCard } from '../models/model-card.ts'
import type { ImageTask } from '../scenes/image-task.ts'
import { fragmentsFor, usualWindowBytes } from './prepare-image.ts'

export interface PieceOptions {
  /** images with fewer than twice as many stay whole, and so do those that are decoded at once */
  readonly minFragments: number
  readonly windowBytes?: number | undefined
}

/** The image itself, or tasks of consecutive rows of its fragments, each with as many rows as fit into a window of memory. */
export function piecesOf(
  task: ImageTask,
  card: ModelCard,
  { minFragments, windowBytes = usualWindowBytes }: PieceOptions,
): ImageTask[] {
  if (task.pixelSource.type !== 'stack' || task.pixelSource.cellBounds !== undefined) return [task]
  const rows = rowsOfFragments(task, card)
  if (rows === undefined || rows.length * rows.perRow < 2 * minFragments) return [task]
  const rowBytes = task.width * task.bandNames.length * Float32Array.BYTES_PER_ELEMENT
  const fitting = Math.floor((windowBytes / rowBytes - rows.size) / rows.stride) + 1
  const perPiece = Math.max(1, fitting)
  const pieces: ImageTask[] = []
  for (let first = 0; first < rows.length; first += perPiece) {
    pieces.push({ ...task, fragmentRows: { first, end: Math.min(rows.length, first + perPiece) } })
  }
  return pieces
}

/** Undefined for an image that is too small for the model: it fails by name when its turn comes. */
function rowsOfFragments(task: ImageTask, card: ModelCard) {
  if (Math.min(task.width, task.height) < card.fragment.size) return undefined
  const { fragments, size } = fragmentsFor(task, card, task.name)
  const length = fragments.at(-1)!.fragmentRow + 1
  const perRow = fragments.length / length
  const second = fragments[perRow]
  return {
    length,
    perRow,
    size,
    stride: second === undefined ? size : second.pixelBbox[0] - fragments[0]!.pixelBbox[0],
  }
}

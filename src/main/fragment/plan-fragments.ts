// Where fragments start along one axis of an image: fragment_fn of MajorTOM/embedder/grid_cell_fragment.py (f7078cd),
// completed where the original crashes (border shift, size equal to fragment, images that are not square).

import { EngineError } from '../../shared/errors.ts'
import type { PixelBbox } from '../../shared/terms.ts'

export interface FragmentOptions {
  /** side of a fragment, px */
  readonly fragmentSize: number
  /** wanted overlap of neighbours as a fraction of the fragment, 0 <= overlap < 1; 0.1 when absent */
  readonly targetOverlap?: number
  /** whether the last fragment is moved to the image's border; true when absent */
  readonly borderShift?: boolean
}

export interface FragmentPlan {
  /** first pixel of each fragment along one axis, ascending */
  readonly offsets: readonly number[]
  /** fragments along one axis */
  readonly count: number
  /** fragments of a square image */
  readonly total: number
  readonly stride: number
  /** one sentence for pixels that no fragment covers */
  readonly warnings: readonly string[]
}

/** One fragment of an image, numbered within its image from the top-left. */
export interface Fragment {
  readonly fragmentRow: number
  readonly fragmentCol: number
  readonly pixelBbox: PixelBbox
}

/**
 * Fragments along one axis.
 * @throws EngineError `invalid-input` for an image smaller than the fragment, an overlap outside [0, 1), a stride of 0
 */
export function planFragments(imageSizePx: number, options: FragmentOptions): FragmentPlan {
  const { fragmentSize, targetOverlap = 0.1, borderShift = true } = options
  requireSizes(imageSizePx, fragmentSize, targetOverlap)
  if (imageSizePx === fragmentSize) return { offsets: [0], count: 1, total: 1, stride: fragmentSize, warnings: [] }

  const slack = imageSizePx - fragmentSize
  const segments = Math.max(1, roundHalfToEven(slack / (fragmentSize - targetOverlap * fragmentSize)))
  // May be negative: the published rule then leaves gaps instead of adding a fragment.
  const overlapPx = Math.ceil(fragmentSize - slack / segments)
  const stride = fragmentSize - overlapPx
  if (stride <= 0) {
    throw new EngineError(
      'invalid-input',
      `fragments of ${fragmentSize} px in ${imageSizePx} px: expected a step of at least 1 px, got 0 with an overlap of ` +
        `${targetOverlap}; choose a smaller overlap`,
    )
  }
  const offsets = Array.from({ length: segments + 1 }, (_, index) => index * stride)
  if (borderShift) offsets[segments] = slack
  const distinct = [...new Set(offsets)]
  return {
    offsets: distinct,
    count: distinct.length,
    total: distinct.length ** 2,
    stride,
    warnings: uncoveredWarning(imageSizePx, fragmentSize, distinct),
  }
}

/** All fragments of an image, row-major; rows and columns are planned separately. */
export function fragmentsOf(
  image: { readonly width: number; readonly height: number },
  options: FragmentOptions,
): Fragment[] {
  const size = options.fragmentSize
  const rows = planFragments(image.height, options).offsets
  const cols = image.width === image.height ? rows : planFragments(image.width, options).offsets
  return rows.flatMap((row, fragmentRow) =>
    cols.map((col, fragmentCol) => ({
      fragmentRow,
      fragmentCol,
      pixelBbox: [row, col, row + size, col + size] as const,
    })),
  )
}

function requireSizes(imageSizePx: number, fragmentSize: number, targetOverlap: number): void {
  const refuse = (expected: string, got: string) =>
    new EngineError('invalid-input', `fragments: expected ${expected}, got ${got}`)
  if (!Number.isInteger(fragmentSize) || fragmentSize < 1) {
    throw refuse('a fragment size of whole pixels, 1 or more', String(fragmentSize))
  }
  if (!Number.isInteger(imageSizePx) || imageSizePx < fragmentSize) {
    throw refuse(
      `an image of at least the fragment's ${fragmentSize} px`,
      `${imageSizePx} px; choose a smaller fragment or a larger image`,
    )
  }
  if (!(targetOverlap >= 0 && targetOverlap < 1)) {
    throw refuse('an overlap of 0 or more and less than 1', String(targetOverlap))
  }
}

function uncoveredWarning(imageSizePx: number, fragmentSize: number, offsets: readonly number[]): string[] {
  let uncovered = 0
  let coveredTo = 0
  for (const offset of [...offsets, imageSizePx]) {
    uncovered += Math.max(0, offset - coveredTo)
    coveredTo = offset + fragmentSize
  }
  if (uncovered === 0) return []
  return [
    `${offsets.length} fragments of ${fragmentSize} px leave ${uncovered} of ${imageSizePx} px uncovered along each axis; ` +
      'a larger overlap would cover them',
  ]
}

/** numpy.round */
function roundHalfToEven(value: number): number {
  const floor = Math.floor(value)
  const fraction = value - floor
  if (fraction !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

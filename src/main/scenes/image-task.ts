// What listing found and reading will turn into pixels. Tasks are plain data: they cross threads and go into reports.

import type { Bounds, InputUnit, RadiometricOffset } from '../../shared/terms.ts'
import type { ImageFootprint } from './cell-image.ts'

/** `cell` is a grid cell cut from a scene; the others are one image each. */
export type ImageKind = 'core-parquet' | 'geotiff' | 'band-folder' | 'safe' | 'image' | 'scene'

/** Where a proposed value comes from; `values` means told from sampled pixels, so the user should look at it. */
export type ProposalSource = 'option' | 'metadata' | 'product-id' | 'values'

export interface Proposal<T> {
  readonly value: T
  readonly source: ProposalSource
  /** one phrase to show, e.g. `baseline 05.09 in the product id` */
  readonly reason: string
}

/** One band of a file. */
export interface BandFile {
  readonly bandName: string
  readonly path: string
  readonly format: 'tiff' | 'jp2'
  /** band index in its file */
  readonly band: number
  readonly width: number
  readonly height: number
}

/** How to get at the pixels. */
export type PixelSource =
  | { readonly type: 'core-row'; readonly path: string; readonly row: number; readonly columns: readonly string[] }
  | {
      readonly type: 'stack'
      /** in the order of the task's `bandNames` */
      readonly bands: readonly BandFile[]
      /** ground box of a grid cell in the stack's CRS, read as the nearest pixels of each band; absent = the whole image */
      readonly cellBounds?: Bounds
      /** brings the box (or the whole image) to this pixel size in metres */
      readonly resampleTo?: number
      readonly nodata?: number
      /** fraction of nodata above which the image is skipped */
      readonly nodataLimit: number
    }
  | { readonly type: 'picture'; readonly path: string }

/** One image that `readImage` can read. */
export interface ImageTask {
  readonly kind: ImageKind
  /** what the user named: tasks of one input share it */
  readonly input: string
  /** file or folder that holds the image; a Core part has one task per row with the same file */
  readonly file: string
  /** for messages and reports, e.g. `part_00001.parquet 277U_118L` */
  readonly name: string
  /** pixels at the finest band */
  readonly width: number
  readonly height: number
  readonly bandNames: readonly string[]
  readonly productId: string
  readonly timestamp: string | null
  readonly gridCell?: string
  /** absent for pictures, and for Core rows until they are read */
  readonly footprint?: ImageFootprint
  readonly unit: Proposal<InputUnit>
  readonly radiometricOffset: Proposal<0 | -1000>
  readonly pixelSource: PixelSource
  /** the rows of fragments to read, `[first, end)`, of an image that is read in pieces; all when absent */
  readonly fragmentRows?: { readonly first: number; readonly end: number }
}

export interface ListOptions {
  /** band names for files that have none */
  readonly bands?: readonly string[]
  readonly unit?: InputUnit
  readonly radiometricOffset?: RadiometricOffset
  /** for images that no metadata dates */
  readonly timestamp?: string
  /** brings scenes and images of other pixel sizes to 10 m */
  readonly resample?: boolean
  /** fraction of nodata pixels above which a cell of a scene is skipped; default 0.5 */
  readonly nodataLimit?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly done: number; readonly name: string }) => void
}

export interface InputProblem {
  readonly input: string
  readonly reason: string
}

/** What the inputs hold. One bad file does not keep the others from being listed. */
export interface ImageList {
  readonly tasks: readonly ImageTask[]
  /** files that cannot be read: the command ends with exit code 1 */
  readonly failures: readonly InputProblem[]
  /** files left out on purpose, e.g. a README */
  readonly skipped: readonly InputProblem[]
  readonly warnings: readonly string[]
}

/** An image that was left out after a look at its pixels. */
export interface SkippedImage {
  readonly skipped: string
}

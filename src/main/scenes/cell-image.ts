import type { Bounds, InputUnit } from '../../shared/terms.ts'

/** Where an image lies on the ground: an axis-aligned box in its own CRS. */
export interface ImageFootprint {
  /** projected, e.g. `EPSG:32629`; images in degrees have been given the UTM zone of their centre */
  readonly crs: string
  readonly bounds: Bounds
}

/** What is known of one image beside its pixels. */
export interface ImageFacts {
  readonly productId: string
  /** `YYYYMMDDTHHMMSS`, or null when nobody knows */
  readonly timestamp: string | null
  /** the Major TOM cell; absent for images without a place */
  readonly gridCell?: string
  readonly footprint?: ImageFootprint
  readonly width: number
  readonly height: number
  readonly bandNames: readonly string[]
  readonly unit: InputUnit
  /** added to the digital numbers before scaling: 0, or -1000 for Sentinel-2 baseline 04.00 and later */
  readonly radiometricOffset: number
}

/**
 * Pixels of an image or of a part of it, planar `(bands, rows, cols)` at the finest resolution, coarser bands repeated
 * (nearest) as the standard does.
 */
export interface ImagePixels {
  readonly pixels: Float32Array
  /** 1 where every band is nodata; absent when the image declares no nodata value */
  readonly nodataMask?: Uint8Array
  /** 0 clear, 1 cloud, 255 not known; absent when the image has no cloud mask or nobody asked for it */
  readonly cloudMask?: Uint8Array
}

/** One image on one footprint, ready to be fragmented: a Core row, a chip, a cell cut from a scene, a plain picture. */
export interface CellImage extends ImageFacts, ImagePixels {}

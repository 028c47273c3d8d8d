import { z } from 'zod'
import { bbox } from './place.ts'

export const folderEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  byteLength: z.number().optional(),
  modified: z.string().optional(),
})

/** The embedding products that are told apart, and what anything else with vectors is. */
export const embeddingProducts = [
  'major-tom',
  'earth-embeddings',
  'clay-v0',
  'clay-v1.5-naip',
  'clay-v1.5-sentinel2',
  'earth-index',
  'copernicus-embed',
  'alphaearth',
  'alphaearth-major-tom',
  'tessera',
  'presto',
  'esd',
  'generic-parquet',
  'generic-raster',
  'generic-npy',
] as const
export type EmbeddingProduct = (typeof embeddingProducts)[number]

export const fileDescription = z.object({
  file: z.string(),
  /** one of `embeddingProducts`, or core-parquet, band-folder, safe, image-folder, image, model, unknown */
  product: z.string(),
  /** of a generic product: what it may be, where neither the bytes nor the name decide */
  candidates: z.array(z.string()).optional(),
  /** of the product, as the file or its name says */
  version: z.string().optional(),
  kind: z.enum(['patch', 'pixel', 'location', 'imagery', 'model', 'project', 'unknown']),
  rows: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  /** values of one embedding; imagery has `bands` */
  dimensions: z.number().optional(),
  dtype: z.string().optional(),
  /** how stored values become the vectors; absent where they are the vectors */
  quantisation: z.string().optional(),
  /** that made the vectors, where the file says so or the product has one only */
  model: z.string().optional(),
  crs: z.string().optional(),
  extent: bbox.optional(),
  /** each `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM:SSZ` */
  dates: z.object({ first: z.string(), last: z.string() }).optional(),
  /** of imagery made of band files: the source product */
  productId: z.string().optional(),
  /** of imagery, in file order: the file's own names, else `band1`, `band2`, ...; of band files with their pixel size on the ground */
  bands: z.array(z.object({ name: z.string(), gsdMeters: z.number().optional() })).optional(),
  /** of the product, or as the file states it; absent where neither says */
  licence: z.string().optional(),
  /** credit line to show with the data and to write into exports */
  attribution: z.string().optional(),
  /** of footprints in Major TOM's layout, see docs/geometry.md */
  geometryOrder: z.enum(['true', 'as-released', 'unknown']).optional(),
  /** columns that could hold the vectors, where there are several */
  vectorColumns: z.array(z.string()).optional(),
  /** what a reader should know that is not wrong: one sentence each */
  notes: z.array(z.string()).optional(),
  /** one sentence each */
  problems: z.array(z.string()),
})
export type FileDescription = z.infer<typeof fileDescription>

export const recentFile = z.object({
  path: z.string(),
  name: z.string(),
  openedAt: z.string(),
  count: z.number().int(),
  missing: z.boolean(),
})

export const exportRequest = z.object({
  setId: z.string(),
  /** row numbers in the order to write; absent = all rows */
  rows: z.array(z.number().int()).optional(),
  /** or the rows of a selection, in the order of the file */
  selectionId: z.string().optional(),
  /** similarity or L2 distance per row of `rows`, written as a column of that name when present; not both */
  similarity: z.array(z.number()).optional(),
  distance: z.array(z.number()).optional(),
  /** class per row of `rows`, written as the column `label` */
  labels: z.array(z.string()).optional(),
  format: z.enum(['geoparquet', 'geojson', 'csv', 'npy']),
  /** target file; absent in the browser door: the result has a `url` to download instead */
  path: z.string().optional(),
  /** the query that made the rows, carried in the file */
  query: z.unknown().optional(),
})
export type ExportRequest = z.input<typeof exportRequest>

export const exportReport = z.object({
  path: z.string(),
  rows: z.number().int(),
  byteLength: z.number(),
  /** browser door: where to download the file, and what stands beside a .npy */
  url: z.string().optional(),
  sidecarUrl: z.string().optional(),
})
export type ExportReport = z.infer<typeof exportReport>

export const pixelExport = z.object({
  path: z.string(),
  out: z.string(),
  /** half-open, row 0 in the north; the whole image when absent */
  window: z
    .object({
      row0: z.number().int().min(0),
      col0: z.number().int().min(0),
      row1: z.number().int(),
      col1: z.number().int(),
    })
    .optional(),
  /** every n-th pixel in both directions */
  every: z.number().int().min(1).default(1),
  /** row and column: writes a GeoTIFF of the similarity to this pixel instead of a table */
  similarTo: z.tuple([z.number().int(), z.number().int()]).optional(),
})
export type PixelExport = z.output<typeof pixelExport>

export const pixelExportReport = z.object({
  path: z.string(),
  /** of a table */
  rows: z.number().int().optional(),
  /** of an image */
  width: z.number().int().optional(),
  height: z.number().int().optional(),
})
export type PixelExportReport = z.infer<typeof pixelExportReport>

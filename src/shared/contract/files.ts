import { z } from 'zod'
import { bbox } from './place.ts'

export const folderEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['folder', 'file']),
  byteLength: z.number().optional(),
  modified: z.string().optional(),
})

export const fileDescription = z.object({
  file: z.string(),
  /** major-tom, core-parquet, generic-parquet, generic-raster, band-folder, safe, image-folder, image, model, ... */
  product: z.string(),
  kind: z.enum(['patch', 'pixel', 'location', 'imagery', 'model', 'unknown']),
  rows: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  /** values of one embedding; imagery has `bands` */
  dimensions: z.number().optional(),
  dtype: z.string().optional(),
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
  /** similarity per row of `rows`, written as a column when present */
  similarity: z.array(z.number()).optional(),
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

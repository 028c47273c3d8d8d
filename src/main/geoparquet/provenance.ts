// The `ground_control` key of our files: how the embeddings were made, as JSON. Documented in docs/geometry.md.

import { z } from 'zod'

export const provenanceKey = 'ground_control'

const sourceRecord = z.looseObject({
  name: z.string(),
  rows: z.number(),
  byte_length: z.number(),
  sha256: z.string().optional(),
  /** ISO 8601, of a file too large to hash */
  modified: z.string().optional(),
})
export type SourceRecord = z.infer<typeof sourceRecord>

const provenanceJson = z.looseObject({
  version: z.literal(1),
  app_version: z.string(),
  model: z.string().optional(),
  recipe: z.string().optional(),
  weights_sha256: z.string().optional(),
  bands: z.array(z.string()).optional(),
  fragment_size: z.number().optional(),
  target_overlap: z.number().optional(),
  input_unit: z.string().optional(),
  input_unit_source: z.string().optional(),
  radiometric_offset: z.union([z.number(), z.string()]).optional(),
  radiometric_offset_source: z.string().optional(),
  geometry: z.enum(['true', 'as-released']).optional(),
  pixel_bbox_order: z.string().optional(),
  source_files: z.array(z.string()).optional(),
  source: sourceRecord.optional().catch(undefined),
  query: z.unknown().optional(),
  synthetic: z.boolean().optional(),
  notes: z.array(z.string()).optional(),
  licence: z.string().optional(),
  attribution: z.string().optional(),
})

/** How a file's embeddings were made. Absent fields are not known; `other` carries fields of later versions. */
export interface Provenance {
  readonly appVersion: string
  /** card id */
  readonly model?: string | undefined
  readonly recipe?: string | undefined
  readonly weightsSha256?: string | undefined
  readonly bands?: readonly string[] | undefined
  readonly fragmentSize?: number | undefined
  readonly targetOverlap?: number | undefined
  readonly inputUnit?: string | undefined
  /** where the unit comes from: `metadata`, `option`, `values` */
  readonly inputUnitSource?: string | undefined
  /** 0 or -1000, or `mixed` */
  readonly radiometricOffset?: number | string | undefined
  readonly radiometricOffsetSource?: string | undefined
  readonly geometry?: 'true' | 'as-released' | undefined
  readonly sourceFiles?: readonly string[] | undefined
  /** the file that the rows of an export were chosen from */
  readonly source?: SourceRecord | undefined
  /** the query that selected the rows of an export */
  readonly query?: unknown
  /** made from a synthetic world, and to be marked so wherever it is shown */
  readonly synthetic?: boolean | undefined
  /** sentences a reader should know, e.g. that vectors were rounded */
  readonly notes?: readonly string[] | undefined
  /** of the product that the vectors come from, and the credit line that it asks for */
  readonly licence?: string | undefined
  readonly attribution?: string | undefined
  readonly other?: Readonly<Record<string, unknown>> | undefined
}

const jsonNames = {
  appVersion: 'app_version',
  model: 'model',
  recipe: 'recipe',
  weightsSha256: 'weights_sha256',
  bands: 'bands',
  fragmentSize: 'fragment_size',
  targetOverlap: 'target_overlap',
  inputUnit: 'input_unit',
  inputUnitSource: 'input_unit_source',
  radiometricOffset: 'radiometric_offset',
  radiometricOffsetSource: 'radiometric_offset_source',
  geometry: 'geometry',
  sourceFiles: 'source_files',
  source: 'source',
  query: 'query',
  synthetic: 'synthetic',
  notes: 'notes',
  licence: 'licence',
  attribution: 'attribution',
} as const satisfies Record<Exclude<keyof Provenance, 'other'>, string>

export function provenanceToJson(provenance: Provenance): string {
  const named = Object.entries(jsonNames).map(([key, name]) => [name, provenance[key as keyof typeof jsonNames]])
  return JSON.stringify({
    version: 1,
    ...Object.fromEntries(named),
    pixel_bbox_order: 'row0,col0,row1,col1',
    ...provenance.other,
  })
}

/** The provenance of our own files; undefined when the text is not one we can read. */
export function provenanceFromJson(text: string): Provenance | undefined {
  const parsed = provenanceJson.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const { version: _, pixel_bbox_order: __, ...fields } = parsed.data
  const names = new Map<string, string>(Object.entries(jsonNames).map(([key, name]) => [name, key]))
  const known = Object.entries(fields).filter(([name]) => names.has(name))
  const other = Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)))
  return {
    appVersion: parsed.data.app_version,
    ...Object.fromEntries(known.map(([name, value]) => [names.get(name)!, value])),
    ...(Object.keys(other).length > 0 ? { other } : {}),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

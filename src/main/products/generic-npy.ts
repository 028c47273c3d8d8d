import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { FileDescription } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { NpyArray } from '../arrays/npy.ts'
import { arrayField } from './npy-field.ts'
import type { Opened } from './opened-file.ts'
import type { ProductAdapter } from './product-adapter.ts'
import { licenceField } from './stated-licence.ts'

/** What may stand beside an array as `X.npy.json`: where its rows are. */
const sidecarJson = z.looseObject({
  lat: z.array(z.number().nullable()).optional(),
  lon: z.array(z.number().nullable()).optional(),
  timestamp: z.array(z.string().nullable()).optional(),
  unique_id: z.array(z.string().nullable()).optional(),
  grid_cell: z.array(z.string().nullable()).optional(),
  licence: z.string().optional(),
})
export type NpySidecar = z.infer<typeof sidecarJson>

/** Any array of numbers: (rows, dimensions) is a table of vectors, (rows, cols, dimensions) a field of pixels. */
export const genericNpy: ProductAdapter<'npy' | 'npz'> = {
  product: 'generic-npy',
  containers: ['npy', 'npz'],
  sniff: () => 'certain',
  pixels(file) {
    const array = vectorArray(file)
    return array?.shape.length === 3 ? arrayField(array) : undefined
  },
  async describe(file): Promise<FileDescription> {
    const { path, name } = file
    const array = vectorArray(file)
    const facts = { file: path, product: 'generic-npy' } as const
    const choice = file.container === 'npz' && file.names.length > 1 ? { vectorColumns: [...file.names] } : {}
    if (array === undefined) {
      const got = file.arrays.map(({ shape }, index) => `${file.names[index]} (${shape.join(', ')})`).join(', ')
      const problem = `${name}: expected an array (rows, dimensions) or (rows, columns, dimensions), got ${got}`
      return { ...facts, kind: 'unknown', ...choice, problems: [problem] }
    }
    const [rows, colsOrDimensions, dimensions] = array.shape as [number, number, number?]
    if (dimensions !== undefined) {
      const problem = `${name}: expected a coordinate reference system, got none (NumPy files have none); its pixels have no place on the globe`
      const size = { width: colsOrDimensions, height: rows, dimensions }
      return { ...facts, kind: 'pixel', ...choice, ...size, dtype: array.dtype, problems: [problem] }
    }
    const problems: string[] = []
    const sidecar = await readSidecar(file).catch((error: unknown) => {
      if (!(error instanceof EngineError)) throw error
      problems.push(error.message)
      return undefined
    })
    if (!sidecar?.lat && !sidecar?.grid_cell && problems.length === 0) {
      problems.push(
        `${name}: expected the places of its rows in ${name}.json (lat, lon or grid_cell, one value a row), got none; the rows have no place on the globe`,
      )
    }
    return {
      ...facts,
      kind: 'patch',
      ...choice,
      rows,
      dimensions: colsOrDimensions,
      dtype: array.dtype,
      ...extentOfSidecar(sidecar),
      ...licenceField(sidecar?.licence),
      problems: [...(rows === 0 ? [`${name}: expected rows, got none`] : []), ...problems],
    }
  },
}

/** The array that holds the vectors: by name, else the only one of two or three axes, else the largest. */
function vectorArray(file: Opened<'npy' | 'npz'>): NpyArray | undefined {
  const named = ['embedding', 'embeddings', 'vectors', 'features', 'X'].map((name) => file.names.indexOf(name))
  const chosen = named.find((index) => index >= 0)
  if (chosen !== undefined) return file.arrays[chosen]
  const shaped = file.arrays.filter(({ shape }) => shape.length === 2 || shape.length === 3)
  const size = ({ shape }: NpyArray) => shape.reduce((product, length) => product * length, 1)
  return shaped.toSorted((a, b) => size(b) - size(a))[0]
}

/**
 * @returns undefined when there is none
 * @throws EngineError `unsupported-format` when it is not JSON of this shape, or has another number of rows
 */
export async function readSidecar(file: Opened<'npy' | 'npz'>): Promise<NpySidecar | undefined> {
  const text = await readFile(`${file.path}.json`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const refuse = (got: string) =>
    new EngineError(
      'unsupported-format',
      `${file.name}.json: expected lists with one value a row of ${file.name}, got ${got}`,
    )
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw refuse('no JSON')
  }
  const parsed = sidecarJson.safeParse(json)
  if (!parsed.success) throw refuse(parsed.error.issues[0]?.message ?? 'something else')
  const rows = vectorArray(file)?.shape[0]
  const lists = Object.entries(parsed.data).filter(([, value]) => Array.isArray(value)) as [string, unknown[]][]
  const wrong = lists.find(([, values]) => values.length !== rows)
  if (wrong !== undefined) throw refuse(`${wrong[1].length} values of "${wrong[0]}" for ${rows} rows`)
  return parsed.data
}

function extentOfSidecar(sidecar: NpySidecar | undefined): Pick<FileDescription, 'crs' | 'extent'> {
  const known = (values: readonly (number | null)[] | undefined) => (values ?? []).filter((value) => value !== null)
  const lats = known(sidecar?.lat)
  const lons = known(sidecar?.lon)
  if (lats.length === 0 || lons.length === 0) return {}
  const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b))
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b))
  return { crs: 'OGC:CRS84', extent: [least(lons), least(lats), most(lons), most(lats)] }
}

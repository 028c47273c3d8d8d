import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureVectors } from '../../bytes/fixture-vectors.ts'
import { readCellsFile, readPolygonFile, readQueriesFile } from './search-files.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'search-files-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function fileOf(content: unknown): Promise<string> {
  const path = join(folder, 'file')
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const ring = [
  [0, 0, 7],
  [1, 0, 7],
  [1, 1, 7],
  [0, 0, 7],
]
const flat = ring.map(([lon, lat]) => [lon, lat])

describe('readPolygonFile', () => {
  it('takes geometries, features and collections, without heights', async () => {
    const polygon = { type: 'Polygon', coordinates: [ring] }
    const several = { type: 'MultiPolygon', coordinates: [[ring], [ring, ring]] }
    expect(await readPolygonFile(await fileOf(polygon))).toEqual({ polygons: [[flat]] })
    const feature = { type: 'Feature', properties: { name: 'x' }, geometry: several }
    expect(await readPolygonFile(await fileOf(feature))).toEqual({ polygons: [[flat], [flat, flat]] })
    const all = { type: 'FeatureCollection', features: [feature, { ...feature, geometry: polygon }] }
    expect((await readPolygonFile(await fileOf(all))).polygons).toHaveLength(3)
  })

  it('refuses points and what is no JSON in a sentence', async () => {
    for (const content of [{ type: 'Point', coordinates: [1, 2] }, 'here', { type: 'Polygon', coordinates: [] }]) {
      await expect(readPolygonFile(await fileOf(content))).rejects.toThrow(
        /expected GeoJSON with Polygon or MultiPolygon/,
      )
    }
    await expect(readPolygonFile(join(folder, 'absent'))).rejects.toThrow(
      /absent: expected a readable file, got ENOENT/,
    )
  })
})

describe('readCellsFile', () => {
  it('takes names in lines, with commas, or as JSON', async () => {
    for (const content of ['1U_2R\n3D_4L\n', '1U_2R, 3D_4L', ['1U_2R', '3D_4L']]) {
      expect(await readCellsFile(await fileOf(content))).toEqual(['1U_2R', '3D_4L'])
    }
    await expect(readCellsFile(await fileOf(' \n'))).rejects.toThrow(/expected names of grid cells, got none/)
  })
})

describe('readQueriesFile', () => {
  it('takes rows, ids, vectors and weighted rows, one a line', async () => {
    const text =
      '7\n\n{"row": 9}\n{"uniqueId": "a"}\n{"vector": [1, 2]}\n{"rows": [{"row": 1, "weight": -2}, {"row": 3}]}'
    expect(await readQueriesFile(await fileOf(text))).toEqual([
      { rows: [{ row: 7, weight: 1 }] },
      { rows: [{ row: 9, weight: 1 }] },
      { uniqueId: 'a' },
      { vector: [1, 2] },
      {
        rows: [
          { row: 1, weight: -2 },
          { row: 3, weight: 1 },
        ],
      },
    ])
  })

  it('takes a matrix of numpy', async () => {
    const queries = await readQueriesFile(
      fileURLToPath(new URL('../../../../fixtures/search/queries.npy', import.meta.url)),
    )
    const vectors = fixtureVectors(20261121, 2, 19)
    expect(queries).toEqual([{ vector: [...vectors.subarray(0, 19)] }, { vector: [...vectors.subarray(19)] }])
  })

  it('names the line that is none', async () => {
    for (const line of ['-3', '1.5', '{"row": "x"}', '{"row": 1, "rows": []}', 'seven']) {
      await expect(readQueriesFile(await fileOf(`1\n${line}`))).rejects.toThrow(
        /line 2: expected a row number or a query/,
      )
    }
    await expect(readQueriesFile(await fileOf(''))).rejects.toThrow(/got an empty file/)
  })
})

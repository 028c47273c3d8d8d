import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readGolden } from '../bytes/golden-file.ts'
import { geometryOrder } from '../fragment/geometry-order.ts'
import { parseWkb, pointsOf } from '../geoparquet/wkb.ts'
import { extentOfPlaces } from '../grid/places-extent.ts'
import { timeEndMs, timeMs } from '../search/time-text.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { createCellIndex, grid } from './cell-index.ts'
import { cellTexture, globeColumns, texelAt } from './cell-texture.ts'
import type { SetColumns } from './embedding-set.ts'
import { fragmentPositions } from './fragment-position.ts'
import { readSet } from './read-set.ts'
import { displayText } from './row-text.ts'
import { centralRow } from './set-map.ts'
import { rowFootprint, rowPlace, storedFootprint } from './set-rows.ts'
import { summarise } from './set-summary.ts'
import { writeTestSet } from './test-set.ts'
import { truePlaces } from './true-place.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'store-'))
})
afterAll(() => rm(folder, { recursive: true }))

const context: CallContext = { signal: new AbortController().signal, onProgress: () => {} }
const lisbon = [38.9, -9.1] as const

describe('geometryOrder', () => {
  it('tells the released order from two rows of one cell of the released SigLIP set', () => {
    const { rows } = readGolden<{ rows: { grid_cell: string; row_idx: number; geometry_wkb: string }[] }>(
      'released_siglip_rows',
    )
    const pair = rows.filter(({ grid_cell }) => grid_cell === '573U_2L')
    expect(pair.map(({ row_idx }) => row_idx % 9)).toEqual([5, 7])
    const centres = pair.map(({ geometry_wkb }) => {
      const points = pointsOf(parseWkb(Buffer.from(geometry_wkb, 'hex')))
      return [points[0]![0] + points[2]![0], points[0]![1] + points[2]![1]].map((sum) => sum / 2)
    })
    const lat = Float64Array.from(centres, ([, value]) => value!)
    const lon = Float64Array.from(centres, ([value]) => value!)
    const bboxOf = (index: number) => [Math.floor(index / 3) * 342, (index % 3) * 342]
    const told = (transpose: boolean) => {
      const pixelBbox = Int32Array.from(
        pair.flatMap(({ row_idx }) => {
          const [a, b] = bboxOf(row_idx % 9) as [number, number]
          return transpose ? [b, a, b + 384, a + 384] : [a, b, a + 384, b + 384]
        }),
      )
      const columns = { pixelBbox, lat, lon } as unknown as SetColumns
      return geometryOrder({
        provenance: undefined,
        columns,
        cells: createCellIndex(2, ['573U_2L', '573U_2L'], lat, lon),
      })
    }
    expect(told(false)).toBe('as-released')
    expect(told(true)).toBe('true')
  })

  it('is unknown when only diagonal fragments are there', async () => {
    await writeTestSet(join(folder, 'central.parquet'), { places: [lisbon], fragments: 1 })
    const set = await readSet(join(folder, 'central.parquet'), context)
    expect(set.geometryOrder).toBe('unknown')
    await set.source.close()
  })
})

describe('what is said of a set', () => {
  it('are warnings for rows that are lost and notes for what is worth knowing', async () => {
    const path = join(folder, 'remarks.parquet')
    await writeTestSet(path, { places: [lisbon], geometry: 'as-released' })
    const set = await readSet(path, context)
    const { uniqueId, lat } = set.columns
    const columns = { ...set.columns, uniqueId: uniqueId!.with(3, uniqueId![0]!), lat: lat.with(5, Number.NaN) }
    const { warnings, notes } = summarise({ ...set, columns })
    expect(warnings).toEqual(['1 row has no place and will not be on the map'])
    expect(notes).toEqual([
      '1 row repeats a unique_id that stands earlier in the file',
      'The file has its footprints in the order of the released files; the map shows them where the pixels are',
    ])
    await set.source.close()
  })
})

describe('a set in the released order', () => {
  it('shows every row where its pixels are, also where the transposed row is missing', async () => {
    await writeTestSet(join(folder, 'true.parquet'), { places: [lisbon] })
    await writeTestSet(join(folder, 'released.parquet'), { places: [lisbon], geometry: 'as-released' })
    const truth = await readSet(join(folder, 'true.parquet'), context)
    const released = await readSet(join(folder, 'released.parquet'), context)
    expect([truth.geometryOrder, released.geometryOrder]).toEqual(['true', 'as-released'])
    const none = new Int32Array(9).fill(-1)
    const alone = {
      ...released,
      columns: { ...released.columns, ...truePlaces(released.columns, none) },
      transposed: none,
    }
    for (let row = 0; row < 9; row++) {
      expect(rowFootprint(released, row)).toEqual(rowFootprint(truth, row))
      expect(rowPlace(released, row)).toEqual(rowPlace(truth, row))
      const moved = rowFootprint(alone, row)!.polygons.flat(2)
      for (const [index, [lon, lat]] of rowFootprint(truth, row)!.polygons.flat(2).entries()) {
        expect(Math.abs(moved[index]![0] - lon)).toBeLessThan(0.004)
        expect(Math.abs(moved[index]![1] - lat)).toBeLessThan(0.004)
      }
      expect(Math.abs(rowPlace(alone, row).lat! - rowPlace(truth, row).lat!)).toBeLessThan(0.004)
    }
    expect(storedFootprint(released, 1)).toEqual(rowFootprint(truth, 3))
    await truth.source.close()
    await released.source.close()
  })
})

describe('centralRow', () => {
  it('takes the fragment in the middle, of several dates the latest, and passes over unusable rows', async () => {
    const path = join(folder, 'dates.parquet')
    const spoil = (vectors: Float32Array, dimensions: number) => void vectors.fill(0, 22 * dimensions, 23 * dimensions)
    const dates = ['20200101T000000', '20210101T000000', '20220101T000000']
    await writeTestSet(path, { places: [lisbon], dates, spoil })
    const set = await readSet(path, context)
    expect(centralRow(set, set.cells.cells[0]!.rows)).toBe(13)
    expect(centralRow(set, [0, 1, 3, 4])).toBe(0)
    expect(centralRow(set, [22])).toBe(-1)
    await set.source.close()
  })
})

describe('fragmentPositions', () => {
  const boxes = (...offsets: [number, number][]) =>
    Int32Array.from(offsets.flatMap(([r, c]) => [r, c, r + 224, c + 224]))

  it('ranks the offsets that the set has', () => {
    const { rows, cols } = fragmentPositions(boxes([0, 211], [422, 0], [844, 633], [211, 422], [633, 844]), 5)
    expect([[...rows], [...cols]]).toEqual([
      [0, 2, 4, 1, 3],
      [1, 0, 3, 2, 4],
    ])
  })

  it('estimates the place of a lone central fragment and knows nothing without boxes', () => {
    expect([...fragmentPositions(boxes([422, 422], [422, 422]), 2).rows]).toEqual([2, 2])
    expect([...fragmentPositions(Int32Array.from([-1, -1, -1, -1]), 1).cols]).toEqual([-1])
  })
})

describe('createCellIndex', () => {
  const places: [number, number][] = [
    lisbon as [number, number],
    [38.99, -9.1],
    [-16.8, 179.99],
    [89.99, 10],
    [-89.99, 0],
  ]
  const index = createCellIndex(
    places.length,
    undefined,
    Float64Array.from(places, ([lat]) => lat),
    Float64Array.from(places, ([, lon]) => lon),
  )

  it('gives rows without a name the cell of their place', () => {
    expect(index.cells.map(({ name }) => name)).toEqual(places.map(([lat, lon]) => grid.cellAt(lat, lon).gridCell))
  })

  it('finds the nearest cell also across 180 degrees and over the pole', () => {
    expect(index.nearest(-16.8, -179.8, 40)?.rows).toEqual([2])
    expect(index.nearest(-16.8, -179.8, 5)).toBeUndefined()
    expect(index.nearest(89.9, -170, 50)?.rows).toEqual([3])
  })

  it('leaves out rows without name and place, and names that the grid does not have', () => {
    const none = createCellIndex(3, ['9999U_0R', null, 'x'], new Float64Array(3).fill(Number.NaN), new Float64Array(3))
    expect(none.cells).toEqual([])
    expect([...none.cellOfRow]).toEqual([-1, -1, -1])
  })
})

describe('cellTexture', () => {
  const indexOf = (places: readonly (readonly [number, number])[]) =>
    createCellIndex(
      places.length,
      undefined,
      Float64Array.from(places, ([lat]) => lat),
      Float64Array.from(places, ([, lon]) => lon),
    )

  it('gives every cell its own texels, more of them where rows are short', () => {
    const index = indexOf([lisbon, [60.05, 20], [0.05, 0.05]])
    const texture = cellTexture(index)
    const texels = [0, 1, 2].map((cell) => texture.cellOfTexel.filter((value) => value === cell).length)
    expect(texels[2]).toBe(1)
    expect(texels[1]).toBe(2)
    for (const [number, cell] of index.cells.entries()) {
      expect(texture.cellOfTexel[texelAt(texture, cell.lat, cell.lon)]).toBe(number)
    }
  })

  it('leaves no gap and no overlap in a row of neighbouring cells', () => {
    const rowIndex = 1700
    const count = grid.columnCounts[rowIndex]!
    const lons = Array.from({ length: count }, (_, col) => grid.cellAtIndex(rowIndex, col).lon + 180 / count)
    const lat = grid.rowLats[rowIndex]! + 0.04
    const texture = cellTexture(indexOf(lons.map((lon) => [lat, lon > 180 ? lon - 360 : lon] as const)))
    expect(texture).toMatchObject({ width: globeColumns, height: 1, cellsOfRow: [count] })
    expect(texture.cellOfTexel.every((cell) => cell >= 0)).toBe(true)
  })

  it('shows each cell in the first texel whose centre it covers, in every row of the globe', () => {
    const { counts } = readGolden<{ full: { counts: readonly number[] } }>('grid_10km').full
    const places = counts.flatMap((count, row) =>
      [0, Math.floor(count / 2), count - 1].map((col) => {
        const lon = ((col + 0.5) * 360) / count
        return [-90 + (row + 0.5) * (180 / counts.length), lon > 180 ? lon - 360 : lon] as const
      }),
    )
    const index = indexOf(places)
    const texture = cellTexture(index)
    expect(texture.cellsOfRow).toEqual(counts.toReversed())
    const wrong = places.filter(([, lon], at) => {
      const row = Math.floor(at / 3)
      const col = [0, Math.floor(counts[row]! / 2), counts[row]! - 1][at % 3]!
      const texel = Math.ceil((2 * col * globeColumns + (globeColumns - 1) * counts[row]!) / (2 * counts[row]!))
      const shown = texture.cellOfTexel[(counts.length - 1 - row) * texture.width + (texel % globeColumns)]
      return index.cells[shown!]?.name !== grid.cellAt(places[at]![0], lon).gridCell
    })
    expect(wrong).toEqual([])
  })

  it('leaves what lies between the cells of a sparse set empty', () => {
    const places = Array.from({ length: 400 }, (_, k) => [46 + (k % 20) * 0.9, 60 + Math.floor(k / 20) * 1.3] as const)
    const index = indexOf(places)
    const texture = cellTexture(index)
    expect(new Set(texture.cellOfTexel)).toEqual(new Set([-1, ...index.cells.keys()]))
    for (const [number, cell] of index.cells.entries()) {
      expect(texture.cellOfTexel[texelAt(texture, cell.lat, cell.lon)]).toBe(number)
    }
    expect(texture.cellOfTexel[texelAt(texture, 46.45, 60.65)]).toBe(-1)
  })

  it('crosses 180 degrees over the whole width', () => {
    const texture = cellTexture(
      indexOf(Array.from({ length: 150 }, (_, k) => [62 + (k % 10), (k < 75 ? 178 : -178) + (k % 7) * 0.2] as const)),
    )
    expect(texture.width).toBeLessThanOrEqual(globeColumns)
    expect(texture.bbox[0]).toBeGreaterThanOrEqual(-180)
    expect(texture.bbox[2]).toBeLessThanOrEqual(180)
  })
})

describe('times', () => {
  it('are read in the ways products write them', () => {
    const ms = Date.UTC(2020, 1, 19, 11, 21, 0)
    for (const text of [
      '20200219T112100',
      '2020-02-19T11:21:00Z',
      '2020-02-19 11:21:00',
      '2020-02-19T12:21:00+01:00',
    ]) {
      expect(timeMs(text)).toBe(ms)
    }
    expect(timeMs('20200219')).toBe(Date.UTC(2020, 1, 19))
    expect(timeMs('2020-02-19')).toBe(Date.UTC(2020, 1, 19))
    for (const text of ['', 'soon', '20201', '12']) expect(timeMs(text)).toBeNaN()
  })

  it('as an end include the whole of a bare date', () => {
    expect(timeEndMs('2020-02-19')).toBe(Date.UTC(2020, 1, 20))
    expect(timeEndMs('20200219T112100')).toBe(timeMs('20200219T112100') + 1)
  })
})

describe('extentOfPlaces', () => {
  it('crosses 180 degrees only where that is clearly narrower', () => {
    expect(extentOfPlaces([-16, -17], [179, -179])).toEqual([179, -17, -179, -16])
    expect(extentOfPlaces([0, 1, 2, 3, 4], [-170, -60, 1, 100, 170])).toEqual([-170, 0, 170, 4])
    expect(extentOfPlaces([10, Number.NaN], [5, 6])).toEqual([5, 10, 5, 10])
    expect(extentOfPlaces([], [])).toBeUndefined()
  })
})

describe('displayText', () => {
  it('shows values as a table needs them', () => {
    expect(displayText(null)).toBe('')
    expect(displayText(0.1)).toBe('0.1')
    expect(displayText(Math.fround(38.9), 'Float32')).toBe('38.9')
    expect(displayText(Math.fround(1 / 3), 'Float32')).toBe('0.33333334')
    expect(displayText(Number.NaN, 'Float32')).toBe('NaN')
    expect(displayText([1, 2])).toBe('[1, 2]')
    expect(displayText(Array.from({ length: 20 }, (_, i) => i))).toMatch(/15, \.\.\. 20 values\]$/)
    expect(displayText(new Uint8Array(12_345))).toBe('12,345 bytes')
    expect(displayText({ a: 1, b: [true] })).toBe('{a: 1, b: [true]}')
  })
})

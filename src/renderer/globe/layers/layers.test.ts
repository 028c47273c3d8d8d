import { describe, expect, it } from 'vitest'
import type { LonLat } from '../../../shared/terms.ts'
import type { GlobeFragment } from '../globe-scene.ts'
import { mapLayers, mapStyle, sceneColours, switchedLayers } from '../style.ts'
import { cellCentre, footprintCentre, footprintFeatures } from './footprints.ts'
import { globeMesh, mercatorY } from './globe-mesh.ts'
import { emphasisFeatures, markFeatures } from './marks.ts'

const box = (west: number, south: number, east: number, north: number): LonLat[][] => [
  [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ],
]
const square = (row: number, west: number): GlobeFragment => ({
  row,
  footprint: { polygons: [box(west, 10, west + 0.02, 10.02)] },
})
const states = (scene: Parameters<typeof footprintFeatures>[0]) =>
  footprintFeatures(scene).features.flatMap(({ properties }) =>
    'row' in properties ? [[properties.row, properties.state]] : [],
  )

describe('footprints', () => {
  const cell = { gridCell: '111U_5R', rows: [square(4, 5), square(5, 5.02), square(6, 5.04)] }

  it('are nothing without a selected cell', () => {
    expect(footprintFeatures({}).features).toEqual([])
  })

  it('say which is selected and which is hovered', () => {
    expect(states({ cell, selectedRow: 5, hoveredRow: 6 })).toEqual([
      [4, 'plain'],
      [5, 'selected'],
      [6, 'hovered'],
    ])
  })

  it('are drawn once where two dates share the ground, the selected row first', () => {
    const dates = { gridCell: '111U_5R', rows: [square(4, 5), square(40, 5)] }
    expect(states({ cell: dates })).toEqual([[4, 'plain']])
    expect(states({ cell: dates, selectedRow: 40 })).toEqual([[40, 'selected']])
  })

  it('put the name of the cell at its north-west corner', () => {
    const name = footprintFeatures({ cell }).features.find(({ properties }) => 'name' in properties)
    expect(name?.properties).toEqual({ name: '111U_5R' })
    expect(name?.geometry.type === 'Point' && name.geometry.coordinates).toEqual([expect.closeTo(5, 9), 10.02])
  })

  it('across 180 degrees have their centre there and no line along the cut', () => {
    const footprint = { polygons: [box(179.99, 66, 180, 66.02), box(-180, 66, -179.99, 66.02)] }
    expect(Math.abs(footprintCentre(footprint).lon)).toBeCloseTo(180, 6)
    const outline = footprintFeatures({ cell: { gridCell: 'a', rows: [{ row: 1, footprint }] } }).features[1]
    const lines = outline?.geometry.type === 'MultiLineString' ? outline.geometry.coordinates : []
    const edges = lines.flatMap((line) => line.slice(1).map((end, index) => [line[index]![0]!, end[0]!]))
    expect(edges).toHaveLength(6)
    expect(edges.filter((edge) => edge.every((lon) => Math.abs(lon) === 180))).toEqual([])
  })

  it('fall back to the place of the cell where no row has a footprint', () => {
    expect(cellCentre({ gridCell: 'a', rows: [{ row: 1 }], lat: 3, lon: 4 })).toEqual({ lat: 3, lon: 4 })
    expect(cellCentre({ gridCell: 'a', rows: [] })).toBeUndefined()
  })
})

describe('marks', () => {
  const hits = [
    { row: 1, lat: 10, lon: 20, similarity: 0.9 },
    { row: 2, lat: 11, lon: 21, similarity: 0.8 },
  ]
  const icons = (features: ReturnType<typeof markFeatures>['features']) =>
    features.map(({ properties }) => [properties.row, properties.icon])

  it('are rings for results and squares for examples, examples on top', () => {
    const { features } = markFeatures({
      hits,
      examples: [
        { row: 9, lat: 0, lon: 0 },
        { row: 8, lat: 0, lon: 1, weight: -0.5 },
      ],
    })
    expect(icons(features)).toEqual([
      [1, 'hit'],
      [2, 'hit'],
      [9, 'example'],
      [8, 'example-against'],
    ])
    const order = (row: number) => features.find(({ properties }) => properties.row === row)!.properties.order
    expect(order(9)).toBeGreaterThan(order(1))
    expect(order(1)).toBeGreaterThan(order(2))
  })

  it('emphasise the active and the hovered result and bracket the selected cell', () => {
    const scene = { hits, activeHit: 2, hoveredRow: 1, cell: { gridCell: 'a', rows: [], lat: 3, lon: 4 } }
    expect(icons(emphasisFeatures(scene).features)).toEqual([
      [undefined, 'cell'],
      [1, 'hit-hovered'],
      [2, 'hit-active'],
    ])
  })
})

describe('the style', () => {
  it('reaches nothing outside', () => {
    expect(JSON.stringify(mapStyle({ theme: 'dark', projection: 'globe' }))).not.toMatch(/https?:|glyphs|sprite/)
  })

  it('has every layer that a switch names', () => {
    const ids = mapStyle({ theme: 'light', projection: 'mercator' }).layers.map(({ id }) => id)
    for (const layer of Object.values(switchedLayers).flat()) expect(ids).toContain(layer)
  })

  it('has names above data and marks above names', () => {
    const ids = mapLayers(sceneColours({ theme: 'dark', map: undefined })).map(({ id }) => id)
    expect(ids.indexOf('country-names')).toBeGreaterThan(ids.indexOf('footprint-line-selected'))
    expect(ids.indexOf('marks')).toBeGreaterThan(ids.indexOf('country-names'))
  })
})

describe('the mesh of the cell map', () => {
  it('follows the mercator formula and goes to the poles', () => {
    expect(mercatorY(0)).toBeCloseTo(0.5, 12)
    expect(mercatorY(85.0511287798066)).toBeCloseTo(0, 9)
    expect(mercatorY(-85.0511287798066)).toBeCloseTo(1, 9)
    expect(mercatorY(89.9)).toBeLessThan(-0.5)
  })

  it('covers the whole Earth with triangles that all exist', () => {
    const { vertices, indices } = globeMesh(10)
    expect(vertices.length / 2).toBe(37 * 19)
    expect(indices).toHaveLength(36 * 18 * 6)
    expect(Math.max(...indices)).toBe(37 * 19 - 1)
  })
})

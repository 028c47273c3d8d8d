import { describe, expect, it } from 'vitest'
import type { LonLat } from '../../../shared/terms.ts'
import type { GlobeFragment } from '../globe-scene.ts'
import { rampColour } from '../similarity-ramp.ts'
import { mapLayers, mapStyle, sceneColours, switchedLayers } from '../style.ts'
import { cellNameFeatures } from './cell-name.ts'
import { cellCentre, footprintCentre } from './cell-places.ts'
import { atZoom, firstNameLayer } from './data-layer.ts'
import { emphasisMarks } from './emphasis-layer.ts'
import { exampleMarks } from './examples-layer.ts'
import { footprintPolygons, outlineStrokes } from './footprint-layers.ts'
import { markRoomFeatures } from './mark-room.ts'
import { rowWithoutRing } from './row-without-ring.ts'
import { hitMarks } from './search-hits-layer.ts'
import { selectedCellMarks } from './selected-cell-layer.ts'

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
const states = (scene: Parameters<typeof footprintPolygons>[0]) =>
  footprintPolygons(scene).map(({ row, state }) => [row, state])

describe('footprints', () => {
  const cell = { gridCell: '111U_5R', rows: [square(4, 5), square(5, 5.02), square(6, 5.04)] }

  it('are nothing without a selected cell', () => {
    expect([...footprintPolygons({}), ...outlineStrokes({})]).toEqual([])
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

  it('have the lines of the selected one above all others, each above its casing', () => {
    const inks = outlineStrokes({ cell, selectedRow: 4, hoveredRow: 5 }).map(({ ink }) => ink)
    expect(inks).toEqual(['footprintHalo', 'footprint', 'footprintHalo', 'markCore', 'markHalo', 'chosen'])
  })

  it('put the name of the cell at its north-west corner', () => {
    const [name] = cellNameFeatures({ cell }).features
    expect(name?.properties).toEqual({ name: '111U_5R' })
    expect(name?.geometry.coordinates).toEqual([expect.closeTo(5, 9), 10.02])
  })

  it('across 180 degrees have their centre there and no line along the cut', () => {
    const footprint = { polygons: [box(179.99, 66, 180, 66.02), box(-180, 66, -179.99, 66.02)] }
    expect(Math.abs(footprintCentre(footprint).lon)).toBeCloseTo(180, 6)
    const strokes = outlineStrokes({ cell: { gridCell: 'a', rows: [{ row: 1, footprint }] } })
    const edges = strokes
      .filter(({ ink }) => ink === 'footprint')
      .flatMap(({ path }) => path.slice(1).map((end, index) => [path[index]![0]!, end[0]!]))
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
  const icons = (marks: ReturnType<typeof hitMarks>) => marks.map(({ row, icon }) => [row, icon])

  it('are rings for results, the best drawn last', () => {
    expect(icons(hitMarks(hits))).toEqual([
      [2, 'hit-halo'],
      [2, 'hit-core'],
      [1, 'hit-halo'],
      [1, 'hit-core'],
    ])
    expect(hitMarks([])).toEqual([])
  })

  it('have the colour of their similarity in the range of the results, on the globe and emphasised', () => {
    const even = [1, 0.5, 0.75].map((similarity, index) => ({ row: index + 1, lat: 0, lon: index, similarity }))
    const inks = hitMarks(even).flatMap(({ row, ink }) => (ink === undefined ? [] : [[row, ink]]))
    expect(inks).toEqual([
      [2, rampColour(0)],
      [3, rampColour(0.5)],
      [1, rampColour(1)],
    ])
    expect(emphasisMarks({ hits: even, hoveredRow: 2 })[1]).toMatchObject({ icon: 'hovered-core', ink: rampColour(0) })
  })

  it('are made once for one list of results', () => {
    expect(hitMarks(hits)).toBe(hitMarks(hits))
    expect(hitMarks([...hits])).not.toBe(hitMarks(hits))
  })

  it('are squares for examples, hollow for those that push away', () => {
    const examples = [
      { row: 9, lat: 0, lon: 0 },
      { row: 8, lat: 0, lon: 1, weight: -0.5 },
    ]
    expect(icons(exampleMarks(examples))).toEqual([
      [9, 'example'],
      [8, 'example-against'],
    ])
  })

  it('emphasise the hovered and the active result, a result that is both once', () => {
    expect(icons(emphasisMarks({ hits, activeHit: 2, hoveredRow: 1 }))).toEqual([
      [1, 'hovered-halo'],
      [1, 'hovered-core'],
      [2, 'hit-active'],
    ])
    expect(icons(emphasisMarks({ hits, activeHit: 2, hoveredRow: 2 }))).toEqual([[2, 'hit-active']])
    expect(emphasisMarks({ hits })).toEqual([])
  })

  it('leave a selected fragment that is seen larger than a ring to its outline, and no other', () => {
    // 0.02 degrees of latitude are 2,224 m
    const scene = { cell: { gridCell: 'a', rows: [square(1, 5), square(2, 5.02)] }, selectedRow: 1 }
    expect(rowWithoutRing(scene, 100)).toBeUndefined()
    expect(rowWithoutRing(scene, 10)).toBe(1)
    expect(rowWithoutRing({ cell: scene.cell, selectedRow: 7 }, 10)).toBeUndefined()
    expect(icons(hitMarks(hits, 1))).toEqual([
      [2, 'hit-halo'],
      [2, 'hit-core'],
    ])
    expect(hitMarks(hits, 1)[1]?.ink).toBe(rampColour(0))
    expect(emphasisMarks({ hits, activeHit: 1, hoveredRow: 1 }, 1)).toEqual([])
  })

  const cell = { gridCell: 'a', rows: [], lat: 3, lon: 4 }

  it('bracket the selected cell, but not where footprints are seen', () => {
    expect(selectedCellMarks({ cell }, 3)).toEqual([{ lat: 3, lon: 4, icon: 'cell', opacity: 1 }])
    expect(selectedCellMarks({ cell }, 7.4)[0]?.opacity).toBeCloseTo(0.5, 9)
    expect(selectedCellMarks({ cell }, 8)).toEqual([])
  })

  it('each have room among the names', () => {
    const examples = [{ row: 9, lat: -1, lon: -2 }]
    const places = markRoomFeatures({ hits, examples, cell }).features.map(({ geometry }) => geometry.coordinates)
    expect(places).toEqual([
      [20, 10],
      [21, 11],
      [-2, -1],
      [4, 3],
    ])
  })

  it('grow between two zooms and keep their size beyond', () => {
    expect([-1, 0, 1.5, 3, 9].map((zoom) => atZoom(zoom, [0, 0.8], [3, 1]))).toEqual([0.8, 0.8, 0.9, 1, 1])
  })
})

describe('the style', () => {
  it('reaches nothing outside', () => {
    expect(JSON.stringify(mapStyle({ theme: 'dark', projection: 'globe', maps: [] }))).not.toMatch(
      /https?:|glyphs|sprite/,
    )
  })

  it('has every layer that a switch names', () => {
    const ids = mapStyle({ theme: 'light', projection: 'mercator', maps: [] }).layers.map(({ id }) => id)
    for (const layer of Object.values(switchedLayers).flat()) expect(ids).toContain(layer)
  })

  it('has nothing but names, and the room they leave for marks, above the data', () => {
    const layers = mapLayers(sceneColours({ theme: 'dark', maps: [] }))
    const above = layers.slice(layers.findIndex(({ id }) => id === firstNameLayer))
    expect(above.map(({ id }) => id)).toEqual([firstNameLayer, 'country-names', 'cell-name', 'mark-room'])
    expect(above.every(({ type }) => type === 'symbol')).toBe(true)
  })
})

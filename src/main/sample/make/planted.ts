// Chooses what is planted where, from the planet's own climate, and writes src/main/sample/planted-data.ts.

import { writeFileSync } from 'node:fs'
import type { GridCell } from '../../../shared/terms.ts'
import { cellImageBounds } from '../../grid/cell-image-bounds.ts'
import { createGrid } from '../../grid/grid.ts'
import { timestampOf } from '../acquisitions.ts'
import { type Biome, biomeOf, biomes, climateAt, climateFieldCount } from '../climate.ts'
import { continentAt } from '../land-raster.ts'
import { random2 } from '../noise.ts'
import type { Planted } from '../planted.ts'
import { landCells, sampleStride } from '../tasks.ts'

const grid = createGrid(10)
const fields = new Float32Array(climateFieldCount)

interface Site {
  readonly cell: GridCell
  readonly continent: string
  readonly biome: Biome
  readonly coastKm: number
  readonly ruggedness: number
  readonly farming: number
  readonly sand: number
  readonly random: number
}

const sites = [...landCells(sampleStride)].map(siteOf).sort((a, b) => a.random - b.random)
const used = new Set<string>()

function siteOf(cell: GridCell): Site {
  const [lat, lon] = [cell.lat + 0.045, cell.lon + 0.045 / Math.cos(cell.lat / 57.2958)]
  climateAt(lat, lon, fields)
  const [coastKm, temperature, rain, ruggedness, farming, sand] = fields as unknown as number[]
  const natural = biomes[biomeOf(temperature!, rain!)]!
  return {
    cell,
    continent: continentAt(lat, lon) ?? '',
    biome: farming! > 0.75 && natural !== 'desert' ? 'cropland' : natural,
    coastKm: coastKm!,
    ruggedness: ruggedness!,
    farming: farming!,
    sand: sand!,
    random: random2(cell.gridRowU, cell.gridColR, 1009),
  }
}

function take(count: number, fits: (site: Site) => boolean): Site[] {
  const found = sites.filter((site) => !used.has(site.cell.gridCell) && fits(site)).slice(0, count)
  for (const site of found) used.add(site.cell.gridCell)
  if (found.length < count) console.log('only', found.length, 'of', count)
  return found
}

const isFlatInland = (site: Site) => site.coastKm > 20 && site.ruggedness < 0.01

/** Regions: their middle cell is on the lattice, all 25 cells lie inland. */
const regionWishes: readonly (readonly [Biome, string])[] = [
  ['temperate forest', 'Europe'],
  ['shrubland', 'Oceania'],
  ['savanna', 'Africa'],
  ['cropland', 'North America'],
  ['cropland', 'Europe'],
  ['rainforest', 'South America'],
  ['desert', 'Africa'],
  ['desert', 'Oceania'],
  ['boreal forest', 'North America'],
  ['tundra', 'Asia'],
  ['steppe', 'Asia'],
  ['savanna', 'South America'],
]
const regionSites = regionWishes.map(([biome, continent]) => {
  const fits = (site: Site) => site.biome === biome && site.continent === continent && site.coastKm > 60
  return take(1, (site) => fits(site) && site.ruggedness < 0.3 && isPure(site))[0] ?? take(1, fits)[0]!
})

/** All 25 cells have the biome of the middle one. */
function isPure(site: Site): boolean {
  return regionCells(site.cell).every((name) => siteOf(grid.cellNamed(name)!).biome === site.biome)
}

function regionCells(middle: GridCell): string[] {
  const { rowIndex } = grid.indexOf(middle.gridRowU, middle.gridColR)!
  return [2, 1, 0, -1, -2].flatMap((up) => {
    const lat = grid.rowLats[rowIndex + up]! + 0.02
    const home = grid.cellAt(lat, middle.lon + 0.02)
    return [-2, -1, 0, 1, 2].map((right) => {
      const at = grid.indexOf(home.gridRowU, home.gridColR)!
      const columns = grid.columnCounts[at.rowIndex]!
      return grid.cellAtIndex(at.rowIndex, (at.colIndex + right + columns) % columns).gridCell
    })
  })
}

const pivots = ['Africa', 'Asia', 'North America', 'South America', 'Oceania'].flatMap((continent) =>
  take(
    12,
    (site) => site.biome === 'desert' && site.continent === continent && isFlatInland(site) && site.farming < 0.05,
  ),
)
const towns = ['Africa', 'Asia', 'Europe', 'North America', 'South America'].flatMap((continent) =>
  take(
    8,
    (site) =>
      site.continent === continent &&
      isFlatInland(site) &&
      ['cropland', 'temperate forest', 'savanna', 'shrubland'].includes(site.biome),
  ),
)

const regions = regionSites.map(({ cell }, i) => {
  const second = timestampOf(cell)
  const first = `2023${second.slice(4)}`
  return { cell: cell.gridCell, cells: regionCells(cell), timestamps: i < 3 ? [first, second] : [second] }
})

const burns = regions.slice(0, 3).flatMap((region, at) =>
  Array.from({ length: 10 }, (_, i) => ({
    cell: region.cells[(i * 7 + at * 3) % 25]!,
    x: Math.round(1500 + 7600 * random2(i, at, 1013)),
    y: Math.round(1500 + 7600 * random2(i, at, 1019)),
    radius: Math.round(550 + 900 * random2(i, at, 1021)),
    from: `${region.timestamps[1]!.slice(0, 4)}0101T000000`,
  })),
)

const regionClouds = regions.flatMap((region, at) =>
  Array.from({ length: 4 }, (_, i) => ({
    cell: region.cells[Math.floor(random2(at, i, 1031) * 25)]!,
    row: i,
    col: Math.floor(random2(at, i, 1033) * 5),
    timestamp: region.timestamps.at(-1)!,
  })),
)
const latticeClouds = take(200 - regionClouds.length, (site) => site.coastKm > 5 && site.biome !== 'ice').map(
  ({ cell }) => ({
    cell: cell.gridCell,
    row: 2,
    col: 2,
    timestamp: timestampOf(cell),
  }),
)

const seamRegion = regions[3]!
const seamCell = grid.cellNamed(seamRegion.cell)!
const [left, bottom] = cellImageBounds(seamCell)
const planted: Planted = {
  pivots: pivots.map(({ cell }) => cell.gridCell),
  towns: towns.map(({ cell }) => cell.gridCell),
  burns,
  clouds: [...latticeClouds, ...regionClouds],
  regions,
  seam: {
    utmCrs: seamCell.utmCrs,
    x: Math.round(left + 5340),
    y: Math.round(bottom + 5340),
    angle: 0.23,
    cells: seamRegion.cells,
  },
  duplicates: take(50, (site) => site.coastKm > 5).map(({ cell }) => cell.gridCell),
}
writeFileSync(
  'src/main/sample/planted-data.ts',
  `// Made by src/main/sample/make/planted.ts; do not edit.\n\nexport const plantedText =\n  '${JSON.stringify(planted)}'\n`,
)
console.log(
  'lattice',
  sites.length,
  'planted',
  Object.entries(planted)
    .map(([key, value]) => `${key} ${(value as { length?: number }).length}`)
    .join(', '),
)
console.log(
  regionSites
    .map((site) => `${site.biome} ${site.cell.gridCell} ${site.cell.lat.toFixed(1)} ${site.cell.lon.toFixed(1)}`)
    .join('\n'),
)

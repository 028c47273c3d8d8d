import { type Command, InvalidArgumentError } from 'commander'
import type { GridCell } from '../../../shared/terms.ts'
import { wktOfRing } from '../../geoparquet/wkt.ts'
import { cellImageBounds } from '../../grid/cell-image-bounds.ts'
import { createGrid } from '../../grid/grid.ts'
import { projectionOf, toLonLat } from '../../grid/projection.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { numberBetween } from './parse-values.ts'

const distOption = ['--dist <km>', 'size of the grid cells in km', numberBetween(1, 10_000), 10] as const

export function addGridCommand(program: Command, context: CliContext): void {
  const grid = program.command('grid').description('the Major TOM grid: which cell a place is in, and where a cell is')
  jsonOption(grid.command('locate'))
    .description('the grid cell of a place')
    .requiredOption('--lat <degrees>', 'latitude', numberBetween(-90, 90))
    .requiredOption('--lon <degrees>', 'longitude', numberBetween(-360, 360))
    .option(...distOption)
    .addHelpText(
      'after',
      '\nPrints {cell, rowU, colR, lat, lon, utmCrs}; lat and lon are the lower-left corner of the cell.',
    )
    .action((options: { lat: number; lon: number; dist: number }, command: Command) =>
      printFinding(command, context, async () => {
        const found = summaryOf(createGrid(options.dist).cellAt(options.lat, options.lon))
        return { json: found, text: nameValueLines(Object.entries(found)) }
      }),
    )
  jsonOption(grid.command('cell'))
    .description('where a grid cell is')
    .argument('<name>', 'for example 433U_629L')
    .option(...distOption)
    .addHelpText(
      'after',
      '\nPrints the same as "grid locate", and utmFootprint and geometry: the box that the image of the cell covers, in metres of\nutmCrs and in degrees (WKT). A cell of another size than 10 km has no standard image, so those two are left out.',
    )
    .action((name: string, options: { dist: number }, command: Command) =>
      printFinding(command, context, async () => {
        const cell = createGrid(options.dist).cellNamed(name)
        if (cell === undefined) {
          throw new InvalidArgumentError(
            `grid of ${options.dist} km: expected a cell name such as 433U_629L, got "${name}"; "grid locate" finds the name of a place`,
          )
        }
        const found = { ...summaryOf(cell), ...(options.dist === 10 ? imageOf(cell) : {}) }
        return { json: found, text: nameValueLines(Object.entries(found)) }
      }),
    )
}

function summaryOf({ gridCell, gridRowU, gridColR, lat, lon, utmCrs }: GridCell) {
  return { cell: gridCell, rowU: gridRowU, colR: gridColR, lat, lon, utmCrs }
}

function imageOf(cell: GridCell) {
  const [left, bottom, right, top] = cellImageBounds(cell)
  const ring = [
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
    [left, bottom],
  ] as const
  return { utmFootprint: wktOfRing(ring), geometry: wktOfRing(toLonLat(projectionOf(cell.utmCrs), ring)) }
}

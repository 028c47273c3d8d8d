// One stack -> its tasks: every cell of the grid that it holds, or itself.

import type { Bbox, Bounds, InputUnit } from '../../shared/terms.ts'
import { cellImageBounds, cellImageMeters } from '../grid/cell-image-bounds.ts'
import { projectionOf } from '../grid/projection.ts'
import { type Affine, boundsOf, type SampleType } from '../raster/raster.ts'
import { cellOfCentre, footprintOf, standardGrid } from './georeference.ts'
import type { BandFile, ImageKind, ImageTask, ListOptions, Proposal } from './image-task.ts'
import { cellWindow } from './nearest-window.ts'

export interface GroundStack {
  readonly kind: ImageKind
  readonly input: string
  readonly file: string
  readonly name: string
  readonly bands: readonly BandFile[]
  /** of the finest band */
  readonly width: number
  readonly height: number
  readonly dtype: SampleType
  readonly crs: string
  /** of the finest band, north-up */
  readonly transform: Affine
  readonly nodata?: number
  readonly productId: string
  readonly timestamp: string | null
  readonly unit: Proposal<InputUnit>
  readonly radiometricOffset: Proposal<0 | -1000>
}

/** Standard pixel size in metres, and how far a product may be from it to count as such. */
const standardPixelMeters = 10
const pixelTolerance = 0.01
/** A cell of a scene with more nodata than this share is skipped unless asked otherwise. */
const defaultNodataLimit = 0.5

/** Tasks of the cells a stack holds; of the stack itself when it holds none or has other pixels than 10 m. */
export function tasksOfStack(stack: GroundStack, options: ListOptions): ImageTask[] {
  const projected = !projectionOf(stack.crs).isGeographic
  const isStandard = isStandardPixel(stack.transform) && projected
  const resample = options.resample === true && projected && !isStandard
  const cells = isStandard || resample ? cellsOfStack(stack, resample, options) : []
  return cells.length > 0 ? cells : [wholeTask(stack, resample)]
}

function isStandardPixel([a, , , , e]: Affine): boolean {
  return [a, -e].every((size) => Math.abs(size / standardPixelMeters - 1) <= pixelTolerance)
}

function cellsOfStack(stack: GroundStack, resample: boolean, options: ListOptions): ImageTask[] {
  const tasks: ImageTask[] = []
  const bounds = boundsOf(stack.transform, stack.width, stack.height)
  for (const cell of standardGrid().cellsInBbox(lonLatBox(stack.crs, bounds))) {
    const cellBounds = cellImageBounds(cell, stack.crs)
    const place = resample ? resampledPlace(bounds, cellBounds) : nearestPlace(stack, cellBounds)
    if (place === undefined) continue
    tasks.push({
      ...taskBase(stack),
      kind: 'scene',
      name: `${stack.name} ${cell.gridCell}`,
      width: place.size,
      height: place.size,
      gridCell: cell.gridCell,
      footprint: { crs: stack.crs, bounds: place.bounds },
      pixelSource: {
        type: 'stack',
        bands: stack.bands,
        cellBounds,
        nodataLimit: options.nodataLimit ?? defaultNodataLimit,
        ...(resample ? { resampleTo: standardPixelMeters } : {}),
        ...(stack.nodata === undefined ? {} : { nodata: stack.nodata }),
      },
    })
  }
  return tasks
}

interface Place {
  readonly size: number
  readonly bounds: Bounds
}

/** The nearest pixels of a cell's box: where they really are, up to half a pixel from the box. */
function nearestPlace(stack: GroundStack, cellBounds: Bounds): Place | undefined {
  const [a, , x0, , e, y0] = stack.transform
  const { row0, col0, row1, col1 } = cellWindow(stack.transform, cellBounds)
  if (row0 < 0 || col0 < 0 || row1 > stack.height || col1 > stack.width) return undefined
  return { size: row1 - row0, bounds: [x0 + col0 * a, y0 + row1 * e, x0 + col1 * a, y0 + row0 * e] }
}

function resampledPlace([left, bottom, right, top]: Bounds, cellBounds: Bounds): Place | undefined {
  const inside = cellBounds[0] >= left && cellBounds[1] >= bottom && cellBounds[2] <= right && cellBounds[3] <= top
  return inside ? { size: cellImageMeters / standardPixelMeters, bounds: cellBounds } : undefined
}

function wholeTask(stack: GroundStack, resample: boolean): ImageTask {
  const bounds = boundsOf(stack.transform, stack.width, stack.height)
  const footprint = footprintOf({ crs: stack.crs, bounds })
  const [left, bottom, right, top] = bounds
  return {
    ...taskBase(stack),
    ...(resample
      ? {
          width: Math.max(1, Math.round((right - left) / standardPixelMeters)),
          height: Math.max(1, Math.round((top - bottom) / standardPixelMeters)),
        }
      : {}),
    gridCell: cellOfCentre(footprint),
    footprint,
    pixelSource: {
      type: 'stack',
      bands: stack.bands,
      // an image that is nothing but nodata has no embedding
      nodataLimit: 1 - Number.EPSILON,
      ...(resample ? { resampleTo: standardPixelMeters } : {}),
      ...(stack.nodata === undefined ? {} : { nodata: stack.nodata }),
    },
  }
}

function taskBase(stack: GroundStack): Omit<ImageTask, 'pixelSource'> {
  const { kind, input, file, name, width, height, productId, timestamp, unit, radiometricOffset } = stack
  const bandNames = stack.bands.map((band) => band.bandName)
  return { kind, input, file, name, width, height, bandNames, productId, timestamp, unit, radiometricOffset }
}

/** Box in degrees around a projected box: its edges are curved, so points along them count too. */
export function lonLatBox(crs: string, [left, bottom, right, top]: Bounds): Bbox {
  const { inverse } = projectionOf(crs)
  const [midLon] = inverse((left + right) / 2, (bottom + top) / 2)
  let [west, south, east, north] = [0, 90, 0, -90]
  const steps = 16
  for (let i = 0; i <= steps; i++) {
    const x = left + ((right - left) * i) / steps
    const y = bottom + ((top - bottom) * i) / steps
    for (const [px, py] of [
      [x, bottom],
      [x, top],
      [left, y],
      [right, y],
    ] as const) {
      const [lon, lat] = inverse(px, py)
      const turn = ((((lon - midLon + 180) % 360) + 360) % 360) - 180
      west = Math.min(west, turn)
      east = Math.max(east, turn)
      south = Math.min(south, lat)
      north = Math.max(north, lat)
    }
  }
  return [wrap(midLon + west), south, wrap(midLon + east), north]
}

function wrap(lon: number): number {
  return lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon
}

import { cellImageBounds } from '../grid/cell-image-bounds.ts'
import { createGrid } from '../grid/grid.ts'
import { projectionOf } from '../grid/projection.ts'
import type { Raster } from '../raster/raster.ts'
import type { Opened } from './opened-file.ts'
import { describePixels } from './pixel-facts.ts'
import { type PixelField, rasterField } from './pixel-field.ts'
import type { Match, ProductAdapter } from './product-adapter.ts'
import { datesOfYear, hasPixelSize, isSouthUp, nearly, utmCrsOf, yearOfPath } from './raster-shape.ts'
import { statedLicence } from './stated-licence.ts'

/** AlphaEarth cut to Major TOM's grid cells: 64 float bands in UTM at 10 m; the corner is that of a cell's image. */
export const alphaEarthMajorTom: ProductAdapter<'tiff'> = {
  product: 'alphaearth-major-tom',
  containers: ['tiff'],
  releasedName: /^\d+[UD]_\d+[RL]\.tiff?$/,
  sniff({ raster }): Match {
    const { bandCount, dtype } = raster
    if (bandCount !== 64 || (dtype !== 'float64' && dtype !== 'float32')) return 'no'
    if (!hasPixelSize(raster, 10) || isSouthUp(raster) || utmCrsOf(raster.crs) === undefined) return 'no'
    return cellOfCorner(raster) === undefined ? 'possible' : 'certain'
  },
  pixels: fieldOf,
  async describe(file, signal) {
    const { raster, path } = file
    const cell = cellOfCorner(raster)
    return await describePixels(
      path,
      fieldOf(file),
      {
        product: 'alphaearth-major-tom',
        dtype: raster.dtype,
        licence: statedLicence(raster.metadata),
        ...datesOfYear(yearOfPath(path)),
        ...(cell === undefined ? {} : { notes: [`its upper left corner is that of grid cell ${cell}`] }),
      },
      signal,
    )
  },
}

/** Half the side of a cell's image, metres: from its corner into the cell. */
const halfImageMeters = 5340

/** Name of the grid cell whose image has its upper left corner where the raster has it, to within a pixel. */
function cellOfCorner({ transform, crs }: Raster): string | undefined {
  const utmCrs = utmCrsOf(crs)
  if (transform === undefined || utmCrs === undefined) return undefined
  const [, , left, , , top] = transform
  const [lon, lat] = projectionOf(utmCrs).inverse(left + halfImageMeters, top - halfImageMeters)
  if (!Number.isFinite(lon) || !Number.isFinite(lat)) return undefined
  const cell = createGrid().cellAt(lat, lon)
  const [cellLeft, , , cellTop] = cellImageBounds(cell)
  const isCorner = cell.utmCrs === utmCrs && nearly(left, cellLeft, 10) && nearly(top, cellTop, 10)
  return isCorner ? cell.gridCell : undefined
}

function fieldOf({ raster }: Opened<'tiff'>): PixelField {
  return rasterField(raster)
}

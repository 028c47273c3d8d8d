import type { FileDescription } from '../../shared/contract.ts'
import type { Bbox, LonLat } from '../../shared/terms.ts'
import { memorySource } from '../bytes/byte-source.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { readColumns } from '../geoparquet/read-columns.ts'
import { cellImageBounds } from '../grid/cell-image-bounds.ts'
import { createGrid } from '../grid/grid.ts'
import { projectionOf } from '../grid/projection.ts'
import { lonLatExtent } from '../grid/ring-footprint.ts'
import { openGeoTiff } from '../raster/geotiff.ts'
import { datesOf } from './patch-facts.ts'
import type { ProductAdapter } from './product-adapter.ts'
import { licenceField, statedLicence } from './stated-licence.ts'

const bandColumn = /^(B\d{2}|B8A|vv|vh)$/i

/** Images of grid cells in the layout of Major TOM Core: one image a row, each band a GeoTIFF in a binary column. */
export const coreParquet: ProductAdapter<'parquet'> = {
  product: 'core-parquet',
  containers: ['parquet'],
  sniff: ({ parquet }) => (bandsOf(parquet).length > 0 && hasColumn(parquet, 'grid_cell') ? 'certain' : 'no'),
  async describe(file, signal) {
    const { parquet, path, name } = file
    const bands = bandsOf(parquet)
    return {
      file: path,
      product: this.product,
      kind: 'imagery',
      rows: parquet.rowCount,
      ...(await finestImage(parquet, bands, signal)),
      bands: bands.map((name) => ({ name })),
      ...(await cellExtent(parquet, signal)),
      ...(await datesField(parquet, signal)),
      ...licenceField(statedLicence(parquet.keyValue)),
      problems: [
        ...(parquet.rowCount === 0 ? [`${name}: expected images, got no rows`] : []),
        ...bands.flatMap((band) => missingBands(parquet, band)),
      ],
    }
  },
}

async function datesField(
  parquet: ParquetFile,
  signal: AbortSignal | undefined,
): Promise<{ dates?: FileDescription['dates'] }> {
  const column = ['timestamp', 'product_datetime'].find((name) => hasColumn(parquet, name))
  const dates = await datesOf(parquet, column, signal)
  return dates === undefined ? {} : { dates }
}

function hasColumn(file: ParquetFile, column: string): boolean {
  return file.columns.some(({ name }) => name === column)
}

function bandsOf(file: ParquetFile): string[] {
  return file.columns.filter(({ name, type }) => type === 'Binary' && bandColumn.test(name)).map(({ name }) => name)
}

/** Size, type and CRS of the finest band of the first row: the 10 m ones of Sentinel-2, else the first. */
async function finestImage(file: ParquetFile, bands: readonly string[], signal: AbortSignal | undefined) {
  const band = ['B04', 'B03', 'B02', 'B08'].find((one) => bands.includes(one)) ?? bands[0]!
  const bytes = (await readColumns(file, [band], { rowStart: 0, rowEnd: Math.min(1, file.rowCount), signal }))[
    band
  ]?.[0]
  if (!(bytes instanceof Uint8Array)) return {}
  const { width, height, dtype, crs } = await openGeoTiff(memorySource(`${file.source.name} row 0 ${band}`, bytes))
  return { width, height, dtype, ...(crs === undefined ? {} : { crs }) }
}

/** The box around the images of all cells, from their names. */
async function cellExtent(file: ParquetFile, signal: AbortSignal | undefined): Promise<{ extent?: Bbox }> {
  const grid = createGrid()
  const names = (await readColumns(file, ['grid_cell'], { signal }))['grid_cell']!
  const boxes = [...new Set(names)].flatMap((name) => {
    const cell = typeof name === 'string' ? grid.cellNamed(name) : undefined
    return cell === undefined ? [] : (lonLatExtent(projectionOf(cell.utmCrs), cellImageBounds(cell)) ?? [])
  })
  const corners: LonLat[] = []
  for (let index = 0; index < boxes.length; index += 4) {
    corners.push([boxes[index]!, boxes[index + 1]!], [boxes[index + 2]!, boxes[index + 3]!])
  }
  if (corners.length === 0) return {}
  const lons = corners.map(([lon]) => lon)
  const lats = corners.map(([, lat]) => lat)
  return { extent: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)] }
}

function missingBands(file: ParquetFile, band: string): string[] {
  const nulls = file.metadata.row_groups.reduce((sum, { columns }) => {
    const chunk = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === band)?.meta_data
    return sum + Number(chunk?.statistics?.null_count ?? 0)
  }, 0)
  if (nulls === 0) return []
  return [
    `${file.source.name}: expected band ${band} in every row, got none in ${nulls} of ${file.rowCount}; these images cannot be embedded`,
  ]
}

import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { findVectorColumn } from '../geoparquet/read-vectors.ts'
import { datesOf, extentOf, vectorFacts } from './parquet-facts.ts'
import type { ProductAdapter } from './product-adapter.ts'
import { licenceField, statedLicence } from './stated-licence.ts'

/**
 * Embeddings in the Major TOM layout: the released sets (SSL4EO, DINOv2, SigLIP, DeCUR, ...), cut-down copies of them, and
 * our own files. Told by the grid cell beside a vector, or by vector, centre, date and geometry, which loaders ask for.
 */
export const majorTom: ProductAdapter = {
  product: 'major-tom',
  sniff(file) {
    if (file.container !== 'parquet' || findVectorColumn(file.parquet) === undefined) return false
    const names = new Set(file.parquet.columns.map(({ name }) => name))
    const hasPlace = names.has('centre_lat') && names.has('centre_lon')
    return hasPlace && (names.has('grid_cell') || (names.has('timestamp') && names.has('geometry')))
  },
  async describe(file, signal) {
    if (file.container !== 'parquet') throw new TypeError('not a Parquet file')
    const { parquet, path } = file
    const column = findVectorColumn(parquet)!
    return {
      file: path,
      product: this.product,
      kind: 'patch',
      rows: parquet.rowCount,
      ...(await vectorFacts(parquet, column, signal)),
      ...(parquet.geo === undefined ? {} : { crs: crsOf(parquet.geo.crs) }),
      ...(await extentOf(parquet, signal)),
      ...(await datesOf(parquet, ['timestamp'], signal)),
      ...licenceField(statedLicence(parquet.keyValue) ?? releasedLicence(parquet)),
    }
  },
}

/** That of the releases; files of our own make say nothing, as their imagery may be anyone's. */
function releasedLicence({ groundControl }: ParquetFile): string | undefined {
  return groundControl === undefined ? 'CC-BY-SA-4.0' : undefined
}

/** The original code writes no CRS (null) for longitude and latitude. */
function crsOf(crs: string): string {
  return crs === 'unknown' ? 'OGC:CRS84' : crs
}

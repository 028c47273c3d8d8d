// Used by tests only: vectors of the sample planet in the layout of each product, as its makers write it.

import {
  Binary,
  Field,
  Float32,
  Float64,
  Int64,
  List,
  makeData,
  Table,
  tableToIPC,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow'
import type { EmbeddingProduct } from '../../shared/contract.ts'
import type { LonLat } from '../../shared/terms.ts'
import { loadParquetWasm } from '../geoparquet/parquet-wasm.ts'
import { wkbOf, wkbOfPoint } from '../geoparquet/wkb.ts'
import { encodeGeoTiff, type GeoTiffImage } from '../raster/encode-geotiff.ts'

export interface SampleRows {
  readonly count: number
  readonly dimensions: number
  readonly vectors: Float32Array
  readonly places: readonly LonLat[]
}

/** A vector repeated to `dimensions`, as the products have more of them than the sample planet: what was alike stays alike. */
export function stretched({ vectors, dimensions }: SampleRows, row: number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => vectors[row * dimensions + (index % dimensions)]!)
}

interface TableLayout {
  readonly length: number
  readonly vectors: 'embedding' | 'embeddings'
  readonly columns: (rows: SampleRows) => Record<string, Vector>
  /** half a side in degrees of latitude; 0 for points; absent without geometry */
  readonly halfDegrees?: number
}

const text = (values: readonly string[]) => vectorFromArray(values, new Utf8())
const whole = (values: readonly number[]) => vectorFromArray(values.map(BigInt), new Int64())
const real = (values: readonly number[]) => vectorFromArray(values, new Float64())
const numbered = ({ count }: SampleRows) => Array.from({ length: count }, (_, row) => row)
const days = (rows: SampleRows) =>
  text(numbered(rows).map((row) => `2024-01-${String(1 + (row % 28)).padStart(2, '0')}`))
const centres = ({ places }: SampleRows) => ({
  centre_lon: real(places.map(([lon]) => lon)),
  centre_lat: real(places.map(([, lat]) => lat)),
})

const meters = 1 / 111_320

export const tableLayouts = {
  'major-tom': {
    length: 2048,
    vectors: 'embedding',
    halfDegrees: 1120 * meters,
    columns: (rows) => ({ ...centres(rows), timestamp: days(rows) }),
  },
  'earth-embeddings': {
    length: 1024,
    vectors: 'embedding',
    columns: (rows) => ({ ...centres(rows), timestamp: days(rows) }),
  },
  'clay-v0': {
    length: 768,
    vectors: 'embeddings',
    halfDegrees: 2560 * meters,
    columns: (rows) => ({ id: whole(numbered(rows)), date: days(rows) }),
  },
  'clay-v1.5-naip': { length: 1024, vectors: 'embeddings', halfDegrees: 100 * meters, columns: () => ({}) },
  'clay-v1.5-sentinel2': {
    length: 1024,
    vectors: 'embedding',
    halfDegrees: 1280 * meters,
    columns: (rows) => ({ chips_id: whole(numbered(rows)), datetime: days(rows) }),
  },
  'earth-index': {
    length: 384,
    vectors: 'embedding',
    halfDegrees: 0,
    columns: (rows) => ({ id: whole(numbered(rows)) }),
  },
  'copernicus-embed': {
    length: 768,
    vectors: 'embedding',
    columns: ({ places }) => ({
      grid_id_coord: text(
        places.map(([lon, lat], row) => `${String(row).padStart(7, '0')}_${lon.toFixed(2)}_${lat.toFixed(2)}`),
      ),
    }),
  },
} as const satisfies Partial<Record<EmbeddingProduct, TableLayout>>

/** A Parquet of the product with all rows. */
export function tableFile(product: keyof typeof tableLayouts, rows: SampleRows): Uint8Array {
  const layout: TableLayout = tableLayouts[product]
  const { halfDegrees } = layout
  const outlines =
    halfDegrees === undefined
      ? {}
      : {
          geometry: vectorFromArray(
            rows.places.map((place) => outline(place, halfDegrees)),
            new Binary(),
          ),
        }
  const table = new Table({ ...layout.columns(rows), [layout.vectors]: vectorColumn(rows, layout.length), ...outlines })
  const wasm = loadParquetWasm()
  const geo = {
    version: '1.0.0',
    primary_column: 'geometry',
    columns: { geometry: { encoding: 'WKB', geometry_types: [halfDegrees === 0 ? 'Point' : 'Polygon'] } },
  }
  const properties = new wasm.WriterPropertiesBuilder()
    .setCompression(wasm.Compression.ZSTD)
    .setKeyValueMetadata(new Map(halfDegrees === undefined ? [] : [['geo', JSON.stringify(geo)]]))
    .build()
  return wasm.writeParquet(wasm.Table.fromIPCStream(tableToIPC(table, 'stream')), properties)
}

function outline([lon, lat]: LonLat, halfDegrees: number): Uint8Array {
  if (halfDegrees === 0) return wkbOfPoint([lon, lat])
  const east = halfDegrees / Math.cos((lat * Math.PI) / 180)
  const ring: LonLat[] = [
    [lon - east, lat - halfDegrees],
    [lon + east, lat - halfDegrees],
    [lon + east, lat + halfDegrees],
    [lon - east, lat + halfDegrees],
  ]
  return wkbOf({ polygons: [[[...ring, ring[0]!]]] })
}

function vectorColumn(rows: SampleRows, length: number): Vector {
  const values = new Float32Array(rows.count * length)
  for (let row = 0; row < rows.count; row++) values.set(stretched(rows, row, length), row * length)
  const child = makeData({ type: new Float32(), data: values })
  const valueOffsets = Int32Array.from({ length: rows.count + 1 }, (_, row) => row * length)
  const type = new List(new Field('element', new Float32(), true))
  return new Vector([makeData({ type, length: rows.count, nullCount: 0, valueOffsets, child })])
}

interface ImageLayout {
  readonly bands: number
  /** of the decoded vector, and how its values are stored */
  readonly length: number
  readonly array: (length: number) => GeoTiffImage['pixels']
  readonly store: (vector: Float32Array) => ArrayLike<number>
  readonly image: (size: number) => Omit<GeoTiffImage, 'width' | 'height' | 'pixels'>
}

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, Math.round(value)))

/** As the encoder of AlphaEarth must have done it: the inverse of how values are read. */
const alphaEarthByte = (value: number) => clamp(Math.sign(value) * Math.sqrt(Math.abs(value)) * 127.5, -127, 127)

/** Nearest of 8, 8, 8, 5, 5, 5 levels of each six values, packed into one code. */
function esdCode(values: Float32Array): number {
  const levels = [8, 8, 8, 5, 5, 5]
  let [code, basis] = [0, 1]
  levels.forEach((count, index) => {
    const half = Math.floor(count / 2)
    code += basis * clamp(values[index]! * half + half, 0, count - 1)
    basis *= count
  })
  return code
}

const utm = 'EPSG:32632'
export const imageLayouts = {
  alphaearth: {
    bands: 64,
    length: 64,
    array: (length) => new Int8Array(length),
    store: (vector) => vector.map(alphaEarthByte),
    // south first
    image: () => ({ layout: 'planar', crs: utm, nodata: -128, transform: [10, 0, 500_000, 0, 10, 5_300_000] }),
  },
  'alphaearth-major-tom': {
    bands: 64,
    length: 64,
    array: (length) => new Float64Array(length),
    store: (vector) => vector,
    // cell 471U_587L, as in the product's own file
    image: () => ({ crs: 'EPSG:32619', transform: [10, 0, 310_455.1604040997, 0, -10, 4_696_576.002073958] }),
  },
  tessera: {
    bands: 128,
    length: 128,
    array: (length) => new Float32Array(length),
    store: (vector) => vector,
    image: () => ({ crs: 'EPSG:32631', transform: [10, 0, 290_872.40803907975, 0, -10, 5_698_579.144861946] }),
  },
  presto: {
    bands: 128,
    length: 128,
    array: (length) => new Uint16Array(length),
    store: (vector) => vector.map((value) => 30_000 + 8000 * value),
    image: () => ({ crs: 'EPSG:25231', transform: [10, 0, 156_130, 0, -10, 1_233_190] }),
  },
  esd: {
    bands: 13,
    length: 72,
    array: (length) => new Uint16Array(length),
    store: (vector) => [
      ...Array.from({ length: 12 }, (_, month) => esdCode(vector.subarray(6 * month, 6 * month + 6))),
      20,
    ],
    image: () => ({ layout: 'planar', crs: 'EPSG:32602', transform: [30, 0, 399_945, 0, -30, 6_800_055] }),
  },
  'copernicus-embed': {
    bands: 768,
    length: 768,
    array: (length) => new Float32Array(length),
    store: (vector) => vector,
    image: () => ({ crs: 'EPSG:4326', transform: [0.25, 0, -20.125, 0, -0.25, 60.125] }),
  },
} as const satisfies Partial<Record<EmbeddingProduct, ImageLayout>>

/** An image of the product of `size x size` px. @param rowOfPixel row of the sample of each pixel, row 0 first in the file */
export function imageFile(
  product: keyof typeof imageLayouts,
  rows: SampleRows,
  { size, rowOfPixel }: { readonly size: number; readonly rowOfPixel: ArrayLike<number> },
): Uint8Array {
  const layout: ImageLayout = imageLayouts[product]
  const count = size * size
  const pixels = layout.array(count * layout.bands)
  const stored = new Map<number, ArrayLike<number>>()
  for (let pixel = 0; pixel < count; pixel++) {
    const row = rowOfPixel[pixel]!
    const values = stored.get(row) ?? layout.store(stretched(rows, row, layout.length))
    stored.set(row, values)
    for (let band = 0; band < layout.bands; band++) pixels[band * count + pixel] = values[band]!
  }
  return encodeGeoTiff({
    width: size,
    height: size,
    pixels,
    compression: 'deflate',
    tileSize: 256,
    ...layout.image(size),
  })
}

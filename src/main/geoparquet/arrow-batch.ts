// An EmbeddingBatch as an Arrow record batch with the columns, order and types of the Major TOM release.

import {
  Binary,
  Bool,
  type Data,
  type DataType,
  Field,
  Float32,
  Float64,
  Int16,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
} from 'apache-arrow'
import type { EmbeddingBatch } from './embedding-batch.ts'

export interface ExtraColumn {
  readonly name: string
  readonly type: 'float' | 'double' | 'string' | 'int64' | 'boolean' | 'binary'
}

const extraTypes = {
  float: () => new Float32(),
  double: () => new Float64(),
  string: () => new Utf8(),
  int64: () => new Int64(),
  boolean: () => new Bool(),
  binary: () => new Binary(),
} as const

export function embeddingSchema(extraColumns: readonly ExtraColumn[]): Schema {
  const optional = (name: string, type: DataType) => new Field(name, type, true)
  return new Schema([
    optional('unique_id', new Utf8()),
    optional('embedding', new List(optional('element', new Float32()))),
    optional('timestamp', new Utf8()),
    optional('product_id', new Utf8()),
    optional('grid_cell', new Utf8()),
    optional('grid_row_u', new Int16()),
    optional('grid_col_r', new Int16()),
    optional('geometry', new Binary()),
    optional('centre_lat', new Float32()),
    optional('centre_lon', new Float32()),
    optional('utm_footprint', new Utf8()),
    optional('utm_crs', new Utf8()),
    optional('pixel_bbox', new List(optional('element', new Int64()))),
    ...extraColumns.map(({ name, type }) => optional(name, extraTypes[type]())),
  ])
}

/** Shapes are checked here once; see `EmbeddingBatch` for what each array holds. */
export function recordBatchOf(
  batch: EmbeddingBatch,
  schema: Schema,
  dimensions: number,
  extra: readonly ExtraColumn[],
): RecordBatch {
  if (batch.vectors.length !== batch.count * dimensions) {
    throw new Error(`embedding batch has ${batch.vectors.length} values, expected ${batch.count} x ${dimensions}`)
  }
  const children: Data[] = [
    textData(batch.uniqueId),
    vectorData(batch.vectors, batch.count, dimensions),
    textData(batch.timestamp),
    textData(batch.productId),
    textData(batch.gridCell),
    numberData(new Int16(), batch.gridRowU, new Int16Array(batch.count)),
    numberData(new Int16(), batch.gridColR, new Int16Array(batch.count)),
    binaryData(batch.geometry),
    numberData(new Float32(), batch.centreLat, new Float32Array(batch.count)),
    numberData(new Float32(), batch.centreLon, new Float32Array(batch.count)),
    textData(batch.utmFootprint),
    textData(batch.utmCrs),
    boxData(batch.pixelBbox),
    ...extra.map((column) => extraData(column, batch)),
  ]
  const short = children.findIndex((data) => data.length !== batch.count)
  if (short >= 0) {
    throw new Error(
      `embedding batch has ${children[short]!.length} values of ${schema.names[short]!.toString()}, expected ${batch.count}`,
    )
  }
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: batch.count, nullCount: 0, children }),
  )
}

function extraData(column: ExtraColumn, batch: EmbeddingBatch): Data {
  const values = batch.extra?.[column.name]
  if (values === undefined) throw new Error(`embedding batch has no column ${column.name}`)
  if (column.type === 'string') return textData(values as readonly (string | null)[])
  if (column.type === 'binary') return binaryData(values as readonly (Uint8Array | null)[])
  if (column.type === 'boolean') return booleanData(values as readonly (boolean | null)[])
  if (column.type === 'int64') return integerData(values as readonly (number | null)[])
  const numbers = values as readonly (number | null)[]
  return column.type === 'float'
    ? numberData(new Float32(), numbers, new Float32Array(batch.count))
    : numberData(new Float64(), numbers, new Float64Array(batch.count))
}

function nullBits(values: readonly unknown[]): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 64) * 8)
  let nullCount = 0
  for (const [index, value] of values.entries()) {
    if (value === null) nullCount++
    else nullBitmap[index >> 3]! |= 1 << (index & 7)
  }
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap }
}

function numberData<T extends Int16 | Float32 | Float64>(
  type: T,
  values: readonly (number | null)[],
  data: T['TArray'],
): Data {
  for (const [index, value] of values.entries()) data[index] = value ?? 0
  return makeData({ type, length: values.length, data, ...nullBits(values) } as never)
}

function integerData(values: readonly (number | null)[]): Data<Int64> {
  const data = BigInt64Array.from(values, (value) => BigInt(value ?? 0))
  return makeData({ type: new Int64(), length: values.length, data, ...nullBits(values) })
}

function booleanData(values: readonly (boolean | null)[]): Data<Bool> {
  const data = new Uint8Array(Math.ceil(values.length / 64) * 8)
  for (const [index, value] of values.entries()) if (value === true) data[index >> 3]! |= 1 << (index & 7)
  return makeData({ type: new Bool(), length: values.length, data, ...nullBits(values) })
}

const encoder = new TextEncoder()

function textData(values: readonly (string | null)[]): Data<Utf8> {
  const { data, valueOffsets } = packBytes(values.map((value) => (value === null ? null : encoder.encode(value))))
  return makeData({ type: new Utf8(), length: values.length, data, valueOffsets, ...nullBits(values) })
}

function binaryData(values: readonly (Uint8Array | null)[]): Data<Binary> {
  return makeData({ type: new Binary(), length: values.length, ...packBytes(values), ...nullBits(values) })
}

function packBytes(parts: readonly (Uint8Array | null)[]): { data: Uint8Array; valueOffsets: Int32Array } {
  const valueOffsets = new Int32Array(parts.length + 1)
  for (const [index, part] of parts.entries()) valueOffsets[index + 1] = valueOffsets[index]! + (part?.byteLength ?? 0)
  const data = new Uint8Array(valueOffsets[parts.length]!)
  for (const [index, part] of parts.entries()) if (part !== null) data.set(part, valueOffsets[index]!)
  return { data, valueOffsets }
}

function vectorData(vectors: Float32Array, count: number, dimensions: number): Data {
  const type = new List(new Field('element', new Float32(), true))
  const child = makeData({ type: new Float32(), length: vectors.length, nullCount: 0, data: vectors })
  const valueOffsets = Int32Array.from({ length: count + 1 }, (_, row) => row * dimensions)
  return makeData({ type, length: count, nullCount: 0, valueOffsets, child })
}

function boxData(boxes: EmbeddingBatch['pixelBbox']): Data {
  const type = new List(new Field('element', new Int64(), true))
  const values = boxes.flatMap((box) => box ?? [])
  const child = makeData({
    type: new Int64(),
    length: values.length,
    nullCount: 0,
    data: BigInt64Array.from(values, BigInt),
  })
  const valueOffsets = new Int32Array(boxes.length + 1)
  for (const [row, box] of boxes.entries()) valueOffsets[row + 1] = valueOffsets[row]! + (box?.length ?? 0)
  return makeData({ type, length: boxes.length, valueOffsets, child, ...nullBits(boxes) })
}

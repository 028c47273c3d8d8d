import { Table, tableToIPC } from 'apache-arrow'
import type * as ParquetWasm from 'parquet-wasm/esm'
import type { Bbox } from '../../shared/terms.ts'
import { writeOutputFile } from '../bytes/output-file.ts'
import { type ExtraColumn, embeddingSchema, recordBatchOf } from './arrow-batch.ts'
import type { EmbeddingBatch } from './embedding-batch.ts'
import { geoMetadataJson } from './geo-metadata.ts'
import { loadParquetWasm } from './parquet-wasm.ts'
import { type Provenance, provenanceKey, provenanceToJson } from './provenance.ts'

export interface WriteEmbeddingsOptions {
  readonly dimensions: number
  /** degrees, of all rows together: the footer is fixed before the first row; absent when no row has a place */
  readonly bbox?: Bbox | undefined
  /** e.g. `['Polygon']`; empty when not known */
  readonly geometryTypes: readonly string[]
  readonly provenance: Provenance
  /** `snappy` (default), `zstd` or `none` */
  readonly compression?: 'snappy' | 'zstd' | 'none' | undefined
  /** `byte-stream-split` makes rounded vectors compress better; `plain` (default) is read by everything */
  readonly vectorEncoding?: 'plain' | 'byte-stream-split' | undefined
  /** columns after the standard's, filled from `EmbeddingBatch.extra` */
  readonly extraColumns?: readonly ExtraColumn[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** rows of a row group: a reader can take one group at a time whatever the dimensions */
export const maxRowGroupRows = 2_000

/**
 * Writes a GeoParquet file in the Major TOM layout, batch by batch; it appears under `path` only when it is whole.
 * @returns rows and bytes written
 * @throws EngineError `disk-full`, `not-permitted`; what `batches` throws; the signal's reason
 */
export async function writeEmbeddings(
  path: string,
  batches: AsyncIterable<EmbeddingBatch> | Iterable<EmbeddingBatch>,
  options: WriteEmbeddingsOptions,
): Promise<{ rows: number; byteLength: number }> {
  const wasm = loadParquetWasm()
  const source = wasmBatches(wasm, batches, options)
  return writeOutputFile(
    path,
    async (file) => {
      let byteLength = 0
      try {
        const output = await wasm.transformParquetStream(source.stream, writerProperties(wasm, options))
        for await (const chunk of output as unknown as AsyncIterable<Uint8Array>) {
          options.signal?.throwIfAborted()
          await file.writeFile(chunk)
          byteLength += chunk.byteLength
        }
      } catch (error) {
        // The library hands back its own error for a failed input; the input's is the one worth knowing.
        throw source.failure() ?? error
      }
      const failure = source.failure()
      if (failure !== undefined) throw failure
      return { rows: source.rows(), byteLength }
    },
    options,
  )
}

function wasmBatches(
  wasm: typeof ParquetWasm,
  batches: AsyncIterable<EmbeddingBatch> | Iterable<EmbeddingBatch>,
  options: WriteEmbeddingsOptions,
) {
  const { dimensions, extraColumns = [], signal } = options
  const schema = embeddingSchema(extraColumns)
  const iterator = Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]()
  let rows = 0
  let isEmpty = true
  let failure: unknown

  const toWasm = (batch: EmbeddingBatch) => {
    const table = new Table([recordBatchOf(batch, schema, dimensions, extraColumns)])
    return wasm.Table.fromIPCStream(tableToIPC(table, 'stream')).recordBatches()
  }
  const stream = new ReadableStream({
    async pull(controller) {
      try {
        signal?.throwIfAborted()
        const { done, value } = await iterator.next()
        // Without any batch the library would not learn the schema.
        const next = done && isEmpty ? emptyBatch(extraColumns) : value
        if (next !== undefined && (!done || isEmpty)) {
          isEmpty = false
          rows += next.count
          for (const batch of toWasm(next)) controller.enqueue(batch)
        }
        if (done) controller.close()
      } catch (error) {
        failure = error
        controller.error(error)
      }
    },
    async cancel() {
      await iterator.return?.()
    },
  })
  return { stream, rows: () => rows, failure: () => failure }
}

function writerProperties(wasm: typeof ParquetWasm, options: WriteEmbeddingsOptions) {
  const { Compression, Encoding, EnabledStatistics } = wasm
  const codec = { snappy: Compression.SNAPPY, zstd: Compression.ZSTD, none: Compression.UNCOMPRESSED }[
    options.compression ?? 'snappy'
  ]
  const keyValue = new Map([
    ['geo', geoMetadataJson(options)],
    [provenanceKey, provenanceToJson(options.provenance)],
  ])
  const { names } = embeddingSchema(options.extraColumns ?? [])
  let builder = new wasm.WriterPropertiesBuilder()
    .setCompression(codec)
    .setMaxRowGroupSize(maxRowGroupRows)
    .setStatisticsEnabled(EnabledStatistics.Chunk)
    .setKeyValueMetadata(keyValue)
    .setCreatedBy(`ground-control ${options.provenance.appVersion}`)
    // Vectors hardly ever repeat: a dictionary would only be built and dropped again. List columns cannot be named here,
    // so the default is theirs and the flat columns get their own.
    .setDictionaryEnabled(false)
  if (options.vectorEncoding === 'byte-stream-split') builder = builder.setEncoding(Encoding.BYTE_STREAM_SPLIT)
  for (const name of names as string[]) {
    if (name === 'embedding' || name === 'pixel_bbox') continue
    const isDistinct = name === 'unique_id' || name === 'geometry' || name === 'utm_footprint'
    builder = builder.setColumnEncoding(name, Encoding.PLAIN).setColumnDictionaryEnabled(name, !isDistinct)
  }
  return builder.build()
}

function emptyBatch(extraColumns: readonly ExtraColumn[]): EmbeddingBatch {
  return {
    count: 0,
    uniqueId: [],
    vectors: new Float32Array(0),
    timestamp: [],
    productId: [],
    gridCell: [],
    gridRowU: [],
    gridColR: [],
    geometry: [],
    centreLat: [],
    centreLon: [],
    utmFootprint: [],
    utmCrs: [],
    pixelBbox: [],
    extra: Object.fromEntries(extraColumns.map(({ name }) => [name, []])),
  }
}

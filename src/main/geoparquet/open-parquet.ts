import { type FileMetaData, parquetMetadataAsync, parquetSchema, type SchemaTree } from 'hyparquet'
import { EngineError } from '../../shared/errors.ts'
import type { ByteSource } from '../bytes/byte-source.ts'
import { columnTypeText } from './column-type.ts'
import { type GeoMetadata, parseGeoMetadata } from './geo-metadata.ts'
import { type Provenance, provenanceFromJson, provenanceKey } from './provenance.ts'

export interface ParquetColumn {
  readonly name: string
  /** as Arrow prints it, e.g. `Utf8`, `Int16`, `List<Float32>` */
  readonly type: string
}

/** The footer of a Parquet file; the file stays open as long as its source. */
export interface ParquetFile {
  readonly source: ByteSource
  readonly rowCount: number
  /** top-level columns in file order */
  readonly columns: readonly ParquetColumn[]
  readonly rowGroups: readonly { readonly rowStart: number; readonly rowCount: number }[]
  readonly keyValue: ReadonlyMap<string, string>
  /** the `geo` key, when it is there and can be read */
  readonly geo?: GeoMetadata
  /** the `ground_control` key, when it is there and can be read */
  readonly groundControl?: Provenance
  /** for the readers of this folder */
  readonly metadata: FileMetaData
  readonly schema: SchemaTree
}

/**
 * Reads the footer.
 * @throws EngineError `unreadable-file` for an empty, truncated or damaged file, in one sentence with its name
 */
export async function openParquet(source: ByteSource, signal?: AbortSignal): Promise<ParquetFile> {
  await checkMagic(source, signal)
  const asyncBuffer = {
    byteLength: source.byteLength,
    slice: async (start: number, end = source.byteLength) => (await source.slice(start, end, signal)).buffer,
  }
  try {
    const metadata = await parquetMetadataAsync(asyncBuffer, { geoparquet: false })
    return describe(source, metadata)
  } catch (cause) {
    if (cause instanceof EngineError || signal?.aborted) throw cause
    throw damaged(source, `a footer that cannot be read (${causeText(cause)})`, cause)
  }
}

function describe(source: ByteSource, metadata: FileMetaData): ParquetFile {
  const schema = parquetSchema(metadata)
  const keyValue = new Map((metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? '']))
  const geo = parseGeoMetadata(keyValue.get('geo') ?? '')
  const groundControl = provenanceFromJson(keyValue.get(provenanceKey) ?? '')
  let rowStart = 0
  const rowGroups = metadata.row_groups.map(({ num_rows }) => {
    const rowCount = Number(num_rows)
    const group = { rowStart, rowCount }
    rowStart += rowCount
    return group
  })
  const rowCount = Number(metadata.num_rows)
  if (rowStart !== rowCount || rowGroups.some((group) => group.rowCount < 0)) {
    throw damaged(source, `row groups of ${rowStart} rows where the footer says ${rowCount}`)
  }
  return {
    source,
    rowCount,
    columns: schema.children.map((child) => ({ name: child.element.name, type: columnTypeText(child) })),
    rowGroups,
    keyValue,
    ...(geo === undefined ? {} : { geo }),
    ...(groundControl === undefined ? {} : { groundControl }),
    metadata,
    schema,
  }
}

const magic = 'PAR1'

async function checkMagic(source: ByteSource, signal: AbortSignal | undefined): Promise<void> {
  const { byteLength, name } = source
  const refuse = (got: string) => new EngineError('unreadable-file', `${name}: expected a Parquet file, got ${got}`)
  if (byteLength === 0) throw refuse('an empty file; copy or download it again')
  const textAt = async (start: number) => Buffer.from(await source.slice(start, start + 4, signal)).toString('latin1')
  const start = await textAt(0)
  if (start === 'PARE') throw refuse('an encrypted one; decrypt it first')
  if (start !== magic) throw refuse('other content (it does not begin with PAR1)')
  if (byteLength < 12 || (await textAt(byteLength - 4)) !== magic) {
    throw refuse('a truncated one (its footer is missing); copy or download it again')
  }
}

/** The sentence for a file whose content contradicts itself. */
export function damaged(source: ByteSource, got: string, cause?: unknown): EngineError {
  const options = cause === undefined ? undefined : { cause }
  return new EngineError(
    'unreadable-file',
    `${source.name}: expected an intact Parquet file, got ${got}; copy or download it again`,
    options,
  )
}

/** What went wrong inside a reader, for the sentence around it; slips of the library on damaged bytes are not quoted. */
export function causeText(cause: unknown): string {
  if (cause instanceof TypeError || cause instanceof ReferenceError) return 'its content contradicts itself'
  if (cause instanceof RangeError && /DataView|typed array|array length|Array buffer/i.test(cause.message)) {
    return 'its content ends early'
  }
  return cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause)
}

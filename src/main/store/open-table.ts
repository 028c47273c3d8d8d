import type { ColumnChoice } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { ByteSource } from '../bytes/byte-source.ts'
import type { ParquetFile } from '../geoparquet/open-parquet.ts'
import { recognise } from '../products/adapters.ts'
import { type ColumnChoices, schemaKey, withChoice } from '../products/column-choice.ts'
import { openFile } from '../products/opened-file.ts'
import { type PatchColumns, patchColumns } from '../products/patch-columns.ts'
import { creditFields } from '../products/patch-facts.ts'
import { openPixelTable } from '../products/pixel-table.ts'
import type { Credit } from '../products/product-credits.ts'
import type { CallContext } from '../threads/thread-calls.ts'

/** Any file with embeddings as a table: Parquet as it is, pixels as rows in memory. */
export interface OpenTable {
  /** of the file itself; the caller closes it */
  readonly source: ByteSource
  readonly file: ParquetFile
  /** as `info` names it */
  readonly product: string
  readonly columns: PatchColumns
  readonly credit: Credit
}

/** The user's choice of columns for this file, else those for schemas. */
export interface SetColumnsChosen {
  readonly choice?: ColumnChoice | undefined
  readonly remembered?: ColumnChoices | undefined
}

/** @throws EngineError `unsupported-format` when the file holds no embeddings, and as the readers of its container */
export async function openTable(
  path: string,
  { signal, onProgress }: CallContext,
  { choice, remembered = {} }: SetColumnsChosen = {},
): Promise<OpenTable> {
  const { file: opened, source } = await openFile(path, signal)
  try {
    const recognised = await recognise(opened, signal)
    const { product } = recognised
    if (opened.container === 'parquet') {
      const file = opened.parquet
      const roles = recognised.columns() ?? patchColumns(file, '')
      const columns = withChoice(file, roles, choice ?? remembered[schemaKey(file.columns)])
      return { source, file, product, columns, credit: creditFields(product, file) }
    }
    const field = await recognised.pixels(signal)
    if (field === undefined) {
      throw new EngineError(
        'unsupported-format',
        `${path}: expected a file with embeddings, got ${product}; embed it first`,
      )
    }
    // what needs no look at every pixel is in the description all the same
    const { dates, licence, attribution, model } = await recognised.describe(signal)
    const credit: Credit = {
      ...(licence === undefined ? {} : { licence }),
      ...(attribution === undefined ? {} : { attribution }),
      ...(model === undefined ? {} : { model }),
    }
    const file = await openPixelTable(field, {
      facts: { path, ...credit, ...(dates === undefined ? {} : { dates }) },
      signal,
      onProgress: (done, total) => onProgress({ stage: 'reading pixels', done, total }),
    })
    return { source, file, product, columns: patchColumns(file, 'embedding'), credit }
  } catch (error) {
    await source.close()
    throw error
  }
}

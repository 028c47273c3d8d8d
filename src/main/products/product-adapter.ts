import type { FileDescription } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { Container, Opened } from './opened-file.ts'
import type { PatchColumns } from './patch-columns.ts'
import type { PixelField } from './pixel-field.ts'

/**
 * How sure the bytes make us: `certain` when no other writer would have produced them, `possible` when the shape fits and
 * the name must decide.
 */
export type Match = 'certain' | 'possible' | 'no'

/** What we know about one kind of file. A new product is a new adapter in the list of adapters.ts. */
export interface ProductAdapter<C extends Container> {
  /** as `info` names it */
  readonly product: string
  /** all of `C` */
  readonly containers: readonly Container[]
  /** how released files are called; looked at only where the bytes leave it open */
  readonly releasedName?: RegExp
  readonly sniff: (file: Opened<C>, signal?: AbortSignal) => Match | Promise<Match>
  /**
   * What the file holds; things that are wrong but do not stop us are sentences in `problems`.
   * @throws EngineError when it cannot be read after all
   */
  readonly describe: (file: Opened<C>, signal?: AbortSignal) => Promise<FileDescription>
  /** of products whose rows are patches in a table: what its columns are */
  readonly columns?: (file: Opened<C>) => PatchColumns
  /** of products whose pixels are embeddings; undefined for a file of the container whose pixels are none */
  readonly pixels?: (file: Opened<C>, signal?: AbortSignal) => PixelField | undefined | Promise<PixelField>
}

/** An adapter whose containers are in its data, not in its type: what it takes must be looked up there. */
export type AnyAdapter = ProductAdapter<never>

/** Runs a check; its `EngineError` becomes a sentence for `problems`. */
export async function sentencesOf(check: () => Promise<unknown>): Promise<string[]> {
  try {
    await check()
    return []
  } catch (error) {
    if (error instanceof EngineError) return [error.message]
    throw error
  }
}

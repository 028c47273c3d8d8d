import type { FileDescription } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import type { OpenedFile } from './opened-file.ts'

/** What we know about one kind of file. A new product is a new adapter in the list of describe-file.ts. */
export interface ProductAdapter {
  /** as `info` names it */
  readonly product: string
  /** Whether the file is of this product: by content, from what is open already. */
  sniff(file: OpenedFile): boolean
  /**
   * What the file holds; things that are wrong but do not stop us are sentences in `problems`.
   * @throws EngineError when it cannot be read after all
   */
  describe(file: OpenedFile, signal?: AbortSignal): Promise<FileDescription>
}

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

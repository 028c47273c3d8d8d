import { stat } from 'node:fs/promises'
import type { FileDescription } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { isZarr } from '../arrays/zarr.ts'
import { recognise } from './adapters.ts'
import { describeFolder } from './describe-folder.ts'
import { withOpenedFile } from './opened-file.ts'

/**
 * The product of a file, as `info` names it.
 * @throws EngineError when the file cannot be opened or is of no kind that we read
 */
export async function sniff(path: string, signal?: AbortSignal): Promise<string> {
  return await withOpenedFile(path, async (file) => (await recognise(file, signal)).product, signal)
}

/**
 * What a file or folder is, by its content. Whatever is wrong with it is a sentence in `problems`; only cancelling throws.
 */
export async function describeFile(path: string, signal?: AbortSignal): Promise<FileDescription> {
  try {
    const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true
    if (isFolder && !(await isZarr(path))) return await describeFolder(path, signal)
    return await withOpenedFile(path, async (file) => (await recognise(file, signal)).describe(signal), signal)
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof EngineError)) throw error
    return { file: path, product: 'unknown', kind: 'unknown', problems: [error.message] }
  }
}

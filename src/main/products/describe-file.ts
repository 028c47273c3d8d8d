import { stat } from 'node:fs/promises'
import type { FileDescription } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { coreParquet } from './core-parquet.ts'
import { describeFolder } from './describe-folder.ts'
import { genericParquet } from './generic-parquet.ts'
import { genericRaster } from './generic-raster.ts'
import { jp2Raster } from './jp2-raster.ts'
import { majorTom } from './major-tom.ts'
import { onnxModel } from './onnx-model.ts'
import { withOpenedFile } from './opened-file.ts'
import { picture } from './picture.ts'
import type { ProductAdapter } from './product-adapter.ts'

/** Specific products first, the generic ones of each container last. */
const adapters: readonly ProductAdapter[] = [
  majorTom,
  coreParquet,
  genericParquet,
  genericRaster,
  jp2Raster,
  picture,
  onnxModel,
]

/**
 * The product of a file, as `info` names it.
 * @throws EngineError when the file cannot be opened or is of no kind that we read
 */
export async function sniff(path: string, signal?: AbortSignal): Promise<string> {
  return withOpenedFile(path, async (file) => adapterOf(adapters.filter((one) => one.sniff(file))).product, signal)
}

/**
 * What a file or folder is, by its content. Whatever is wrong with it is a sentence in `problems`; only cancelling throws.
 */
export async function describeFile(path: string, signal?: AbortSignal): Promise<FileDescription> {
  try {
    if ((await stat(path).catch(() => undefined))?.isDirectory()) return await describeFolder(path, signal)
    const describe = async (file: Parameters<ProductAdapter['sniff']>[0]) =>
      adapterOf(adapters.filter((one) => one.sniff(file))).describe(file, signal)
    return await withOpenedFile(path, describe, signal)
  } catch (error) {
    signal?.throwIfAborted()
    if (!(error instanceof EngineError)) throw error
    return { file: path, product: 'unknown', kind: 'unknown', problems: [error.message] }
  }
}

function adapterOf(matching: readonly ProductAdapter[]): ProductAdapter {
  const first = matching[0]
  if (first === undefined) throw new Error('every container has a generic adapter')
  return first
}

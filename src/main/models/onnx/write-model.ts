// Graph -> file, and a second file beside it when the weights are large; one constant in memory at a time.

import type { FileHandle } from 'node:fs/promises'
import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { writeOutputFile } from '../../bytes/output-file.ts'
import { writeAll } from '../../bytes/write-all.ts'
import { type EncodeOptions, encodeModel } from './encode-model.ts'
import { constantBytes, type ExternalData, planExternalData } from './external-data.ts'
import { checkLength, type Graph, type GraphConstant, type LazyTensor, type Tensor } from './graph.ts'
import { littleEndianBytes } from './protobuf-writer.ts'

export interface WriteOptions extends Omit<EncodeOptions, 'external'> {
  /** constants above this many bytes in all go to `<path>.data`; ONNX itself ends at 2 GB */
  readonly externalAbove?: number
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: { readonly doneBytes: number; readonly totalBytes: number }) => void) | undefined
}

export interface WrittenModel {
  /** the model, then its data file where there is one */
  readonly files: readonly string[]
  readonly byteLength: number
}

/** from here on the protobuf in memory would be a burden */
const defaultExternalAbove = 32 * 1024 * 1024

/**
 * Writes a model under `path`; its constants are read in the order of the graph.
 * @throws EngineError `disk-full` and others of `writeOutputFile`, and what reading a constant throws
 */
export async function writeModel(graph: Graph, path: string, options: WriteOptions = {}): Promise<WrittenModel> {
  const { externalAbove = defaultExternalAbove, signal } = options
  const dataPath = externalDataPath(path)
  const isLarge = constantBytes(graph) > externalAbove
  const external = isLarge ? planExternalData(graph, basename(dataPath)) : undefined
  const inside = { ...graph, constants: await readInside(graph.constants, external) }
  const model = encodeModel(inside, { ...options, external })
  let dataBytes = 0
  if (external !== undefined) {
    dataBytes = await writeOutputFile(
      dataPath,
      async (file) => {
        const written = await writeExternal(file, graph.constants, external, options)
        // An older model must never stand beside weights that are not its own.
        await rm(path, { force: true })
        return written
      },
      { signal },
    )
  }
  await writeOutputFile(path, (file) => file.writeFile(model), { signal })
  if (external === undefined) await rm(dataPath, { force: true })
  return { files: external === undefined ? [path] : [path, dataPath], byteLength: model.byteLength + dataBytes }
}

/** The file that holds the large constants of the model at `path`, if it has any. */
export function externalDataPath(path: string): string {
  return `${path}.data`
}

async function readInside(
  constants: readonly GraphConstant[],
  external: ExternalData | undefined,
): Promise<GraphConstant[]> {
  const result: GraphConstant[] = []
  for (const { name, tensor } of constants) {
    const isOutside = external?.places.has(name) ?? false
    result.push({ name, tensor: isOutside ? tensor : await readTensor(name, tensor) })
  }
  return result
}

/** @returns bytes of the file */
async function writeExternal(
  file: FileHandle,
  constants: readonly GraphConstant[],
  { places }: ExternalData,
  { signal, onProgress }: WriteOptions,
): Promise<number> {
  const totalBytes = Math.max(0, ...[...places.values()].map(({ offset, length }) => offset + length))
  let doneBytes = 0
  for (const { name, tensor } of constants) {
    const place = places.get(name)
    if (place === undefined) continue
    signal?.throwIfAborted()
    const bytes = littleEndianBytes((await readTensor(name, tensor)).values)
    await writeAll(file, bytes, place.offset)
    doneBytes = place.offset + place.length
    onProgress?.({ doneBytes, totalBytes })
  }
  return totalBytes
}

async function readTensor(name: string, tensor: Tensor | LazyTensor): Promise<Tensor> {
  if ('values' in tensor) return tensor
  const { type, shape } = tensor
  const values = await tensor.read()
  checkLength(`constant "${name}"`, shape, values)
  return { type, shape, values }
}

import { EngineError } from '../../../shared/errors.ts'
import { type ByteSource, openFileSource } from '../../bytes/byte-source.ts'
import { type PlainValue, plainValue } from './plain-value.ts'
import { readSafetensors, safetensorsHeaderLength } from './safetensors.ts'
import type { StateDict } from './state-dict.ts'
import { elementCount, readTensor, type StoredTensor, tensorProblem } from './stored-tensor.ts'
import { checkpointTensors, isSameTensor, valueAt } from './torch-checkpoint.ts'
import { legacyMagic, readTorchLegacy } from './torch-legacy.ts'
import { readTorchZip } from './torch-zip.ts'

export interface OpenStateDictOptions {
  /** where in a checkpoint the tensors are, e.g. `['model']`; absent: the outermost dict, its `state_dict` or `model` */
  readonly at?: readonly string[]
  /** of every name the first of these that it begins with is cut off; names that begin with none stay */
  readonly prefixes?: readonly string[]
  /**
   * Whether classes that are not known are left alone instead of refused. They are never loaded either way; this is for
   * checkpoints whose card says that they carry such things beside the weights (Lightning's do).
   */
  readonly stubUnknown?: boolean
}

/** Weights, and what else is written beside them. */
export type OpenedStateDict = StateDict & Required<Pick<StateDict, 'readPlain'>>

/**
 * Opens a safetensors file or a PyTorch checkpoint (zip or legacy), told apart by their first bytes. Values are read
 * when they are asked for; nothing in the file is run.
 * @throws EngineError `not-found`, `unsupported-format` when it is neither, `unreadable-file` when it is broken or holds
 *   something else than tensors and plain containers
 */
export async function openStateDict(path: string, options: OpenStateDictOptions = {}): Promise<OpenedStateDict> {
  const source = await openFileSource(path)
  try {
    return await readStateDict(source, options)
  } catch (error) {
    await source.close()
    throw error
  }
}

/** As `openStateDict`, from any bytes; `close` of the result closes them. */
export async function readStateDict(source: ByteSource, options: OpenStateDictOptions = {}): Promise<OpenedStateDict> {
  const { tensors, readPlain } = await readContainer(source, options)
  const entries = cutPrefixes(source, tensors, options.prefixes ?? [])
  for (const [name, tensor] of entries) {
    const problem = tensorProblem(tensor, source.byteLength)
    if (problem !== undefined) {
      throw new EngineError(
        'unreadable-file',
        `weights ${source.name}: tensor "${name}": expected a place in its storage, got ${problem}`,
      )
    }
  }
  const read = async <T extends Float32Array | Float64Array>(name: string, make: (length: number) => T): Promise<T> => {
    const tensor = entries.get(name)
    if (tensor === undefined) throw missingTensor(source, entries, name)
    const values = make(elementCount(tensor.shape))
    await readTensor(source, tensor, values)
    return values
  }
  return {
    place: source.name,
    entries,
    readPlain,
    readFloat32: (name) => read(name, (length) => new Float32Array(length)),
    readFloat64: (name) => read(name, (length) => new Float64Array(length)),
    close: () => source.close(),
  }
}

interface Container {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly readPlain: OpenedStateDict['readPlain']
}

async function readContainer(
  source: ByteSource,
  { at, stubUnknown = false }: OpenStateDictOptions,
): Promise<Container> {
  const first = await source.slice(0, 16)
  const begins = (bytes: readonly number[]) => bytes.every((byte, index) => first[index] === byte)
  const isZip = begins([0x50, 0x4b, 3, 4])
  if (isZip || begins(legacyMagic)) {
    const checkpoint = await (isZip ? readTorchZip : readTorchLegacy)(source, { stubUnknown })
    const readPlain = (path: readonly string[]) => {
      const value = valueAt(checkpoint.root, path)
      return value === undefined ? undefined : plainValue(value)
    }
    return { tensors: checkpointTensors(source, checkpoint, at), readPlain }
  }
  if (safetensorsHeaderLength(first) === undefined) throw await otherFormat(source)
  const { tensors, metadata } = await readSafetensors(source)
  const readPlain = ([key, name, ...rest]: readonly string[]) => {
    if (key !== '__metadata__' || rest.length > 0) return undefined
    if (name === undefined) return metadata as PlainValue
    return Object.hasOwn(metadata, name) ? (metadata[name] as PlainValue) : undefined
  }
  return { tensors, readPlain }
}

function cutPrefixes(
  source: ByteSource,
  tensors: ReadonlyMap<string, StoredTensor>,
  prefixes: readonly string[],
): ReadonlyMap<string, StoredTensor> {
  const cut = new Map<string, StoredTensor>()
  for (const [name, tensor] of tensors) {
    const short = name.slice(prefixes.find((prefix) => name.startsWith(prefix))?.length ?? 0)
    const other = cut.get(short)
    if (other !== undefined && !isSameTensor(other, tensor)) {
      throw new EngineError(
        'unreadable-file',
        `weights ${source.name}: expected one tensor "${short}", got two that differ once the prefixes ${prefixes.join(', ')} are cut off`,
      )
    }
    cut.set(short, tensor)
  }
  return cut
}

function missingTensor(source: ByteSource, entries: ReadonlyMap<string, unknown>, name: string): EngineError {
  const some = [...entries.keys()].slice(0, 3).join(', ')
  return new EngineError(
    'unreadable-file',
    `weights ${source.name}: expected a tensor "${name}", got ${entries.size} others (${some}, ...)`,
  )
}

/** What the file is instead, where that is easily said. */
async function otherFormat(source: ByteSource): Promise<EngineError> {
  const first = Buffer.from(await source.slice(0, 512)).toString('latin1')
  const got = otherKinds.find(([isIt]) => isIt(first))?.[1] ?? 'other bytes'
  return new EngineError(
    'unsupported-format',
    `weights ${source.name}: expected a safetensors file or a PyTorch checkpoint, got ${got}`,
  )
}

const otherKinds: readonly (readonly [isIt: (first: string) => boolean, name: string])[] = [
  [(first) => first === '', 'an empty file'],
  [
    (first) => /^\s*<(!doctype|html|\?xml)/i.test(first),
    'a web page, perhaps one that asks to sign in; download the file itself',
  ],
  [
    (first) => first.startsWith('version https://git-lfs'),
    'a Git LFS pointer, not the file it stands for; fetch it with git lfs pull',
  ],
  [
    (first) => first.startsWith('ustar', 257),
    'a tar archive (PyTorch before 0.1.10 wrote those); save it again with torch.save',
  ],
  [(first) => first.startsWith('\x1f\x8b'), 'a gzip archive; unpack it first'],
  [(first) => first.startsWith('\x80'), 'a plain Python pickle; save the tensors with torch.save or safetensors'],
]

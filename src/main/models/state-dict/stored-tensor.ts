// A tensor as it lies in a file: some elements of a storage, in any order that strides can say.

import { EngineError } from '../../../shared/errors.ts'
import type { ByteSource } from '../../bytes/byte-source.ts'
import { swapBytes } from '../../bytes/number-bytes.ts'
import { elementBytes, elementValues } from './element-values.ts'
import type { StateDictEntry } from './state-dict.ts'

export interface TensorStorage {
  /** elements it holds */
  readonly length: number
  readonly isBigEndian: boolean
  /** first byte in the file */
  start(): Promise<number>
}

export interface StoredTensor extends StateDictEntry {
  readonly storage: TensorStorage
  /** in elements, from the start of the storage */
  readonly offset: number
  /** in elements, one per axis, never negative */
  readonly strides: readonly number[]
}

/** Elements converted at once: 32 MB of float64. */
const PIECE_ELEMENTS = 1 << 22

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

export function rowMajorStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)))
}

/** Elements from the first to the last one that the tensor uses. */
export function spanOf({ shape, strides }: Pick<StoredTensor, 'shape' | 'strides'>): number {
  if (shape.includes(0)) return 0
  return shape.reduce((last, length, axis) => last + (length - 1) * strides[axis]!, 1)
}

/** What is wrong with a tensor of a file of `fileBytes`, as the end of a sentence; undefined when nothing is. */
export function tensorProblem(tensor: StoredTensor, fileBytes: number): string | undefined {
  const { shape, strides, offset, storage, type } = tensor
  const numbers = [...shape, ...strides, offset]
  const isSound = numbers.every((n) => Number.isSafeInteger(n) && n >= 0) && shape.length === strides.length
  if (!isSound) return `shape [${shape}], strides [${strides}] and offset ${offset} that are no place in a storage`
  if (!(offset + spanOf(tensor) <= storage.length)) {
    return `elements up to ${offset + spanOf(tensor)} of a storage of ${storage.length}`
  }
  // strides of 0 repeat elements: a few bytes must not become gigabytes
  const bytes = elementCount(shape) * elementBytes[type]
  return bytes > fileBytes ? `${bytes} bytes of values in a file of ${fileBytes}` : undefined
}

/** Reads the values in row-major order into `out`, which has as many elements as the tensor. */
export async function readTensor(
  source: ByteSource,
  tensor: StoredTensor,
  out: Float32Array | Float64Array,
): Promise<void> {
  if (out.length === 0) return
  const start = await tensor.storage.start()
  const isRowMajor = rowMajorStrides(tensor.shape).every(
    (stride, axis) => tensor.shape[axis] === 1 || stride === tensor.strides[axis],
  )
  if (!isRowMajor) {
    gather(await readElements(source, tensor, start, tensor.offset, spanOf(tensor)), tensor, out)
    return
  }
  for (let done = 0; done < out.length; done += PIECE_ELEMENTS) {
    const count = Math.min(PIECE_ELEMENTS, out.length - done)
    out.set(await readElements(source, tensor, start, tensor.offset + done, count), done)
  }
}

async function readElements(
  source: ByteSource,
  { type, storage }: StoredTensor,
  storageStart: number,
  first: number,
  count: number,
): Promise<ArrayLike<number>> {
  const size = elementBytes[type]
  const begin = storageStart + first * size
  const bytes = await source.slice(begin, begin + count * size)
  if (bytes.length !== count * size) {
    throw new EngineError(
      'unreadable-file',
      `${source.name}: expected ${count * size} bytes from ${begin} on, the file ends at ${source.byteLength}`,
    )
  }
  if (storage.isBigEndian) swapBytes(bytes, size)
  return elementValues(type, bytes)
}

/** @param elements from the tensor's first element on */
function gather(elements: ArrayLike<number>, { shape, strides }: StoredTensor, out: Float32Array | Float64Array): void {
  const index = new Array<number>(shape.length).fill(0)
  let at = 0
  for (let i = 0; i < out.length; i++) {
    out[i] = elements[at]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      at -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
}

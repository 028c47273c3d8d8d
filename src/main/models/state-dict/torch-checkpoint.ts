// What zip and legacy checkpoints share: the unpickled object, and the way from it to named tensors.

import { EngineError } from '../../../shared/errors.ts'
import type { ByteSource } from '../../bytes/byte-source.ts'
import { kindOf, type PickledStorage, PickledTensor, PickleStub, type PickleValue } from './pickle-values.ts'
import { elementCount, type StoredTensor, type TensorStorage } from './stored-tensor.ts'

export interface TorchCheckpoint {
  readonly root: PickleValue
  /** @throws EngineError `unreadable-file` when the file does not hold the storage as the pickle says */
  readonly locate: (storage: PickledStorage) => TensorStorage
}

/** Where training scripts put the weights, tried in this order when the outermost object has no tensor. */
const usualPlaces = ['state_dict', 'model'] as const

/**
 * Tensors of the dict at `at`, whatever else is in it left out.
 * @param at keys from the outermost object on; absent: that object itself, else its `state_dict`, else its `model`
 * @throws EngineError `unreadable-file` naming the keys that are there
 */
export function checkpointTensors(
  source: ByteSource,
  { root, locate }: TorchCheckpoint,
  at: readonly string[] | undefined,
): ReadonlyMap<string, StoredTensor> {
  const places = at === undefined ? [[], ...usualPlaces.map((key) => [key])] : [at]
  const candidates = places.map((place) => valueAt(root, place)).filter((value) => value !== undefined)
  const dict = candidates
    .map(itemsOf)
    .find((items) => [...(items?.values() ?? [])].some((value) => value instanceof PickledTensor))
  if (dict === undefined) {
    const where = at === undefined ? 'or below "state_dict" or "model"' : `at ${at.join('.')}`
    const keys = [...(itemsOf(root)?.keys() ?? [])].filter((key) => typeof key === 'string')
    throw new EngineError(
      'unreadable-file',
      `checkpoint ${source.name}: expected a dict of tensors ${where}, got ${keys.length === 0 ? kindOf(root) : `the keys ${keys.slice(0, 12).join(', ')}`}`,
    )
  }
  const storages = new Map<PickledStorage, TensorStorage>()
  const storageOf = (pickled: PickledStorage) => {
    const known = storages.get(pickled) ?? locate(pickled)
    storages.set(pickled, known)
    return known
  }
  const tensors = new Map<string, StoredTensor>()
  for (const [name, value] of dict) {
    if (typeof name !== 'string' || !(value instanceof PickledTensor)) continue
    const { offset, shape, strides, storage } = value
    tensors.set(name, { type: storage.type, shape, strides, offset, storage: storageOf(storage) })
  }
  return tensors
}

/** The value at a path of dict keys and attributes; undefined when there is none. */
export function valueAt(root: PickleValue, path: readonly string[]): PickleValue | undefined {
  let value: PickleValue | undefined = root
  for (const key of path) value = value === undefined ? undefined : itemsOf(value)?.get(key)
  return value
}

/** Items of a dict, attributes and items of a stub. */
export function itemsOf(value: PickleValue): ReadonlyMap<PickleValue, PickleValue> | undefined {
  if (value instanceof Map) return value
  if (!(value instanceof PickleStub)) return undefined
  return value.state instanceof Map ? new Map([...value.state, ...value.items]) : value.items
}

/** Whether two tensors are the same elements of the same storage. */
export function isSameTensor(a: StoredTensor, b: StoredTensor): boolean {
  const isEqual = (one: readonly number[], other: readonly number[]) => one.join() === other.join()
  if (elementCount(a.shape) === 0) return isEqual(a.shape, b.shape)
  return a.storage === b.storage && a.offset === b.offset && isEqual(a.shape, b.shape) && isEqual(a.strides, b.strides)
}

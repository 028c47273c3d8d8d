// The names that a PyTorch checkpoint may use, and what becomes of them: tensors, ordered dicts, sizes.

import {
  kindOf,
  PickledStorage,
  PickledTensor,
  PickleGlobal,
  PickleStub,
  PickleTuple,
  type PickleValue,
} from './pickle-values.ts'
import type { StateDictType } from './state-dict.ts'
import { PickleProblem } from './unpickle.ts'

const storageTypes: Readonly<Record<string, StateDictType>> = {
  'torch.DoubleStorage': 'float64',
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
}

type Make = (args: readonly PickleValue[]) => PickleValue

export const torchGlobals: ReadonlyMap<string, Make> = new Map<string, Make>([
  ['collections.OrderedDict', orderedDict],
  ['torch._utils._rebuild_tensor_v2', rebuiltTensor],
  ['torch._utils._rebuild_parameter', ([tensor]) => expectTensor(tensor)],
  ['torch.Size', ([size]) => new PickleTuple(numbersOf(size))],
  ['torch.device', () => new PickleStub('torch.device')],
  ...Object.keys(storageTypes).map((name): [string, Make] => [name, () => refuse('a tensor', `a bare ${name}`)]),
])

/** What training scripts put beside the weights: their arguments. */
export const torchStubs: ReadonlySet<string> = new Set(['argparse.Namespace', 'pathlib.PosixPath'])

/** `('storage', class, key, location, elements)`, and in legacy files a sixth item for views of storages. */
export function persistentStorage(id: PickleValue): PickledStorage {
  const [kind, global, key, , length, view] = id instanceof PickleTuple ? id.items : []
  const type = global instanceof PickleGlobal ? storageTypes[global.name] : undefined
  const isStorage = kind === 'storage' && type !== undefined && typeof key === 'string' && isCount(length)
  if (!isStorage) return refuse('a reference to a storage of a known type', kindOf(global ?? id))
  if (view !== undefined && view !== null)
    return refuse('a whole storage', 'a view of one, as PyTorch before 0.4 wrote')
  return new PickledStorage(type, key, length)
}

function orderedDict([pairs]: readonly PickleValue[]): PickleValue {
  const entries = (Array.isArray(pairs) ? pairs : []).map((pair): [PickleValue, PickleValue] => {
    const items = pair instanceof PickleTuple ? pair.items : pair
    if (!Array.isArray(items) || items.length !== 2) return refuse('pairs of key and value', kindOf(pair))
    return [items[0]!, items[1]!]
  })
  return new Map(entries)
}

function rebuiltTensor([storage, offset, shape, strides]: readonly PickleValue[]): PickleValue {
  if (!(storage instanceof PickledStorage)) return refuse('a storage', kindOf(storage ?? null))
  if (!isCount(offset)) return refuse('an offset', kindOf(offset ?? null))
  return new PickledTensor(storage, offset, numbersOf(shape), numbersOf(strides))
}

function expectTensor(value: PickleValue | undefined): PickleValue {
  return value instanceof PickledTensor ? value : refuse('a tensor', kindOf(value ?? null))
}

function numbersOf(value: PickleValue | undefined): number[] {
  const items = value instanceof PickleTuple ? value.items : value
  if (Array.isArray(items) && items.every(isCount)) return items
  return refuse('a tuple of whole numbers', kindOf(value ?? null))
}

function isCount(value: PickleValue | undefined): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function refuse(expected: string, got: string): never {
  throw new PickleProblem(`expected ${expected}, got ${got}`)
}

// The container of torch.save before PyTorch 1.6: five pickles (magic, version, system, object, storage keys), then
// every storage as a count of its elements and their bytes. Big-endian machines wrote little-endian as well.

import { EngineError } from '../../../shared/errors.ts'
import type { ByteSource } from '../../bytes/byte-source.ts'
import { elementBytes } from './element-values.ts'
import type { PickledStorage, PickleValue } from './pickle-values.ts'
import type { TensorStorage } from './stored-tensor.ts'
import type { TorchCheckpoint } from './torch-checkpoint.ts'
import { persistentStorage, torchGlobals, torchStubs } from './torch-globals.ts'
import { PickleCutShort, type PickleRules, unpickle } from './unpickle.ts'

/** A pickle of the number 0x1950a86a20f9469cfc6c. */
export const legacyMagic = [
  0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
] as const
const VERSION = 1001

/** The pickles are looked for in the first bytes, more of them while they end too early. */
const FIRST_BYTES = 1 << 20
const MAX_BYTES = 1 << 26

/** @throws EngineError `unreadable-file` */
export async function readTorchLegacy(
  source: ByteSource,
  { stubUnknown }: { readonly stubUnknown: boolean },
): Promise<TorchCheckpoint> {
  const storages = new Map<string, PickledStorage>()
  const rules: PickleRules = {
    place: `checkpoint ${source.name}`,
    globals: torchGlobals,
    stubs: torchStubs,
    stubUnknown,
    persistent: (id) => {
      const storage = persistentStorage(id)
      storages.set(storage.key, storage)
      return storage
    },
  }
  const { values, end } = await readPickles(source, rules)
  const [, version, , root, keys] = values
  if (version !== VERSION || !Array.isArray(keys)) {
    throw unreadable(source, `expected version ${VERSION} and a list of storages, got version ${String(version)}`)
  }
  const places = await findStorages(source, storages, keys, end)
  const locate = ({ key }: PickledStorage): TensorStorage => {
    const place = places.get(key)
    if (place === undefined) throw unreadable(source, `expected storage ${key} in the list of storages, got none`)
    return place
  }
  return { root: root!, locate }
}

async function readPickles(source: ByteSource, rules: PickleRules) {
  for (let length = FIRST_BYTES; ; length *= 8) {
    const bytes = await source.slice(0, Math.min(length, source.byteLength))
    try {
      const values: PickleValue[] = []
      let end = 0
      while (values.length < 5) {
        const read = unpickle(bytes, rules, end)
        values.push(read.value)
        end = read.end
      }
      return { values, end }
    } catch (error) {
      const isWorthMore = error instanceof PickleCutShort && bytes.length < source.byteLength && length < MAX_BYTES
      if (!isWorthMore) throw error
    }
  }
}

async function findStorages(
  source: ByteSource,
  storages: ReadonlyMap<string, PickledStorage>,
  keys: readonly PickleValue[],
  start: number,
): Promise<ReadonlyMap<string, TensorStorage>> {
  const places = new Map<string, TensorStorage>()
  let at = start
  for (const key of keys) {
    const storage = storages.get(String(key))
    if (storage === undefined)
      throw unreadable(source, `storage ${String(key)}: expected a tensor that uses it, got none`)
    const count = await source.slice(at, at + 8)
    const begin = at + 8
    at = begin + storage.length * elementBytes[storage.type]
    if (at > source.byteLength) {
      throw unreadable(
        source,
        `storage ${storage.key}: expected ${at - begin} bytes from ${begin} on, the file ends at ${source.byteLength}; it is cut short, get it again`,
      )
    }
    const length = Number(new DataView(count.buffer).getBigInt64(0, true))
    if (length !== storage.length) {
      throw unreadable(source, `storage ${storage.key}: expected ${storage.length} values, got ${length}`)
    }
    places.set(storage.key, { length, isBigEndian: false, start: async () => begin })
  }
  return places
}

function unreadable(source: ByteSource, problem: string): EngineError {
  return new EngineError('unreadable-file', `checkpoint ${source.name}: ${problem}`)
}

// The container that torch.save has written since PyTorch 1.6: a zip with one pickle and one entry per storage.

import { EngineError } from '../../../shared/errors.ts'
import type { ByteSource } from '../../bytes/byte-source.ts'
import { readZipEntries, readZipEntry, type ZipEntry, zipDataStart } from '../../bytes/zip-entries.ts'
import { elementBytes } from './element-values.ts'
import type { PickledStorage } from './pickle-values.ts'
import type { TensorStorage } from './stored-tensor.ts'
import type { TorchCheckpoint } from './torch-checkpoint.ts'
import { persistentStorage, torchGlobals, torchStubs } from './torch-globals.ts'
import { unpickle } from './unpickle.ts'

/** A thousand times the pickle of the largest model here. */
const MAX_PICKLE_BYTES = 1 << 26

/** @throws EngineError `unreadable-file` */
export async function readTorchZip(
  source: ByteSource,
  { stubUnknown }: { readonly stubUnknown: boolean },
): Promise<TorchCheckpoint> {
  const entries = await readZipEntries(source)
  const pickle = pickleEntry(source, entries)
  const folder = pickle.name.slice(0, pickle.name.indexOf('/'))
  const isBigEndian = await readByteOrder(source, entries.get(`${folder}/byteorder`))
  const { value: root } = unpickle(await readZipEntry(source, pickle), {
    place: `checkpoint ${source.name}: ${pickle.name}`,
    globals: torchGlobals,
    stubs: torchStubs,
    stubUnknown,
    persistent: persistentStorage,
  })
  const locate = (storage: PickledStorage): TensorStorage => {
    const entry = storageEntry(source, entries, `${folder}/data/${storage.key}`, storage)
    return { length: storage.length, isBigEndian, start: () => zipDataStart(source, entry) }
  }
  return { root, locate }
}

function pickleEntry(source: ByteSource, entries: ReadonlyMap<string, ZipEntry>): ZipEntry {
  const [pickle, ...others] = [...entries.values()].filter(({ name }) => /^[^/]+\/data\.pkl$/.test(name))
  if (pickle === undefined || others.length > 0) {
    throw unreadable(
      source,
      `expected one entry NAME/data.pkl as torch.save writes it, got ${others.length === 0 ? 'none' : 'several'}`,
    )
  }
  if (entries.has(pickle.name.replace('data.pkl', 'constants.pkl'))) {
    throw unreadable(
      source,
      'expected weights, got a TorchScript program; save its state_dict() with torch.save instead',
    )
  }
  if (pickle.byteLength > MAX_PICKLE_BYTES) {
    throw unreadable(source, `expected a data.pkl of at most ${MAX_PICKLE_BYTES} bytes, got ${pickle.byteLength}`)
  }
  return pickle
}

/** Files from before the entry existed are little-endian. */
async function readByteOrder(source: ByteSource, entry: ZipEntry | undefined): Promise<boolean> {
  if (entry === undefined) return false
  const order = Buffer.from(entry.byteLength > 16 ? [] : await readZipEntry(source, entry)).toString('latin1')
  if (order === 'little' || order === 'big') return order === 'big'
  throw unreadable(source, `expected the byte order little or big, got "${order}"`)
}

function storageEntry(
  source: ByteSource,
  entries: ReadonlyMap<string, ZipEntry>,
  name: string,
  { length, type }: PickledStorage,
): ZipEntry {
  const entry = entries.get(name)
  if (entry === undefined) throw unreadable(source, `expected the entry "${name}" with ${length} values, got none`)
  const expected = length * elementBytes[type]
  if (entry.byteLength === expected) return entry
  throw unreadable(
    source,
    `entry "${name}": expected ${expected} bytes for ${length} values of ${type}, got ${entry.byteLength}`,
  )
}

function unreadable(source: ByteSource, problem: string): EngineError {
  return new EngineError('unreadable-file', `checkpoint ${source.name}: ${problem}`)
}

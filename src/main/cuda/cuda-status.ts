import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { CudaStatus } from '../../shared/contract.ts'
import { completeFolder, missingFile, readManifest, unfinishedFolder, usableFolder } from './cuda-folder.ts'
import { type CudaPackage, type PinnedWheel, pinnedWheels, providerPackage } from './cuda-packages.ts'
import { feedsOf } from './feeds.ts'
import { type CudaMachine, type CudaRequest, fetchedBytesOf, thisMachine } from './fetch-cuda.ts'
import { whyUnsupported } from './installed-runtime.ts'

/** What is here of the CUDA libraries and what a fetch would bring; nothing is asked of the network. */
export async function cudaStatus(
  { cudaFolder, mirror, wheels = pinnedWheels }: CudaRequest,
  machine: CudaMachine = thisMachine(),
): Promise<CudaStatus> {
  const { runtime } = machine
  const complete = completeFolder(cudaFolder, runtime.version)
  const storedBytes = await folderBytes(cudaFolder)
  const unsupported = whyUnsupported(runtime)
  const base = { runtime: runtime.version, folder: complete, storedBytes }
  if (unsupported !== undefined)
    return { ...base, state: 'unsupported', reason: unsupported, packages: [], downloadBytes: 0 }
  const isReady = usableFolder(cudaFolder, runtime.version) !== undefined
  const folder = isReady ? complete : unfinishedFolder(cudaFolder, runtime.version)
  const placed = (readManifest(folder, runtime.version)?.packages ?? []).filter(
    ({ files }) => missingFile(folder, files) === undefined,
  )
  const names = wheels.flatMap(libraryNames)
  const recorded = readManifest(folder, runtime.version)?.system
  const system = isReady ? new Set(recorded) : await machine.systemLibraries(names)
  const feeds = feedsOf(mirror)
  const wanted = [
    { ...providerPackage(runtime.version), feed: feeds.nuget, isInSystem: false, byteLength: undefined },
    ...wheels.map((wheel) => ({
      ...{ ...wheel, feed: feeds.python },
      isInSystem: libraryNames(wheel).every((library) => system.has(library)),
    })),
  ]
  const packages = await Promise.all(
    wanted.map(async ({ feed, isInSystem, byteLength, ...one }) => {
      const { name, version, title, licence } = one
      const fetchedBytes = await fetchedBytesOf(cudaFolder, one)
      const isPlaced = placed.some((other) => other.name === name)
      const state = isPlaced ? 'here' : isInSystem ? 'system' : fetchedBytes > 0 ? 'partial' : 'missing'
      const size = byteLength === undefined ? {} : { byteLength }
      return { name, version, title, licence, from: new URL(feed).host, ...size, state, fetchedBytes } as const
    }),
  )
  const coming = packages.filter(({ state }) => state === 'missing' || state === 'partial')
  const downloadBytes = coming.reduce((sum, one) => sum + Math.max(0, (one.byteLength ?? 0) - one.fetchedBytes), 0)
  const hasBegun = packages.some(({ state }) => state === 'here' || state === 'partial')
  return { ...base, state: isReady ? 'ready' : hasBegun ? 'partial' : 'missing', packages, downloadBytes }
}

const libraryNames = ({ entries }: CudaPackage | PinnedWheel) => entries.map((entry) => basename(entry))

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(folder, name)).catch(() => undefined)
      return found?.isFile() === true ? found.size : 0
    }),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

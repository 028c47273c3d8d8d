// Package by package: fetched, its hash compared, unpacked, noted in the manifest, deleted. What is noted is not fetched again.

import { copyFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { CudaFetchReport } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { makeFolder, outputError } from '../bytes/output-file.ts'
import { checkRoom } from '../downloads/check-room.ts'
import { type FetchContext, fetchFile, hashing } from '../downloads/fetch-file.ts'
import { hashFile, partFile, sizeOf } from '../downloads/part-file.ts'
import {
  type CudaManifest,
  completeFolder,
  downloadFile,
  missingFile,
  type PlacedPackage,
  readManifest,
  unfinishedFolder,
  usableFolder,
  writeManifest,
} from './cuda-folder.ts'
import { type CudaPackage, type PinnedWheel, pinnedWheels, providerPackage } from './cuda-packages.ts'
import { type FeedFile, feedsOf, nugetFile, wheelFile } from './feeds.ts'
import { type InstalledRuntime, installedRuntime, whyUnsupported } from './installed-runtime.ts'
import { systemLibraries } from './system-libraries.ts'
import { unpackPackage } from './unpack-package.ts'

export interface CudaRequest {
  readonly cudaFolder: string
  /** stands for NuGet and PyPI; see `feedsOf` */
  readonly mirror?: string | undefined
  /** instead of the pinned ones: small ones, for tests */
  readonly wheels?: readonly PinnedWheel[] | undefined
}

/** Ports for tests: what is found on this machine. */
export interface CudaMachine {
  readonly runtime: InstalledRuntime
  readonly systemLibraries: (names: readonly string[]) => Promise<ReadonlySet<string>>
}

export const thisMachine = (): CudaMachine => ({ runtime: installedRuntime(), systemLibraries })

/**
 * Fills the folder of CUDA libraries for the installed ONNX Runtime, or finds that it is full; it gets its name only when
 * everything is in it.
 * @throws EngineError `unsupported-format` on systems without such libraries, `unreachable`, `not-found`, `not-permitted`,
 *   `disk-full`, `unreadable-file` for a wrong hash, size or content; AbortError. The next call goes on from what came.
 */
export async function fetchCuda(
  { cudaFolder, mirror, wheels = pinnedWheels }: CudaRequest,
  context: FetchContext,
  machine: CudaMachine = thisMachine(),
): Promise<CudaFetchReport> {
  const { runtime } = machine
  const reason = whyUnsupported(runtime)
  if (reason !== undefined) throw new EngineError('unsupported-format', `CUDA libraries: ${reason}`)
  const complete = completeFolder(cudaFolder, runtime.version)
  if (usableFolder(cudaFolder, runtime.version) !== undefined) return reportOf(complete, runtime, { fetchedBytes: 0 })
  const unfinished = unfinishedFolder(cudaFolder, runtime.version)
  const system = await systemPackages(wheels, machine)
  const isNeeded = ({ name }: CudaPackage) => !system.packages.has(name)
  const manifest = keptManifest(unfinished, runtime, [...system.libraries])
  const wanted = [providerPackage(runtime.version), ...wheels.filter(isNeeded)]
  const missing = wanted.filter((one) => !manifest.packages.some(({ name }) => name === one.name))
  // every feed is asked before the first of two gigabytes is fetched
  const located = await locate(missing, mirror, context.signal)
  await checkPeak(cudaFolder, located, context)
  const total = located.reduce((sum, { file }) => sum + file.byteLength, 0)
  let [before, fetchedBytes] = [0, 0]
  const warnings: string[] = []
  for (const one of located) {
    const { placed, fetched } = await place(one, { cudaFolder, folder: unfinished, before, total }, context)
    manifest.packages.push(placed)
    await writeManifest(unfinished, manifest)
    await rm(downloadFile(cudaFolder, packageFile(one)), { force: true })
    before += one.file.byteLength
    fetchedBytes += fetched.fetchedBytes
    warnings.push(...fetched.warnings)
  }
  manifest.packages.push(await copyRuntime(runtime, unfinished))
  await writeManifest(unfinished, manifest)
  context.signal.throwIfAborted()
  // one that is there under the final name is damaged
  await rm(complete, { recursive: true, force: true })
  await rename(unfinished, complete)
  await rm(join(cudaFolder, 'downloads'), { recursive: true, force: true })
  return reportOf(complete, runtime, { fetchedBytes, warnings })
}

interface LocatedPackage {
  readonly wanted: CudaPackage & { readonly unpackedBytes?: number }
  readonly file: FeedFile
}

/** Packages all of whose libraries the system has. */
async function systemPackages(wheels: readonly PinnedWheel[], machine: CudaMachine) {
  const namesOf = ({ entries }: CudaPackage) => entries.map((entry) => basename(entry))
  const found = await machine.systemLibraries(wheels.flatMap(namesOf))
  const packages = wheels.filter((wheel) => namesOf(wheel).every((name) => found.has(name)))
  return { packages: new Set(packages.map(({ name }) => name)), libraries: packages.flatMap(namesOf) }
}

/** What an earlier call has noted and is still there; the runtime is always copied anew. */
function keptManifest(folder: string, runtime: InstalledRuntime, system: string[]): CudaManifest {
  const kept = readManifest(folder, runtime.version)?.packages ?? []
  const packages = kept.filter(({ name, files }) => name !== runtimePackage && missingFile(folder, files) === undefined)
  return { version: 1, runtime: runtime.version, packages, system }
}

async function locate(
  packages: readonly (CudaPackage | PinnedWheel)[],
  mirror: string | undefined,
  signal: AbortSignal,
): Promise<LocatedPackage[]> {
  const feeds = feedsOf(mirror)
  const located: LocatedPackage[] = []
  for (const wanted of packages) {
    const file = 'sha256' in wanted ? await wheelFile(feeds, wanted, signal) : await nugetFile(feeds, wanted, signal)
    located.push({ wanted, file })
  }
  return located
}

/** Room for the libraries and, beside them, the package that is being unpacked. */
async function checkPeak(cudaFolder: string, located: readonly LocatedPackage[], { freeBytes }: FetchContext) {
  let [placed, peak] = [0, 0]
  for (const { wanted, file } of located) {
    const there = await fetchedBytesOf(cudaFolder, wanted)
    placed += wanted.unpackedBytes ?? 0
    peak = Math.max(peak, placed + file.byteLength - there)
  }
  await checkRoom(join(cudaFolder, 'downloads'), peak, freeBytes, 'CUDA libraries')
}

interface Placing {
  readonly cudaFolder: string
  readonly folder: string
  /** bytes of the packages before this one, and of all */
  readonly before: number
  readonly total: number
}

async function place({ wanted, file }: LocatedPackage, placing: Placing, context: FetchContext) {
  const { name, version, title } = wanted
  const path = downloadFile(placing.cudaFolder, packageFile({ wanted }))
  const ofPackage: FetchContext = {
    ...context,
    onProgress: ({ stage, done, total }) =>
      stage === 'fetching'
        ? context.onProgress({ stage: `fetching ${title}`, done: placing.before + done, total: placing.total })
        : context.onProgress({ stage: `${stage} of ${title}`, done, ...(total === undefined ? {} : { total }) }),
  }
  const words = { kind: 'package', name: `${name} ${version}`, byHand: 'serve it from a mirror of your own' }
  const refusalOf = (hash: string) =>
    hash === file.hash ? undefined : { error: hashError(words.name, file, hash), isKept: false }
  const fetched = (await isThere(path, file, ofPackage))
    ? { fetchedBytes: 0, warnings: [] }
    : await fetchFile({ ...file, path, words, isHashKnown: true, sizeFrom: 'its feed', refusalOf }, ofPackage)
  const files = await unpackPackage(path, wanted, placing.folder, context)
  const hash = `${file.algorithm}:${file.hash}`
  const placed: PlacedPackage = { name, version, from: file.address, hash, files }
  return { placed, fetched }
}

/** A package that came whole but was not unpacked, for lack of room perhaps. */
async function isThere(path: string, { byteLength, algorithm, hash }: FeedFile, context: FetchContext) {
  if ((await sizeOf(path)) !== byteLength) return false
  return (await hashFile(path, hashing(context, byteLength), algorithm)) === hash
}

function hashError(name: string, { algorithm, hash: expected }: FeedFile, got: string): EngineError {
  return new EngineError(
    'unreadable-file',
    `package ${name}: expected ${algorithm} ${expected}, got ${got}; what came is deleted, fetch it again`,
  )
}

const packageFile = ({ wanted }: Pick<LocatedPackage, 'wanted'>) => `${wanted.name}-${wanted.version}.zip`

/** What is there of a package that is not unpacked yet. */
export async function fetchedBytesOf(cudaFolder: string, wanted: CudaPackage): Promise<number> {
  const path = downloadFile(cudaFolder, packageFile({ wanted }))
  return (await sizeOf(path)) || (await sizeOf(partFile(path)))
}

const runtimePackage = 'onnxruntime-node'

/** ONNX Runtime looks for its providers beside its own library, and the installed application is never written to. */
async function copyRuntime({ version, bindingFolder }: InstalledRuntime, folder: string): Promise<PlacedPackage> {
  await makeFolder(folder)
  const files: PlacedPackage['files'] = []
  for (const name of (await readdir(bindingFolder)).toSorted()) {
    const target = join(folder, name)
    await copyFile(join(bindingFolder, name), target).catch((error: unknown) => {
      throw outputError(target, error)
    })
    files.push({ name, byteLength: (await stat(target)).size })
  }
  return { name: runtimePackage, version, from: bindingFolder, files }
}

function reportOf(
  folder: string,
  { version }: InstalledRuntime,
  { fetchedBytes, warnings = [] }: { readonly fetchedBytes: number; readonly warnings?: readonly string[] },
): CudaFetchReport {
  const { packages, system } = readManifest(folder, version)!
  const storedBytes = packages.flatMap(({ files }) => files).reduce((sum, { byteLength }) => sum + byteLength, 0)
  const placed = packages.map(({ name, version: ofPackage, from }) => ({ name, version: ofPackage, from }))
  return { runtime: version, folder, packages: placed, system, fetchedBytes, storedBytes, warnings: [...warnings] }
}

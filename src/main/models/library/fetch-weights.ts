import { rename, statfs } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { FetchReport } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import { copyInto } from '../../bytes/copy-into.ts'
import { makeFolder, outputError, writeOutputFile } from '../../bytes/output-file.ts'
import { hashError, judgeHash } from './check-hash.ts'
import { type DownloadTiming, downloadPart, forgetPart } from './download-part.ts'
import { partFile, partNoteFile, weightsFile } from './library-places.ts'
import { hashFile, PartFile, sizeOf } from './part-file.ts'
import { readLockEntry, writeLockEntry } from './weights-lock.ts'
import { type LibraryModel, type WeightsSource, weightsSource } from './weights-source.ts'

export interface FetchRequest {
  readonly model: LibraryModel
  /** the user's folder of models */
  readonly modelsFolder: string
  readonly endpoint: string
  /** a file that the user has, taken instead of a download */
  readonly file?: string | undefined
  /** take weights that are not the ones that had this name before */
  readonly acceptChange: boolean
}

export interface FetchContext {
  readonly signal: AbortSignal
  readonly onProgress: (progress: { readonly stage: string; readonly done: number; readonly total?: number }) => void
  /** ports for tests */
  readonly timing?: DownloadTiming
  readonly freeBytes?: (folder: string) => Promise<number>
}

/**
 * Brings the weights of a model into the library, or finds that they are there; the file gets its name only when it is
 * whole and its hash is the one of the card, or of the last time where the card knows none.
 * @throws EngineError `model-missing` without an address, `unreachable`, `not-found`, `not-permitted`, `disk-full`,
 *   `unreadable-file` for a wrong hash or size; AbortError. After a failure or cancel the next call goes on from what came.
 */
export async function fetchWeights(request: FetchRequest, context: FetchContext): Promise<FetchReport> {
  const { model, modelsFolder, file } = request
  const source = weightsSource(model, request.endpoint)
  if (source === undefined) throw noAddress(model)
  if (!URL.canParse(source.address)) {
    throw new EngineError(
      'invalid-input',
      `weights of ${model.id}: expected an address, got ${source.address}; see HF_ENDPOINT`,
    )
  }
  const path = weightsFile(modelsFolder, source)
  const job: Job = { ...request, ...context, source, path, lock: await readLockEntry(modelsFolder, source) }
  const taken = file === undefined ? ((await alreadyThere(job)) ?? (await download(job))) : await takeFile(job, file)
  if (job.lock?.sha256 !== taken.sha256) {
    const { sha256, byteLength } = taken
    const entry = { sha256, byteLength, address: source.address, recordedAt: new Date().toISOString() }
    await writeLockEntry(modelsFolder, source, entry)
  }
  return { model: model.id, path, from: file ?? source.address, ...taken }
}

type Job = FetchRequest &
  FetchContext & {
    readonly source: WeightsSource
    readonly path: string
    readonly lock: Awaited<ReturnType<typeof readLockEntry>>
  }
type Taken = Omit<FetchReport, 'model' | 'path' | 'from'>

/** The file of an earlier fetch, hashed again. */
async function alreadyThere(job: Job): Promise<Taken | undefined> {
  const byteLength = await sizeOf(job.path)
  if (byteLength === 0) return undefined
  const sha256 = await hashFile(job.path, hashing(job, byteLength))
  if (isAccepted(job, sha256)) return { sha256, byteLength, fetchedBytes: 0, warnings: [] }
  throw hashError(job.path, job.source, job.lock, sha256, `remove it with: models remove ${job.model.id}`)
}

async function download(job: Job): Promise<Taken> {
  const { source, path, signal, onProgress } = job
  const [partPath, noteFile] = [partFile(path), partNoteFile(path)]
  const there = await sizeOf(partPath)
  if (source.byteLength !== undefined) await checkRoom(job, source.byteLength - there)
  const part = await PartFile.open(partPath, hashing(job, there))
  let sha256: string
  let warnings: readonly string[] = []
  try {
    if (part.byteLength === 0 || part.byteLength !== source.byteLength) {
      warnings = await downloadPart(part, {
        ...{ address: source.address, place: source.fileName, noteFile, signal, timing: job.timing },
        isHashKnown: source.sha256 !== undefined || source.sha256Prefix !== undefined,
        onBytes: (done, total) => onProgress({ stage: 'fetching', done, ...(total === undefined ? {} : { total }) }),
        checkSize: (byteLength, done) => checkSize(job, byteLength, done),
      })
    }
    sha256 = await part.finish()
  } finally {
    await part.close()
  }
  const byteLength = part.byteLength
  if (source.byteLength !== undefined && source.byteLength !== byteLength) {
    await forgetPart(partPath, noteFile)
    throw sizeError(job, source.address, byteLength)
  }
  const verdict = judgeHash(source, job.lock, sha256)
  if (verdict === 'differs' || byteLength !== (await sizeOf(partPath))) {
    await forgetPart(partPath, noteFile)
    throw hashError(source.fileName, source, job.lock, sha256, 'what came is deleted, fetch it again')
  }
  if (!isAccepted(job, sha256)) throw changedError(job, sha256)
  await rename(partPath, path)
  await forgetPart(partPath, noteFile)
  return { sha256, byteLength, fetchedBytes: byteLength - there, warnings: [...warnings] }
}

/** A copy of a file that the user has. */
async function takeFile(job: Job, file: string): Promise<Taken> {
  const { path, source, signal, onProgress } = job
  const total = await sizeOf(file)
  if (total === 0) throw new EngineError('not-found', `weights ${file}: expected a file, got none or an empty one`)
  if (source.byteLength !== undefined && source.byteLength !== total) throw sizeError(job, file, total)
  await checkRoom(job, total)
  const sha256 = await writeOutputFile(
    path,
    async (copy) => {
      const onBytes = (done: number) => onProgress({ stage: 'copying', done, total })
      const found = await copyInto(copy, file, { signal, onBytes })
      const remedy = 'it is not the file that the card means'
      if (judgeHash(source, job.lock, found) === 'differs') throw hashError(file, source, job.lock, found, remedy)
      if (!isAccepted(job, found)) throw changedError(job, found)
      return found
    },
    { signal },
  )
  await forgetPart(partFile(path), partNoteFile(path))
  return { sha256, byteLength: total, fetchedBytes: total, warnings: [] }
}

function isAccepted({ source, lock, acceptChange }: Job, sha256: string): boolean {
  const verdict = judgeHash(source, lock, sha256)
  return verdict === 'fits' || (verdict === 'changed' && acceptChange)
}

function changedError({ source, lock, model }: Job, sha256: string): EngineError {
  return hashError(
    source.fileName,
    source,
    lock,
    sha256,
    `the weights have changed under the same name and would give other embeddings; to take the new ones, accept the change (models fetch ${model.id} --accept-change)`,
  )
}

async function checkSize(job: Job, byteLength: number, done: number): Promise<void> {
  const { source } = job
  if (source.byteLength !== undefined && source.byteLength !== byteLength) {
    throw sizeError(job, source.address, byteLength)
  }
  await checkRoom(job, byteLength - done)
}

function sizeError({ source, model }: Job, place: string, byteLength: number): EngineError {
  return new EngineError(
    'unreadable-file',
    `weights ${place}: expected ${source.byteLength} bytes as the card of ${model.id} says, got ${byteLength}; it is another file`,
  )
}

async function checkRoom({ path, freeBytes = freeBytesOf }: Job, needed: number): Promise<void> {
  const folder = dirname(path)
  await makeFolder(folder).catch((error: unknown) => {
    throw outputError(path, error)
  })
  const free = await freeBytes(folder)
  if (needed <= free) return
  throw new EngineError(
    'disk-full',
    `${path}: expected room for ${needed} bytes of ${basename(path)}, got ${free}; free space, or set GROUND_CONTROL_DATA to a folder on another disk`,
  )
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

function hashing({ signal, onProgress }: Job, total: number) {
  return { signal, onBytes: (done: number) => onProgress({ stage: 'checking what is there', done, total }) }
}

function noAddress({ id, weights }: LibraryModel): EngineError {
  return new EngineError(
    'model-missing',
    `model ${id}: expected an address of its weights, the card has none; ${weights.howToGet}`,
  )
}

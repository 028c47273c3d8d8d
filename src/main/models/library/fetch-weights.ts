import type { FetchReport } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import { copyInto } from '../../bytes/copy-into.ts'
import { writeOutputFile } from '../../bytes/output-file.ts'
import { checkRoom } from '../../downloads/check-room.ts'
import { forgetPart } from '../../downloads/download-part.ts'
import { type FetchContext, fetchFile, hashing, sizeError } from '../../downloads/fetch-file.ts'
import { hashFile, sizeOf } from '../../downloads/part-file.ts'
import { hashError, judgeHash } from './check-hash.ts'
import { weightsFile } from './library-places.ts'
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

/**
 * Brings the weights of a model into the library, or finds that they are there; the file gets its name only when it is
 * whole and its hash is the one of the card, or of the last time where the card knows none.
 * @throws EngineError `model-missing` without an address, `unreachable`, `not-found`, `not-permitted`, `disk-full`,
 *   `unreadable-file` for a wrong hash or size, `weights-changed`; AbortError. After a failure or cancel the next call goes on from what came.
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
  const { source, lock } = job
  const { hash, ...rest } = await fetchFile(
    {
      ...wantedFile(job),
      isHashKnown: source.sha256 !== undefined || source.sha256Prefix !== undefined,
      refusalOf: (sha256) => {
        const remedy = 'what came is deleted, fetch it again'
        if (judgeHash(source, lock, sha256) === 'differs') {
          return { error: hashError(source.fileName, source, lock, sha256, remedy), isKept: false }
        }
        return isAccepted(job, sha256) ? undefined : { error: changedError(job, sha256), isKept: true }
      },
    },
    job,
  )
  return { sha256: hash, ...rest, warnings: [...rest.warnings] }
}

function wantedFile({ source, path, model }: Job) {
  return {
    ...{ address: source.address, path, byteLength: source.byteLength, sizeFrom: `the card of ${model.id}` },
    words: { kind: 'weights', name: source.fileName, byHand: 'give it as the weights file' },
  }
}

/** A copy of a file that the user has. */
async function takeFile(job: Job, file: string): Promise<Taken> {
  const { path, source, signal, onProgress } = job
  const total = await sizeOf(file)
  if (total === 0) throw new EngineError('not-found', `weights ${file}: expected a file, got none or an empty one`)
  if (source.byteLength !== undefined && source.byteLength !== total) throw sizeError(wantedFile(job), file, total)
  await checkRoom(path, total, job.freeBytes)
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
  await forgetPart(path)
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
    'weights-changed',
  )
}

function noAddress({ id, weights }: LibraryModel): EngineError {
  return new EngineError(
    'model-missing',
    `model ${id}: expected an address of its weights, the card has none; ${weights.howToGet}`,
  )
}

import { EngineError, type EngineErrorCode } from '../../../shared/errors.ts'
import type { LockEntry } from './weights-lock.ts'
import type { WeightsSource } from './weights-source.ts'

/** `differs`: not the file that the card means; `changed`: nobody knows the right hash, but it was another one before. */
export type HashVerdict = 'fits' | 'differs' | 'changed'

export function judgeHash(
  { sha256: whole, sha256Prefix }: WeightsSource,
  lock: LockEntry | undefined,
  sha256: string,
): HashVerdict {
  if (whole !== undefined) return whole === sha256 ? 'fits' : 'differs'
  if (sha256Prefix !== undefined && !sha256.startsWith(sha256Prefix)) return 'differs'
  return lock === undefined || lock.sha256 === sha256 ? 'fits' : 'changed'
}

/** @param remedy what happened to the file and what to do */
export function hashError(
  place: string,
  source: WeightsSource,
  lock: LockEntry | undefined,
  sha256: string,
  remedy: string,
  code: EngineErrorCode = 'unreadable-file',
): EngineError {
  const published =
    source.sha256 ?? (source.sha256Prefix === undefined ? undefined : `that begins with ${source.sha256Prefix}`)
  const expected =
    published === undefined || judgeHash(source, lock, sha256) === 'changed'
      ? `sha256 ${lock?.sha256} as on ${lock?.recordedAt.slice(0, 10)}`
      : `sha256 ${published}`
  return new EngineError(code, `weights ${place}: expected ${expected}, got ${sha256}; ${remedy}`)
}

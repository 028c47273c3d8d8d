import { isOutOfMemory } from './batch-runner.ts'

/** A larger batch has to be faster by this factor to be worth its memory. */
const worthwhile = 1.05

export interface BatchTrial {
  /** ascending */
  readonly candidates: readonly number[]
  /** no batch is tried that would probably go beyond */
  readonly budgetMs: number
  /** runs one batch of so many fragments */
  readonly run: (count: number) => Promise<void>
  readonly nowMs?: () => number
}

/**
 * The smallest batch size that is about as fast, per fragment, as any other tried.
 * Sizes that the device has no memory for end the trial; the first candidate is the answer when nothing else could be tried.
 */
export async function chooseBatch({
  candidates,
  budgetMs,
  run,
  nowMs = () => performance.now(),
}: BatchTrial): Promise<number> {
  const startedMs = nowMs()
  let chosen = candidates[0]!
  let chosenMs = Number.POSITIVE_INFINITY
  let lastMs = 0
  for (const count of candidates) {
    if (nowMs() - startedMs + lastMs * count > budgetMs) break
    const beforeMs = nowMs()
    try {
      await run(count)
    } catch (error) {
      if (isOutOfMemory(error)) break
      throw error
    }
    lastMs = (nowMs() - beforeMs) / count
    if (lastMs * worthwhile < chosenMs) {
      chosen = count
      chosenMs = lastMs
    }
  }
  return chosen
}

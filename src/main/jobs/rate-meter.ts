/** Seconds after which an old rate has lost two thirds of its weight. */
const MEMORY_SECONDS = 5
/** Progress closer together than this is taken together: shorter intervals give noise, not a rate. */
const MIN_INTERVAL_MS = 250

export interface RateMeter {
  /** Smoothed units per second after `done` units at `nowMs`; undefined until it can be told. */
  update(done: number, nowMs: number): number | undefined
}

/** Exponentially smoothed rate of a counter that starts at 0 at `startMs`. */
export function createRateMeter(startMs: number): RateMeter {
  let lastMs = startMs
  let lastDone = 0
  let rate: number | undefined
  return {
    update(done, nowMs) {
      const elapsedMs = nowMs - lastMs
      if (elapsedMs < MIN_INTERVAL_MS) return rate
      const seconds = elapsedMs / 1000
      const recent = Math.max(0, done - lastDone) / seconds
      const keep = rate === undefined ? 0 : Math.exp(-seconds / MEMORY_SECONDS)
      rate = (rate ?? 0) * keep + recent * (1 - keep)
      lastMs = nowMs
      lastDone = done
      return rate
    },
  }
}

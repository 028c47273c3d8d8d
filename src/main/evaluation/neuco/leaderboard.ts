// The leaderboard of NeuCo-Bench: ranks first, then their sum weighted by how much the scores of a task differ.

/** One method's Q of every task. */
export interface LeaderboardRun {
  readonly experiment: string
  readonly q: Readonly<Record<string, number | null>>
}

export interface LeaderboardRow {
  readonly experiment: string
  readonly meanScore: number
  /** lower is better; NaN when all runs are alike */
  readonly weightedScore: number
  readonly rank: number
}

/**
 * Best first. Runs without a number for a task are left out, as in the original.
 * @param runs at least one
 */
export function leaderboard(runs: readonly LeaderboardRun[]): LeaderboardRow[] {
  const tasks = [...new Set(runs.flatMap(({ q }) => Object.keys(q)))]
  const complete = runs.filter(({ q }) => tasks.every((task) => typeof q[task] === 'number'))
  const columns = tasks.map((task) => complete.map(({ q }) => q[task]!))
  const weights = weightsOf(columns, complete.length)
  const ranks = columns.map((column) => ranksOf(column.map((score) => -score)))
  const weighted = complete.map((_, run) => ranks.reduce((sum, column, task) => sum + column[run]! * weights[task]!, 0))
  const places = ranksOf(weighted)
  return complete
    .map(({ experiment }, run) => ({
      experiment,
      meanScore: columns.reduce((sum, column) => sum + column[run]!, 0) / tasks.length,
      weightedScore: weighted[run]!,
      rank: places[run]!,
    }))
    .sort((a, b) => a.weightedScore - b.weightedScore)
}

/** Deviation of each task over the runs, as shares of their sum; equal ones for a single run. */
function weightsOf(columns: readonly number[][], runCount: number): number[] {
  if (runCount < 2) return columns.map(() => 1 / columns.length)
  const deviations = columns.map((column) => {
    const mean = column.reduce((sum, score) => sum + score, 0) / runCount
    return Math.sqrt(column.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (runCount - 1))
  })
  const total = deviations.reduce((sum, deviation) => sum + deviation, 0)
  return deviations.map((deviation) => deviation / total)
}

/** 1 for the lowest; equal values share the lowest rank of theirs. */
function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => 1 + values.filter((other) => other < value).length)
}

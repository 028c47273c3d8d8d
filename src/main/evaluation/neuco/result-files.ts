// Result files as NeuCo-Bench writes them, its spelling included, so that its own leaderboard reads ours.

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NeucoReport } from '../../../shared/contract.ts'
import { writeOutputFile } from '../../bytes/output-file.ts'
import { type LeaderboardRow, type LeaderboardRun, leaderboard } from './leaderboard.ts'

/**
 * Writes `<folder>/<phase>/<method>_<time>/` and the leaderboard of the phase.
 * @returns paths of the files
 */
export async function writeNeucoResults(
  report: NeucoReport,
  folder: string,
  phase: string,
  signal: AbortSignal,
): Promise<string[]> {
  const time = timeText(new Date())
  const experiment = `${report.method}_${time}`
  const place = join(folder, phase, experiment)
  const files: string[] = []
  const write = async (path: string, text: string) => {
    await writeOutputFile(path, (file) => file.writeFile(text), { signal })
    files.push(path)
  }
  for (const task of report.tasks) {
    await write(join(place, task.task, `${task.task}_result.json`), taskText(task, report))
  }
  await write(join(place, 'results_summary.json'), summaryText(report, experiment))
  const rows = leaderboard(await readRuns(join(folder, phase)))
  await write(join(folder, 'leaderboards', phase, `leaderboard_${time}.csv`), leaderboardText(rows))
  return files
}

/** Local time as `20260131_235959` */
function timeText(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`
  return `${day}_${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`
}

function taskText({ q, mean, std, scores }: NeucoReport['tasks'][number], { settings }: NeucoReport): string {
  const hyperparamaters = {
    epochs: settings.epochs,
    learning_rate: settings.learningRate,
    batch_size: settings.batchSize,
  }
  return JSON.stringify({ q_stat: q, mean_score: mean, std_dev: std, hyperparamaters, q_t: scores }, undefined, 2)
}

function summaryText({ overallQ, overallScore, tasks, settings }: NeucoReport, experiment: string): string {
  const summary = {
    experiment,
    overall_q_score: overallQ,
    overall_acc_score: overallScore,
    task_q_scores: Object.fromEntries(tasks.map(({ task, q }) => [task, q])),
    task_acc_scores: Object.fromEntries(tasks.map(({ task, mean }) => [task, mean])),
    config: {
      k_folds: settings.splits,
      probe_type: 'linear',
      probe_params: {
        batch_size: settings.batchSize,
        epochs: settings.epochs,
        learning_rate: settings.learningRate,
      },
      standardize_embeddings: settings.standardise,
      normalize_labels: settings.scaleLabels,
    },
  }
  return JSON.stringify(summary, undefined, 2)
}

/** What earlier evaluations of the phase, ours or the original's, left behind. */
async function readRuns(folder: string): Promise<LeaderboardRun[]> {
  const runs: LeaderboardRun[] = []
  for (const name of (await readdir(folder)).sort()) {
    const text = await readFile(join(folder, name, 'results_summary.json'), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    // the original writes NaN, which JSON does not know
    const summary = JSON.parse(text.replaceAll(/\bNaN\b/g, 'null')) as Record<string, unknown>
    runs.push({ experiment: String(summary['experiment']), q: (summary['task_q_scores'] ?? {}) as LeaderboardRun['q'] })
  }
  return runs
}

function leaderboardText(rows: readonly LeaderboardRow[]): string {
  const lines = rows.map((row) => [row.experiment, row.meanScore, row.weightedScore, row.rank].join(','))
  return `${['experiment,mean_score,weighted_score,aggregated_rank', ...lines].join('\n')}\n`
}

// `evaluate`, `compare` and `change` as a user runs them: the built program in a process of its own.

import { spawnSync } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { changeReport, compareReport, neucoReport, probeReport } from '../../../shared/contract.ts'
import { projectRoot } from '../../entries.ts'
import { writeSeededCase } from '../../evaluation/neuco/seeded-case.ts'
import { writeTestSet } from '../../store/test-set.ts'

const program = join(projectRoot(), 'dist/main/cli.js')
const sample = join(projectRoot(), 'sample')
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evaluation-'))
  await writeSeededCase(folder, { samples: 60, dimensions: 6, seed: 1 })
  const places = Array.from({ length: 6 }, (_, i) => [40 + i, 5] as const)
  await writeTestSet(join(folder, 'set.parquet'), { places })
})
afterAll(() => rm(folder, { recursive: true }))

function run(...words: string[]) {
  const env = { ...process.env, GROUND_CONTROL_DATA: join(folder, 'data') }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

it('evaluate neuco prints a document, writes result files, and says what is optimistic', async () => {
  const words = ['evaluate', 'neuco', '--submission', 'submission.csv', '--labels', 'labels', '--splits', '4']
  const { status, stdout } = run(...words, '--json', '--out', 'results')
  expect(status).toBe(0)
  const report = neucoReport.parse(JSON.parse(stdout))
  expect(report.tasks.map(({ task }) => task)).toEqual(['biomass', 'clouds', 'heat', 'ships'])
  expect(
    JSON.parse(await readFile(report.files.find((file) => file.endsWith('results_summary.json'))!, 'utf8')),
  ).toMatchObject({
    overall_q_score: report.overallQ,
  })
  const text = run(...words)
  expect(text.stdout).toContain('chosen on the samples that it is judged by, as the benchmark does (optimistic)')
  expect(text.stderr).toContain('warning: task ships: 20 rows without a label')
}, 60_000)

it('evaluate probe tells the planted pivots of the sample planet, and blocks them by distance', async () => {
  const table = join(folder, 'truth.parquet')
  await copyFile(join(sample, 'truth.parquet'), table)
  const words = ['evaluate', 'probe', 'sample-planet', '--labels', table, '--label', 'objects', '--task', 'labels']
  const { status, stdout } = run(...words, '--split', 'blocked', '--block-km', '500', '--folds', '2', '--json')
  expect(status).toBe(0)
  const { scores, split } = probeReport.parse(JSON.parse(stdout))
  expect(split).toBe('blocked')
  if (scores.kind !== 'labels') throw new Error('expected labels')
  expect(scores.perLabel.find(({ name }) => name === 'pivot')!.f1).toBeGreaterThan(0.9)
}, 120_000)

it('compare prints what two sets have in common and writes the overlap of every place', async () => {
  const { status, stdout } = run(
    'compare',
    'set.parquet',
    'set.parquet',
    '--k',
    '5',
    '--json',
    '--per-place',
    'places.csv',
  )
  expect(status).toBe(0)
  expect(compareReport.parse(JSON.parse(stdout))).toMatchObject({ joined: 54, overlap: 1, mutualPairs: 1 })
  const lines = (await readFile(join(folder, 'places.csv'), 'utf8')).trimEnd().split('\n')
  expect(lines[0]).toBe('row_a,row_b,grid_cell,lat,lon,overlap')
  expect(lines).toHaveLength(55)
})

it('change finds the burn scars of the sample planet and writes every step', async () => {
  const truth = ['--truth', join(sample, 'truth.parquet'), '--label', 'objects', '--change-label', 'burn']
  const { status, stdout } = run('change', 'sample-planet', ...truth, '--limit', '5', '--json', '--out', 'steps.csv')
  expect(status).toBe(0)
  const report = changeReport.parse(JSON.parse(stdout))
  expect(report.steps).toHaveLength(5)
  expect(report.truth!.recall).toBe(1)
  expect((await readFile(join(folder, 'steps.csv'), 'utf8')).trimEnd().split('\n')).toHaveLength(1876)
}, 60_000)

it('one sentence says what is wrong', () => {
  const failures = [
    [['evaluate', 'probe', 'set.parquet', '--label', 'biome'], 1, /^error: .*biome/m],
    [
      ['evaluate', 'neuco', '--submission', 'absent.csv', '--labels', 'labels'],
      1,
      /^error: .*absent\.csv: expected a file or folder/m,
    ],
    [['change', 'set.parquet'], 1, /^error: set\.parquet: expected fragments on two dates or more/m],
    [['change', 'set.parquet', '--truth', 'x.csv'], 2, /expected --truth and --change-label together/],
    [['compare', 'set.parquet'], 2, /missing required argument 'b'/],
  ] as const
  for (const [words, code, sentence] of failures) {
    const { status, stdout, stderr } = run(...words)
    expect({ status, stdout }).toEqual({ status: code, stdout: '' })
    expect(stderr).toMatch(sentence)
  }
}, 60_000)

// `npm test`: types, lint, unit tests, build, end-to-end tests; a line for each stage and, last, the sum.
// `--long` runs the long ones of both kinds instead (files named *.long.test.ts and e2e/long).

import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const results = join(root, '.cache', 'test')
const isLong = process.argv.includes('--long')

const bin = (path) => [process.execPath, join(root, 'node_modules', path)]
const typesCommand = [...bin('typescript/bin/tsc'), '--build']
const lintCommand = [...bin('@biomejs/biome/bin/biome'), 'check', '.']
const buildCommand = [process.execPath, join(root, 'scripts/build.mjs'), '--if-stale']
const unitCommand = [
  ...bin('vitest/vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${join(results, 'unit.json')}`,
]
const e2eCommand = [...bin('playwright/cli.js'), 'test', '--reporter=list,json']

/** Counts of Vitest's JSON report. */
function vitestCounts(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles(report),
    skipped: report.numPendingTests + report.numTodoTests,
    flaky: 0,
  }
}

/** Test files that failed before any of their tests ran. */
function brokenFiles(report) {
  return report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
}

/** Counts of Playwright's JSON report. A flaky test passed only when tried again: something to look into, also where it is the machine. */
function playwrightCounts(report) {
  const { expected, unexpected, flaky, skipped } = report.stats
  return { passed: expected, failed: unexpected + report.errors.length, skipped, flaky }
}

const nothing = { passed: 0, failed: 0, skipped: 0, flaky: 0 }

/** @returns the counts of the stage; one failure when it did not run to its end or failed without a failed test */
function runStage({ name, command, report, count, env }) {
  console.log(`\n== ${name}`)
  const started = Date.now()
  const reportPath = report === undefined ? undefined : join(results, report)
  if (reportPath !== undefined) rmSync(reportPath, { force: true })
  const [program, ...args] = command
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  let counts = nothing
  try {
    if (reportPath !== undefined) counts = count(JSON.parse(readFileSync(reportPath, 'utf8')))
  } catch {
    counts = { ...nothing, failed: 1 }
  }
  if (status !== 0 && counts.failed === 0) counts = { ...counts, failed: 1 }
  return { name, counts, seconds: (Date.now() - started) / 1000 }
}

function countsLine({ passed, failed, skipped, flaky }) {
  const rest = [skipped > 0 ? `, ${skipped} skipped` : '', flaky > 0 ? `, ${flaky} flaky` : '']
  return `${passed} passed, ${failed} failed${rest.join('')}`
}

const longEnv = isLong ? { GROUND_CONTROL_LONG: '1' } : {}
const e2eEnv = { ...longEnv, PLAYWRIGHT_JSON_OUTPUT_FILE: join(results, 'e2e.json') }
const stages = [
  { name: 'types', command: typesCommand, isShort: true },
  { name: 'lint', command: lintCommand, isShort: true },
  { name: 'build', command: buildCommand },
  { name: 'unit tests', command: unitCommand, report: 'unit.json', count: vitestCounts, env: longEnv },
  { name: 'end-to-end tests', command: e2eCommand, report: 'e2e.json', count: playwrightCounts, env: e2eEnv },
]

mkdirSync(results, { recursive: true })
const outcomes = stages.filter((stage) => !(isLong && stage.isShort)).map(runStage)

console.log('\n== summary')
for (const { name, counts, seconds } of outcomes) {
  const hasTests = counts.passed + counts.skipped + counts.flaky > 0
  const outcome = hasTests ? countsLine(counts) : counts.failed === 0 ? 'ok' : 'failed'
  console.log(`${name.padEnd(18)} ${outcome} (${seconds.toFixed(1)} s)`)
}
const total = outcomes.reduce(
  (sum, { counts }) => ({
    passed: sum.passed + counts.passed,
    failed: sum.failed + counts.failed,
    skipped: sum.skipped + counts.skipped,
    flaky: sum.flaky + counts.flaky,
  }),
  nothing,
)
console.log(countsLine(total))
process.exit(total.failed === 0 ? 0 : 1)

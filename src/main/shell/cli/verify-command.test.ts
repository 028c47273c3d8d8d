// `models verify` as a user runs it: the built program in a process of its own, the network in another.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyReport } from '../../../shared/contract.ts'
import { projectRoot } from '../../entries.ts'
import { writeSampleCore } from '../../sample/imagery-files.ts'
import { imageSize, plants, publishWithFault, writeTestModel } from '../../verification/planted.ts'

const program = join(projectRoot(), 'dist/main/cli.js')
let folder = ''
let files: { part: string; model: string; published: string }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verify-command-'))
  const part = join(folder, 'core.parquet')
  await writeSampleCore({ gridCells: ['433U_629L', '100U_200R'], path: part, sizePx: imageSize })
  const model = await writeTestModel(join(folder, 'model'), 1)
  const published = await publishWithFault(join(folder, 'published'), part, plants['a vertical flip']!, 1)
  files = { part, model, published }
})
afterAll(() => rm(folder, { recursive: true }))

function verify(...more: string[]) {
  const { part, model, published } = files
  const settings = ['--unit', 'reflectance-1e4', '--radiometric-offset', '0', '--device', 'cpu']
  const words = ['models', 'verify', model, '--published', published, '--images', part, ...settings, ...more]
  const env = { ...process.env, GROUND_CONTROL_DATA: join(folder, 'data') }
  return spawnSync(process.execPath, [program, ...words], { cwd: folder, env, encoding: 'utf8' })
}

it('prints a document with the verdict and draws the distributions', async () => {
  const { status, stdout, stderr } = verify('--json', '--plot', 'cosines.svg')
  expect({ status, stderr: stderr.match(/error/i) }).toEqual({ status: 0, stderr: null })
  const report = verifyReport.parse(JSON.parse(stdout))
  expect(report.verdict.best).toBe('recipe intended, flipped vertically')
  expect(report).toMatchObject({ fragments: 18, provider: 'cpu', cells: { compared: 2 } })
  const picture = await readFile(join(folder, 'cosines.svg'), 'utf8')
  expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*<\/svg>\n$/s)
  for (const { name } of report.hypotheses) expect(picture).toContain(`${name}: mean `)
}, 120_000)

it('prints a table with a histogram for each hypothesis, and the sentence last', () => {
  const { status, stdout } = verify('--cells', '1')
  expect(status).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  const table = lines.filter((line) => /^( +[\d.-]+){5} {2}\[.{18}\] {2}recipe /.test(line))
  expect(table.length).toBeGreaterThanOrEqual(10)
  expect(table[0]).toMatch(/1\.000000 .* {17}█\] {2}recipe intended, flipped vertically$/)
  expect(lines.at(-1)).toMatch(/^published\.parquet fits recipe intended, flipped vertically: mean cosine 1\.0/)
}, 120_000)

it('wants a picture that ends in .svg, before anything is done', () => {
  const { status, stderr } = verify('--plot', 'cosines.png')
  expect(status).toBe(2)
  expect(stderr).toContain('expected a file that ends in .svg, got "cosines.png"')
  expect(existsSync(join(folder, 'cosines.png'))).toBe(false)
})

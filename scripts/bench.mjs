// `npm run bench`: every benchmark of bench/ one after the other, with what is at hand, on a fresh build.
// `npm run bench -- NAME [ARGUMENT...]`: one of them; `npm run bench -- --list`: their names.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSides } from './build.mjs'
import { importTypeScript } from './run-ts.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = join(root, 'bench')
const names = readdirSync(folder).flatMap((file) => /^([a-z-]+)\.ts$/.exec(file)?.[1] ?? [])
const [, , name, ...rest] = process.argv

/** Where a benchmark takes long or much memory by itself, the arguments of the full run. */
const shorter = { embed: ['--models', 'dinov2-small', '--seconds', '2', '--cells', '1'] }

if (name === undefined) await runAll()
else if (names.includes(name)) await runOne(name)
else list(name === '--list' ? undefined : name)

/** Each in a process of its own: what one leaves in memory must not slow the next one down. */
async function runAll() {
  await buildSides(['main'], { onlyStale: true })
  const failed = names.filter((each) => {
    console.log(`\n== ${each}: ${firstLine(each)}\n`)
    const words = [fileURLToPath(import.meta.url), each, ...(shorter[each] ?? [])]
    const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' })
    return status !== 0
  })
  console.log(`\n${names.length - failed.length} of ${names.length} benchmarks ran`)
  if (failed.length > 0) console.error(`bench: failed: ${failed.join(', ')}`)
  process.exitCode = failed.length > 0 ? 1 : 0
}

async function runOne(each) {
  await buildSides(['main'], { onlyStale: true })
  process.argv = [process.argv[0], join(folder, `${each}.ts`), ...rest]
  await importTypeScript(process.argv[1])
}

function list(wrong) {
  if (wrong !== undefined) console.error(`bench: expected one of these names, got ${wrong}`)
  for (const each of names) console.log(`  ${each.padEnd(18)} ${firstLine(each)}`)
  process.exitCode = wrong === undefined ? 0 : 2
}

function firstLine(each) {
  return readFileSync(join(folder, `${each}.ts`), 'utf8')
    .split('\n')[0]
    .replace(/^\/\/ ?/, '')
}

// `npm run bench -- NAME [ARGUMENT...]`: one benchmark of bench/ on a fresh build; without a name the list of them.

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSides } from './build.mjs'
import { importTypeScript } from './run-ts.mjs'

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bench')
const names = readdirSync(folder).flatMap((file) => /^([a-z-]+)\.ts$/.exec(file)?.[1] ?? [])
const [, , name, ...rest] = process.argv

if (name === undefined || !names.includes(name)) {
  const firstLine = (file) =>
    readFileSync(join(folder, `${file}.ts`), 'utf8')
      .split('\n')[0]
      .replace(/^\/\/ ?/, '')
  console.error(`bench: expected one of these names, got ${name ?? 'none'}`)
  for (const each of names) console.error(`  ${each.padEnd(18)} ${firstLine(each)}`)
  process.exit(2)
}
await buildSides(['main'], { onlyStale: true })
process.argv = [process.argv[0], join(folder, `${name}.ts`), ...rest]
await importTypeScript(process.argv[1])

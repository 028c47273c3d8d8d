// `npm run -s cli -- COMMAND`: builds the engine first when its sources changed, then hands over. stdout belongs to the command.

import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { packagesAreCurrent } from './bootstrap.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

if (!packagesAreCurrent()) {
  console.error(
    'node_modules: expected the packages of package-lock.json, got others or none; run "npm ci" or "npm start" first',
  )
  process.exit(1)
}
const { buildSides } = await import('./build.mjs')
const write = process.stdout.write.bind(process.stdout)
process.stdout.write = process.stderr.write.bind(process.stderr)
await buildSides(['main'], { onlyStale: true })
process.stdout.write = write

const program = join(root, 'dist/main/cli.js')
process.argv.splice(1, 1, program)
await import(pathToFileURL(program).href)

// Runs a TypeScript file of the checkout in plain Node: `node scripts/run-ts.mjs FILE [ARGUMENT...]`. Node 20 strips no types.

import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

/** Imports a TypeScript module with everything it imports; its packages stay packages. */
export async function importTypeScript(path) {
  const { module } = await runnerImport(resolve(path), { configFile: false, logLevel: 'error' })
  return module
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , file, ...rest] = process.argv
  if (file === undefined) {
    console.error('run-ts: expected a TypeScript file, got none')
    process.exit(2)
  }
  process.argv = [process.argv[0], resolve(file), ...rest]
  await importTypeScript(file)
}

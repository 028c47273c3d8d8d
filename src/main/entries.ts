import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Files that start a thread or process of their own; `scripts/build.mjs` builds one bundle for each into dist/main. */
export type EntryName =
  | 'set-worker'
  | 'scan-worker'
  | 'task-worker'
  | 'pipeline-process'
  | 'sample-worker'
  | 'evaluation-worker'
  | 'fold-worker'

/**
 * Path of a built entry: beside this bundle when running from dist, in the checkout's dist/main when running from source (tests).
 */
export function entryPath(name: EntryName): string {
  return builtFile(`${name}.js`)
}

/** Path of a file that the build puts into dist/main, found like an entry. */
export function builtFile(name: string): string {
  const beside = join(dirname(fileURLToPath(import.meta.url)), name)
  return existsSync(beside) ? beside : join(projectRoot(), 'dist', 'main', name)
}

/** The folder that holds package.json, models/ and sample/ (inside the archive in the installed application). */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('package.json: expected above the application, got none')
    folder = parent
  }
  return folder
}

// Which Chromium the tests use. Plain JavaScript, because the bootstrap asks before anything is installed.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const usualPlaces = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
}

/**
 * A Chromium of this machine: CHROMIUM_PATH, one on the PATH, one in its usual place; else undefined (Playwright's own is used).
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
export function installedChromium(env = process.env) {
  if (env.CHROMIUM_PATH) return env.CHROMIUM_PATH
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const onPath = names.flatMap((name) => (env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
  return [...onPath, ...(usualPlaces[process.platform] ?? [])].find((path) => existsSync(path))
}

/**
 * Whether the program starts: a snap's stub or a package without its libraries does not.
 * @param {string | undefined} path
 */
export function chromiumThatRuns(path) {
  if (path === undefined || !existsSync(path)) return false
  // on Windows the program has no console output; being there is all that can be asked cheaply
  if (process.platform === 'win32') return true
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 30_000 })
  return status === 0 && /Chrom/.test(stdout)
}

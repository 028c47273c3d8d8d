// `npm start`: builds what is stale and opens the Electron window, or the same application in the browser where Electron cannot run.

import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSides, isStale } from './build.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const electronFolder = join(root, 'node_modules', 'electron')
/** a window that closes sooner never opened */
const earlyExitMs = 8_000

/** Path of the Electron program; never through `require('electron')`, which would download it. */
function electronProgram() {
  const pathFile = join(electronFolder, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const program = join(electronFolder, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(program) ? program : undefined
}

/** Why the Electron window cannot open, or undefined when it can be tried. */
function whyNotElectron() {
  if (process.env.GROUND_CONTROL_DOOR === 'browser') return 'GROUND_CONTROL_DOOR=browser asks for the browser'
  if (electronProgram() === undefined) {
    return 'the Electron program could not be fetched (delete .cache/electron-attempt to try again)'
  }
  if (process.platform !== 'linux') return undefined
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'this machine has no display'
  return process.getuid?.() === 0 ? 'Electron does not run as root' : undefined
}

function run(command, args) {
  return new Promise((resolve) => {
    const started = Date.now()
    const child = spawn(command, args, { cwd: process.cwd(), stdio: 'inherit' })
    // the child is in the same group and gets Ctrl+C itself; this process stays until it has ended
    const stay = () => {}
    process.on('SIGINT', stay)
    process.on('SIGTERM', () => child.kill('SIGTERM'))
    child.once('error', (error) => resolve({ code: 1, problem: error.message, ranMs: Date.now() - started }))
    child.once('exit', (code, signal) => {
      process.off('SIGINT', stay)
      const problem = code === 0 ? undefined : `it ended with ${signal ?? `code ${code}`}`
      resolve({ code: code ?? 1, problem, ranMs: Date.now() - started })
    })
  })
}

async function openInBrowser(why, args) {
  console.error(`The window opens in your browser instead of Electron: ${why}.`)
  const { code } = await run(process.execPath, [join(root, 'dist/main/cli.js'), 'serve', ...args])
  process.exit(code)
}

if (['main', 'preload', 'renderer'].some(isStale)) console.error('Building the application (some seconds)')
await buildSides(undefined, { onlyStale: true })
const args = process.argv.slice(2)
const why = whyNotElectron()
if (why !== undefined) await openInBrowser(why, args)
const { code, problem, ranMs } = await run(electronProgram(), [root, ...args])
if (problem !== undefined && ranMs < earlyExitMs) await openInBrowser(`Electron did not start (${problem})`, args)
process.exit(code)

// Makes a fresh checkout ready: `node scripts/bootstrap.mjs start|test|packages`. Uses nothing but Node, because nothing is installed yet.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromiumThatRuns, installedChromium } from './chromium.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const minute = 60_000

function say(line) {
  console.error(`[set-up] ${line}`)
}

function fail(sentence) {
  say(sentence)
  process.exit(1)
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(
    `Node: expected version 20.19 or newer, got ${process.versions.node}; install a current one from https://nodejs.org`,
  )
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Whether node_modules holds exactly what package-lock.json asks for, told from npm's own record of its last install. */
export function packagesAreCurrent(folder = root) {
  const wanted = readJson(join(folder, 'package-lock.json'))?.packages
  const present = readJson(join(folder, 'node_modules', '.package-lock.json'))?.packages
  if (wanted === undefined || present === undefined) return false
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const installed = present[path]
    // packages for other platforms are optional and absent
    return installed === undefined ? entry.optional === true : installed.version === entry.version
  })
}

/** npm's own program when npm started this script, else `npm` on the PATH. */
function npmCommand() {
  const program = process.env.npm_execpath
  return program?.endsWith('.js') ? [process.execPath, [program]] : ['npm', []]
}

function installPackages() {
  if (packagesAreCurrent()) return
  say('Installing the packages of package-lock.json (half a minute with a warm cache)')
  const [command, args] = npmCommand()
  // No package of ours needs its install script, and two of them download large files there (the CUDA libraries of onnxruntime-node);
  // npm 11 reads `allowScripts` of package.json, npm 10 needs the option.
  const result = spawnSync(
    command,
    [...args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', ELECTRON_SKIP_BINARY_DOWNLOAD: '1' },
      shell: process.platform === 'win32' && command === 'npm',
    },
  )
  if (result.status !== 0)
    fail('npm ci: expected all packages to install, got the errors above; check the network and run it again')
}

/** Tries once per Electron version to fetch its binary; start.mjs says what happens where there is none. */
function fetchElectron() {
  const folder = join(root, 'node_modules', 'electron')
  const version = readJson(join(folder, 'package.json'))?.version
  const attempt = join(root, '.cache', 'electron-attempt')
  const isPresent = existsSync(join(folder, 'dist', 'version'))
  const isTried = existsSync(attempt) && readFileSync(attempt, 'utf8') === version
  if (isPresent || isTried || process.env.GROUND_CONTROL_DOOR === 'browser') return
  say(`Fetching Electron ${version} (about 110 MB, once)`)
  const result = spawnSync(process.execPath, [join(folder, 'install.js')], {
    cwd: root,
    stdio: 'ignore',
    timeout: 4 * minute,
  })
  mkdirSync(dirname(attempt), { recursive: true })
  if (result.status !== 0) writeFileSync(attempt, version ?? '')
}

/** A Chromium for the end-to-end tests: the one installed, else Playwright's own, else Debian's package when root. */
function provideChromium() {
  const installed = installedChromium()
  if (installed !== undefined && chromiumThatRuns(installed)) return
  say('Fetching a Chromium for the tests (once)')
  const playwright = join(root, 'node_modules', 'playwright', 'cli.js')
  const own = spawnSync(process.execPath, [playwright, 'install', 'chromium'], {
    cwd: root,
    stdio: 'ignore',
    timeout: 5 * minute,
  })
  if (own.status === 0 && chromiumThatRuns(playwrightChromium())) return
  if (isDebianRoot() && installDebianPackages(['chromium', 'libgl1-mesa-dri']) && chromiumThatRuns(installedChromium()))
    return
  fail(
    'Chromium: expected one for the end-to-end tests, got none; install chromium or google-chrome, or set CHROMIUM_PATH',
  )
}

function playwrightChromium() {
  const script = "import('playwright').then(({ chromium }) => console.log(chromium.executablePath()))"
  const result = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' })
  return result.stdout.trim() || undefined
}

const isDebianRoot = () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

/** @returns whether apt-get installed them all */
export function installDebianPackages(names) {
  say(`Installing ${names.join(', ')} with apt-get`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { stdio: ['ignore', 'ignore', 'inherit'], env, timeout: 10 * minute }
  const install = () =>
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], options).status === 0
  if (install()) return true
  spawnSync('apt-get', ['update', '-qq'], options)
  return install()
}

/** Chromium draws the globe with Mesa's software GL where there is no graphics card. */
function provideSoftwareGl() {
  if (!isDebianRoot() || existsSync('/dev/dri')) return
  const listed = spawnSync('dpkg', ['-s', 'libgl1-mesa-dri'], { stdio: 'ignore' })
  if (listed.status !== 0) installDebianPackages(['libgl1-mesa-dri'])
}

function bootstrap(purpose) {
  checkNode()
  installPackages()
  if (purpose === 'start') fetchElectron()
  if (purpose === 'test') {
    provideChromium()
    provideSoftwareGl()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) bootstrap(process.argv[2] ?? 'packages')

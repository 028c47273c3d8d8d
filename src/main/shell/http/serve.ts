// `ground-control serve`: the engine behind the loopback door until Ctrl+C.

import { realpathSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { EngineError } from '../../../shared/errors.ts'
import { createEngine } from '../../engine.ts'
import {
  applicationVersion,
  packageMirror,
  pageFolder,
  resourcesDir,
  userDataDir,
  weightsEndpoint,
} from '../surroundings.ts'
import { openHttpDoor } from './http-door.ts'
import { openBrowser } from './open-browser.ts'

export interface ServeOptions {
  readonly port: number
  readonly open: boolean
  /** what the page may list and open by path, as the user typed them */
  readonly folders: readonly string[]
}

/**
 * Serves until `signal` aborts.
 * @param say one line for the terminal
 * @throws EngineError when a folder does not exist or the port is taken
 */
export async function serve(options: ServeOptions, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  const folders = options.folders.map(readableFolder)
  const host = createEngine({
    door: 'browser',
    version: applicationVersion(),
    userDataDir: userDataDir(),
    resourcesDir: resourcesDir(),
    weightsEndpoint: weightsEndpoint(),
    packageMirror: packageMirror(),
    folders,
  })
  try {
    const door = await openHttpDoor(host, { pageFolder: pageFolder(), port: options.port })
    say(`Ground Control is at ${door.url}`)
    say('Whoever has this address can use the application; it answers on this machine only. Ctrl+C ends it.')
    for (const folder of folders) say(`The page may list and open everything in ${folder}`)
    if (options.open) await tryToOpen(door.url, say)
    await aborted(signal)
    const running = (await host.engine.jobs({})).filter((job) => job.state === 'running')
    if (running.length > 0)
      say(`Ending ${running.map((job) => `"${job.title}"`).join(', ')}; Ctrl+C again ends at once`)
    await door.close()
  } finally {
    await host.dispose()
  }
}

async function tryToOpen(url: string, say: (line: string) => void): Promise<void> {
  const problem = await openBrowser(url)
  if (problem !== undefined) say(`The browser could not be opened: ${problem}; open the address yourself`)
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function readableFolder(folder: string): string {
  const path = resolve(folder)
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new EngineError('not-found', `folder ${path}: expected a folder, got ${describe(path)}; name an existing one`)
  }
  return realpathSync(path)
}

function describe(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? 'nothing' : 'a file'
}

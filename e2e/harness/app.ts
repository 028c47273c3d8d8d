// The application behind either door: `test` gives every spec an `app`, and the Playwright project says which door it is.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type Browser, test as base, expect, type Locator, type Page } from 'playwright/test'
import {
  type CallInput,
  type CallMessage,
  type CallName,
  type CallOutput,
  channelPath,
  type EngineBridge,
  type EngineMessage,
} from '../../src/shared/contract.ts'
import { fromWire, type Wire } from '../../src/shared/errors.ts'
import { type ElectronDouble, launchElectronDouble } from '../electron-double/launch.ts'
import { startEngineServer } from './engine-server.ts'

export { expect }

declare global {
  interface Window {
    readonly groundControl?: EngineBridge
  }
}

export interface App {
  readonly page: Page
  readonly door: 'browser' | 'electron'
  /** process that runs the engine */
  readonly pid: number
  readonly userDataDir: string
  /** present behind the Electron door */
  readonly electron?: ElectronDouble
  /** Drops files on the window, or on a part of it, as a file manager does; their bytes or paths travel as the door provides. */
  dropFiles(paths: readonly string[], onto?: Locator): Promise<void>
  /** what the page logged as error or threw, and what its policy blocked */
  readonly problems: string[]
}

export interface AppOptions {
  /** folders named at start (browser door) */
  folders: readonly string[]
  /** problems that the spec expects */
  expectedProblems: readonly RegExp[]
  windowSize: { readonly width: number; readonly height: number }
  scheme: 'dark' | 'light'
  /** environment of the engine beside its data folder */
  environment: Readonly<Record<string, string>>
}

interface Fixtures extends AppOptions {
  readonly app: App
}

interface Opened {
  readonly app: App
  stop(): Promise<void>
}

/** the window that the tests of the running file share */
let shared: Opened | undefined

export const test = base.extend<Fixtures>({
  folders: [[], { option: true }],
  expectedProblems: [[], { option: true }],
  // the narrowest window with everything open: software GL draws fewer pixels
  windowSize: [{ width: 1280, height: 720 }, { option: true }],
  scheme: ['dark', { option: true }],
  environment: [{}, { option: true }],
  app: async ({ browser, folders, expectedProblems, windowSize, scheme, environment }, use, testInfo) => {
    const surroundings = { folders, environment, context: contextOf(windowSize, scheme) }
    const { app, stop } = shared ?? (await openDoor(testInfo.project.name, browser, surroundings))
    await use(app)
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('window', { body: await app.page.screenshot(), contentType: 'image/png' }).catch(() => {})
    }
    const problems = app.problems.splice(0)
    if (shared === undefined) await stop()
    const unexpected = problems.filter((problem) => !expectedProblems.some((pattern) => pattern.test(problem)))
    expect(unexpected, 'problems that the page reported').toEqual([])
  },
})

/**
 * One window for all tests of the file that calls this, prepared once; each test leaves it as it found it. After a failure
 * the next test gets a fresh one.
 */
export function shareWindow(prepare: (app: App) => Promise<void> = async () => {}): void {
  test.beforeAll(async ({ browser, folders, windowSize, scheme, environment }, testInfo) => {
    const surroundings = { folders, environment, context: contextOf(windowSize, scheme) }
    shared = await openDoor(testInfo.project.name, browser, surroundings)
    await prepare(shared.app)
  })
  test.afterAll(async () => {
    await shared?.stop()
    shared = undefined
  })
}

function contextOf(viewport: AppOptions['windowSize'], colorScheme: AppOptions['scheme']): ContextOptions {
  return { viewport, colorScheme, reducedMotion: 'reduce' }
}

interface Surroundings extends Pick<AppOptions, 'folders' | 'environment'> {
  readonly context: ContextOptions
}

function openDoor(project: string, browser: Browser, surroundings: Surroundings): Promise<Opened> {
  return project === 'electron-door' ? openElectronDoor(browser, surroundings) : openBrowserDoor(browser, surroundings)
}

/** One call from inside the page, through its door. */
export async function callEngine<C extends CallName>(app: App, call: C, input: CallInput<C>): Promise<CallOutput<C>> {
  const message: CallMessage = { id: 1, call, input }
  const reply = await app.page.evaluate(
    ([path, sent]) => {
      const bridge = window.groundControl
      if (bridge !== undefined) return bridge.call(sent)
      return new Promise<Wire<unknown>>((resolve, reject) => {
        const socket = new WebSocket(`ws://${location.host}${path}`)
        socket.onopen = () => socket.send(JSON.stringify(sent))
        socket.onerror = () => reject(new Error('the channel did not open'))
        socket.onmessage = ({ data }) => {
          const received = JSON.parse(data) as EngineMessage
          if (received.type !== 'reply') return
          socket.close()
          resolve(received.reply)
        }
      })
    },
    [channelPath, message] as const,
  )
  return fromWire(reply as Wire<CallOutput<C>>)
}

type ContextOptions = NonNullable<Parameters<Browser['newContext']>[0]>

async function openBrowserDoor(browser: Browser, { folders, environment, context }: Surroundings): Promise<Opened> {
  const server = await startEngineServer(folders, environment)
  const page = await browser.newPage(context)
  const problems = listenForProblems(page)
  await page.goto(server.url)
  await page.waitForURL(`${server.origin}/`)
  const app: App = {
    page,
    door: 'browser',
    pid: server.pid,
    userDataDir: server.userDataDir,
    problems,
    dropFiles: (paths, onto) => dropOn(page, paths, onto),
  }
  const stop = async () => {
    await page.context().close()
    await server.stop()
  }
  return { app, stop }
}

async function openElectronDoor(browser: Browser, { environment, context }: Surroundings): Promise<Opened> {
  const userDataDir = mkdtempSync(join(tmpdir(), 'ground-control-'))
  const electron = await launchElectronDouble(browser, { userDataDir, context, env: { ...environment } })
  const { page } = electron
  const problems = listenForProblems(page)
  const dropFiles: App['dropFiles'] = async (paths, onto) => {
    for (const path of paths) await electron.knowPath(basename(path), path)
    await dropOn(page, paths, onto)
  }
  const app: App = { page, door: 'electron', pid: electron.child.pid ?? 0, userDataDir, electron, problems, dropFiles }
  const stop = async () => {
    await electron.stop()
    rmSync(userDataDir, { recursive: true, force: true })
  }
  return { app, stop }
}

function listenForProblems(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} ${message.location().url}`.trim())
  })
  return problems
}

/** A drop event with real files: Chromium reads them from disk as it reads dropped ones. */
async function dropOn(page: Page, paths: readonly string[], onto?: Locator): Promise<void> {
  const input = await page.evaluateHandle(() => {
    const element = document.createElement('input')
    element.type = 'file'
    element.multiple = true
    return element
  })
  await input.asElement()?.setInputFiles([...paths])
  const part = await onto?.elementHandle()
  await page.evaluate(
    ([element, part]) => {
      const transfer = new DataTransfer()
      for (const file of (element as HTMLInputElement).files ?? []) transfer.items.add(file)
      const target = part ?? document.elementFromPoint(innerWidth / 2, innerHeight / 2) ?? document.body
      for (const type of ['dragenter', 'dragover', 'drop']) {
        target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }))
      }
    },
    [input, part] as const,
  )
}

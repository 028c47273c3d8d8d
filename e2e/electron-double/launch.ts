// Starts dist/main/electron.js in a Node process whose `electron` is the double, and gives it Chromium pages as windows.

import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page, Request as PageRequest, Route } from 'playwright'
import { preloadScript } from './page-side.ts'

const root = join(import.meta.dirname, '../..')
/** Chromium knows no scheme of ours; *.localhost counts as secure as the real one does. */
const pageOrigin = 'http://ground-control.localhost'
const schemeOrigin = 'ground-control://app'

export interface DialogAnswer {
  readonly response?: number
  readonly canceled?: boolean
  readonly filePaths?: readonly string[]
  readonly filePath?: string
}

export interface ElectronDouble {
  readonly page: Page
  readonly userDataDir: string
  readonly child: ChildProcess
  /** what the program told Electron: `sandbox`, `menu`, `schemes`, `focus`, `utility-process`, and `open-window` with its options */
  readonly notes: readonly { readonly kind: string; readonly payload: unknown }[]
  /** dialogs that were shown, in order */
  readonly dialogs: readonly { readonly kind: string; readonly options: Record<string, unknown> }[]
  /** the answer to the next dialog; without one it is closed */
  answerNextDialog(answer: DialogAnswer): void
  /** path that `webUtils.getPathForFile` gives for files of this name */
  knowPath(name: string, path: string): Promise<void>
  /** asks the main side: `mayNavigate`, `mayRequest`, `mayOpen`, `mayUse`, `invoke`, `secondInstance`, `openFile`, `closeWindow` */
  ask(kind: string, payload: Record<string, unknown>): Promise<unknown>
  /** exit code, once the program has ended */
  readonly exited: Promise<number | null>
  readonly errors: () => string
  stop(): Promise<void>
}

export interface ElectronDoubleOptions {
  readonly userDataDir: string
  readonly files?: readonly string[]
  readonly env?: Record<string, string>
  readonly context?: Parameters<Browser['newContext']>[0]
}

interface WindowOptions {
  readonly id: number
  readonly url: string
  readonly width: number
  readonly height: number
  readonly preloadSource: string
}

type Message =
  | { readonly type: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly type: 'question'; readonly id: number; readonly kind: string; readonly payload: unknown }
  | { readonly type: 'note'; readonly kind: string; readonly payload: unknown }

export async function launchElectronDouble(browser: Browser, options: ElectronDoubleOptions): Promise<ElectronDouble> {
  const child = fork(join(root, 'dist/main/electron.js'), [...(options.files ?? [])], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    execArgv: ['--import', join(import.meta.dirname, 'register.mjs')],
    env: { ...process.env, ...options.env, GROUND_CONTROL_DATA: options.userDataDir },
  })
  let errors = ''
  child.stderr?.on('data', (data: Buffer) => {
    errors += data.toString()
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const notes: { kind: string; payload: unknown }[] = []
  const dialogs: { kind: string; options: Record<string, unknown> }[] = []
  const dialogAnswers: DialogAnswer[] = []
  const windows = new Map<number, Page>()
  const ask = createAsker(child)

  let windowOpened: (page: Page) => void
  const firstPage = new Promise<Page>((resolve) => {
    windowOpened = resolve
  })
  async function answer(kind: string, payload: unknown): Promise<unknown> {
    if (kind === 'open-window') {
      const { preloadSource, ...shown } = payload as WindowOptions
      notes.push({ kind, payload: shown })
      const page = await openWindow(browser, { ...shown, preloadSource }, options.context, ask)
      windows.set(shown.id, page)
      await page.goto(pageOf(shown.url))
      windowOpened(page)
      return undefined
    }
    if (kind !== 'dialog') throw new Error(`double: unknown question ${kind}`)
    dialogs.push(payload as { kind: string; options: Record<string, unknown> })
    return dialogAnswers.shift() ?? { response: 0, canceled: true, filePaths: [], filePath: '' }
  }
  child.on('message', (raw) => {
    const message = raw as Message
    if (message.type === 'question') {
      answer(message.kind, message.payload).then(
        (value) => child.connected && child.send({ type: 'answer', id: message.id, value }),
        (error: unknown) => {
          errors += String(error)
        },
      )
    } else if (message.type === 'note') takeNote(message)
  })
  function takeNote({ kind, payload }: { kind: string; payload: unknown }): void {
    notes.push({ kind, payload })
    const { windowId, channel, args } = (payload ?? {}) as { windowId?: number; channel?: string; args?: unknown[] }
    const page = windows.get(windowId ?? -1)
    if (page === undefined) return
    if (kind === 'send') {
      page
        .evaluate(([name, values]) => window.electronDouble?.dispatch(name, values), [
          channel ?? '',
          args ?? [],
        ] as const)
        .catch(() => {})
    }
    if (kind === 'close-window') void page.context().close()
  }

  const ended = exited.then((code) => {
    throw new Error(`electron double: expected a window, got exit code ${code}: ${errors}`)
  })
  ended.catch(() => {})
  const page = await Promise.race([firstPage, ended])
  return {
    page,
    userDataDir: options.userDataDir,
    child,
    notes,
    dialogs,
    answerNextDialog: (dialogAnswer) => dialogAnswers.push(dialogAnswer),
    knowPath: (name, path) =>
      page
        .evaluate(([key, value]) => window.electronDouble?.paths.set(key, value), [name, path] as const)
        .then(() => {}),
    ask,
    exited,
    errors: () => errors,
    stop: async () => {
      child.kill('SIGTERM')
      const kill = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await exited
      clearTimeout(kill)
      for (const each of windows.values()) await each.context().close()
    },
  }
}

function createAsker(child: ChildProcess) {
  let lastId = 0
  const waiting = new Map<number, (value: unknown) => void>()
  child.on('message', (raw) => {
    const message = raw as Message
    if (message.type !== 'answer') return
    waiting.get(message.id)?.(message.value)
    waiting.delete(message.id)
  })
  child.once('exit', () => {
    for (const resolve of waiting.values()) resolve(undefined)
  })
  return (kind: string, payload: Record<string, unknown>): Promise<unknown> => {
    lastId += 1
    const id = lastId
    if (!child.connected) return Promise.resolve(undefined)
    return new Promise((resolve) => {
      waiting.set(id, resolve)
      child.send({ id, kind, payload })
    })
  }
}

type Ask = ReturnType<typeof createAsker>

const pageOf = (url: string) => url.replace(schemeOrigin, pageOrigin)
const schemeOf = (url: string) => url.replace(pageOrigin, schemeOrigin)

async function openWindow(
  browser: Browser,
  options: WindowOptions,
  contextOptions: ElectronDoubleOptions['context'],
  ask: Ask,
): Promise<Page> {
  const windowId = options.id
  const context = await browser.newContext({
    viewport: { width: options.width, height: options.height },
    ...contextOptions,
  })
  await context.route('**/*', (route, request) => answerRequest(context, route, request, windowId, ask))
  await context.exposeBinding('electronDoubleInvoke', ({ frame }, channel: string, args: unknown[]) =>
    ask('invoke', {
      windowId,
      channel,
      args,
      frameUrl: schemeOf(frame.url()),
      isMainFrame: frame.parentFrame() === null,
    }),
  )
  await context.addInitScript({ content: preloadScript(options.preloadSource) })
  const page = await context.newPage()
  page.on('popup', async (popup) => {
    if ((await ask('mayOpen', { windowId, url: schemeOf(popup.url()) })) !== true) await popup.close()
  })
  return page
}

async function answerRequest(context: BrowserContext, route: Route, request: PageRequest, windowId: number, ask: Ask) {
  const url = schemeOf(request.url())
  const isWindow = context.pages()[0] === undefined || context.pages()[0] === pageOfRequest(request)
  const isNavigation = request.isNavigationRequest() && isWindow
  if (isNavigation && (await ask('mayNavigate', { windowId, url })) !== true) return route.abort('aborted')
  if ((await ask('mayRequest', { url })) !== true) return route.abort('blockedbyclient')
  const answer = (await ask('protocol', {
    url,
    method: request.method(),
    headers: request.headers(),
    body: request.postDataBuffer() ?? undefined,
  })) as { status: number; headers: Record<string, string>; body: Uint8Array } | undefined
  if (answer === undefined) return route.abort('connectionclosed')
  return route.fulfill({ ...answer, body: Buffer.from(answer.body) })
}

function pageOfRequest(request: PageRequest): Page | undefined {
  try {
    return request.frame().page()
  } catch {
    return undefined
  }
}

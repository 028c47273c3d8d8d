// The part of Electron's main-process module that the Electron door uses. Windows are pages of a Chromium that the test drives:
// this process asks the test process for them over the channel of child_process.fork (launch.ts is the other end).

import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

let lastQuestion = 0
const questions = new Map()

/** Asks the test process; resolves with its answer. */
function askTest(kind, payload) {
  lastQuestion += 1
  const id = lastQuestion
  return new Promise((resolve) => {
    questions.set(id, resolve)
    process.send({ type: 'question', id, kind, payload })
  })
}

const tellTest = (kind, payload) => process.send({ type: 'note', kind, payload })

/** An event object that a listener may prevent. */
function preventable(fields = {}) {
  const event = { ...fields, defaultPrevented: false }
  event.preventDefault = () => {
    event.defaultPrevented = true
  }
  return event
}

class App extends EventEmitter {
  isPackaged = false
  #paths = new Map()
  #isQuitting = false

  whenReady() {
    return new Promise((resolve) => setImmediate(resolve))
  }
  getAppPath() {
    return fileURLToPath(new URL('../..', import.meta.url))
  }
  setPath(name, path) {
    this.#paths.set(name, path)
  }
  getPath(name) {
    const path = this.#paths.get(name)
    if (path === undefined) throw new Error(`double: expected setPath("${name}") first`)
    return path
  }
  requestSingleInstanceLock() {
    return process.env.ELECTRON_DOUBLE_SECOND !== '1'
  }
  enableSandbox() {
    tellTest('sandbox')
  }
  quit() {
    for (const window of BrowserWindow.getAllWindows()) window.close()
    if (BrowserWindow.getAllWindows().length > 0 || this.#isQuitting) return
    const event = preventable()
    this.emit('will-quit', event)
    if (!event.defaultPrevented) this.exit(0)
  }
  exit(code) {
    this.#isQuitting = true
    process.disconnect()
    process.exit(code)
  }
}

class WebContents extends EventEmitter {
  #windowId
  #isLoading = true
  windowOpenHandler = () => ({ action: 'allow' })

  constructor(windowId) {
    super()
    this.#windowId = windowId
    this.on('did-finish-load', () => {
      this.#isLoading = false
    })
  }
  isLoading() {
    return this.#isLoading
  }
  send(channel, ...args) {
    tellTest('send', { windowId: this.#windowId, channel, args })
  }
  setWindowOpenHandler(handler) {
    this.windowOpenHandler = handler
  }
}

const windows = new Map()

export class BrowserWindow extends EventEmitter {
  #id = windows.size + 1
  #bounds
  webContents

  static getAllWindows = () => [...windows.values()]
  static fromWebContents = (contents) =>
    BrowserWindow.getAllWindows().find((window) => window.webContents === contents) ?? null

  constructor(options) {
    super()
    this.#bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width, height: options.height }
    this.webContents = new WebContents(this.#id)
    windows.set(this.#id, this)
    app.emit('web-contents-created', preventable(), this.webContents)
    const { preload, ...webPreferences } = options.webPreferences
    this.options = { ...options, webPreferences, id: this.#id, preloadSource: readFileSync(preload, 'utf8') }
  }
  async loadURL(url) {
    await askTest('open-window', { ...this.options, url })
    this.emit('ready-to-show')
    this.webContents.emit('did-finish-load')
  }
  close() {
    const event = preventable()
    this.emit('close', event)
    if (event.defaultPrevented) return
    windows.delete(this.#id)
    tellTest('close-window', { windowId: this.#id })
    this.emit('closed')
    if (windows.size === 0) app.emit('window-all-closed')
  }
  getNormalBounds() {
    return this.#bounds
  }
  isMaximized() {
    return false
  }
  isMinimized() {
    return false
  }
  maximize() {}
  restore() {}
  show() {}
  focus() {
    tellTest('focus', { windowId: this.#id })
  }
}

const invokeHandlers = new Map()
export const ipcMain = { handle: (channel, handler) => invokeHandlers.set(channel, handler) }

const protocolHandlers = new Map()
export const protocol = {
  registerSchemesAsPrivileged: (schemes) => tellTest('schemes', schemes),
}

const guards = {}
export const session = {
  defaultSession: {
    protocol: { handle: (scheme, handler) => protocolHandlers.set(scheme, handler) },
    setPermissionRequestHandler: (handler) => {
      guards.permission = handler
    },
    setPermissionCheckHandler: () => {},
    setDevicePermissionHandler: () => {},
    webRequest: {
      onBeforeRequest: (handler) => {
        guards.request = handler
      },
    },
  },
}

export const dialog = {
  showMessageBox: (_window, options) => askTest('dialog', { kind: 'message', options }),
  showOpenDialog: (_window, options) => askTest('dialog', { kind: 'open', options }),
  showSaveDialog: (_window, options) => askTest('dialog', { kind: 'save', options }),
  showErrorBox: (title, content) => console.error(`${title}: ${content}`),
}

export const Menu = {
  buildFromTemplate: (template) => template,
  setApplicationMenu: (template) => tellTest('menu', JSON.parse(JSON.stringify(template))),
}

export const screen = { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] }
export const nativeTheme = { shouldUseDarkColors: true }

export const utilityProcess = {
  fork(entry, args, options) {
    tellTest('utility-process', { entry })
    const shim = new URL('./utility-shim.mjs', import.meta.url).href
    const stdio = options.stdio === 'pipe' ? 'pipe' : 'ignore'
    const child = fork(entry, args, {
      serialization: 'advanced',
      stdio: ['ignore', stdio, stdio, 'ipc'],
      execArgv: ['--import', shim],
      env: options.env,
    })
    // as Electron's: the message itself, not Node's second argument
    return Object.assign(new EventEmitter(), {
      get pid() {
        return child.exitCode === null && child.signalCode === null ? child.pid : undefined
      },
      stdout: child.stdout,
      stderr: child.stderr,
      postMessage: (message) => child.connected && child.send(message),
      kill: () => child.kill(),
      on: (name, listener) => child.on(name, listener),
      once: (name, listener) => child.once(name, (code) => listener(name === 'exit' ? (code ?? 1) : code)),
    })
  },
}

export const app = new App()

/** What the test process may ask for. */
const answers = {
  async protocol({ url, method, headers, body }) {
    const handler = protocolHandlers.get(new URL(url).protocol.slice(0, -1))
    const response = await handler(new Request(url, { method, headers, ...(body === undefined ? {} : { body }) }))
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    }
  },
  async invoke({ windowId, frameUrl, isMainFrame, channel, args }) {
    const event = {
      sender: windows.get(windowId).webContents,
      senderFrame: { url: frameUrl, parent: isMainFrame ? null : {} },
    }
    try {
      return { value: await invokeHandlers.get(channel)(event, ...args) }
    } catch (error) {
      return { error: error.message }
    }
  },
  mayRequest: ({ url }) => new Promise((resolve) => guards.request({ url }, ({ cancel }) => resolve(!cancel))),
  mayNavigate({ windowId, url }) {
    const event = preventable({ url })
    windows.get(windowId)?.webContents.emit('will-navigate', event)
    return !event.defaultPrevented
  },
  mayOpen: ({ windowId, url }) => windows.get(windowId)?.webContents.windowOpenHandler({ url }).action === 'allow',
  mayUse: ({ permission }) => new Promise((resolve) => guards.permission({}, permission, resolve)),
  closeWindow: ({ windowId }) => windows.get(windowId)?.close(),
  secondInstance: ({ argv, workingDir }) => app.emit('second-instance', preventable(), argv, workingDir),
  openFile: ({ path }) => app.emit('open-file', preventable(), path),
}

process.on('message', async (message) => {
  if (message.type === 'answer') {
    questions.get(message.id)?.(message.value)
    questions.delete(message.id)
    return
  }
  const value = await answers[message.kind](message.payload)
  if (process.connected) process.send({ type: 'answer', id: message.id, value })
})

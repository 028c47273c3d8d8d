import { join } from 'node:path'
import { BrowserWindow, dialog, nativeTheme, screen } from 'electron'
import type { EnginePort } from '../engine-port.ts'
import { pageUrl } from './page-protocol.ts'
import { minimumSize, rememberBounds, rememberedBounds } from './window-bounds.ts'

export interface MainWindowOptions {
  readonly engine: EnginePort
  readonly preload: string
  readonly userDataDir: string
  readonly isPackaged: boolean
}

/** Opens the application's window: no Node in the page, sandboxed, at the place of last time. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  const boundsFile = join(options.userDataDir, 'window.json')
  const { isMaximized, ...bounds } = rememberedBounds(
    boundsFile,
    screen.getAllDisplays().map((display) => display.workArea),
  )
  const window = new BrowserWindow({
    ...bounds,
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    show: false,
    title: 'Ground Control',
    // the ground of the screen's two schemes, so that opening does not flash
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0e1420' : '#e9edf3',
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      devTools: !options.isPackaged,
    },
  })
  if (isMaximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  askBeforeClosing(window, options.engine)
  window.on('close', (event) => {
    if (event.defaultPrevented) return
    rememberBounds(boundsFile, { ...window.getNormalBounds(), isMaximized: window.isMaximized() })
  })
  void window.loadURL(pageUrl)
  return window
}

/** A window whose jobs run stays open until the user says otherwise. */
function askBeforeClosing(window: BrowserWindow, engine: EnginePort): void {
  let isConfirmed = false
  let running = new Map<string, string>()
  const removeListener = engine.onEvent((event) => {
    if (event.type !== 'job') return
    running = new Map(running)
    if (event.job.state === 'running') running.set(event.job.jobId, event.job.title)
    else running.delete(event.job.jobId)
  })
  window.on('closed', removeListener)
  window.on('close', async (event) => {
    if (isConfirmed || running.size === 0) return
    event.preventDefault()
    const { response } = await dialog.showMessageBox(window, closingQuestion([...running.values()]))
    if (response !== 1) return
    isConfirmed = true
    window.close()
  })
}

function closingQuestion(titles: readonly string[]) {
  return {
    type: 'question' as const,
    message: titles.length === 1 ? `${titles[0]} is still running` : `${titles.length} jobs are still running`,
    detail: `${titles.length > 1 ? `${titles.join('\n')}\n\n` : ''}Closing the window stops it; files that are not complete are removed.`,
    buttons: ['Keep running', 'Stop and close'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  }
}

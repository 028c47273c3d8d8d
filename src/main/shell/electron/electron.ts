// The Electron door: one window on the engine, locked to the page that the application brings.

import { join } from 'node:path'
import { app, type BrowserWindow, dialog, ipcMain, session } from 'electron'
import { electronChannels } from '../../../shared/electron-channels.ts'
import { createEngine } from '../../engine.ts'
import { projectRoot } from '../../entries.ts'
import { applicationVersion, packageMirror, pageFolder, resourcesDir, weightsEndpoint } from '../surroundings.ts'
import { setApplicationMenu } from './app-menu.ts'
import { answerPage, forwardEvents } from './engine-ipc.ts'
import { filesOfCommandLine } from './launch-files.ts'
import { lockDownContents, lockDownSession } from './lock-down.ts'
import { openMainWindow } from './main-window.ts'
import { registerPageScheme, servePage } from './page-protocol.ts'
import { startUtilityProcess } from './utility-process.ts'

let window: BrowserWindow | undefined
/** named before the window was there */
let waitingFiles: readonly string[] = []

function openFiles(paths: readonly string[]): void {
  if (paths.length === 0) return
  if (window === undefined || window.webContents.isLoading()) waitingFiles = [...waitingFiles, ...paths]
  else window.webContents.send(electronChannels.openFiles, paths)
}

function showWindow(): void {
  if (window?.isMinimized()) window.restore()
  window?.focus()
}

async function run(): Promise<void> {
  await app.whenReady()
  const userDataDir = app.getPath('userData')
  const host = createEngine({
    door: 'electron',
    version: applicationVersion(),
    userDataDir,
    resourcesDir: resourcesDir(),
    weightsEndpoint: weightsEndpoint(),
    packageMirror: packageMirror(),
    startProcess: startUtilityProcess,
  })
  lockDownSession(session.defaultSession)
  servePage(session.defaultSession, host, pageFolder())
  answerPage(ipcMain, host)
  forwardEvents(host)
  const preload = join(projectRoot(), 'dist', 'preload', 'preload.cjs')
  const open = () => {
    window = openMainWindow({ engine: host, preload, userDataDir, isPackaged: app.isPackaged })
    window.webContents.on('did-finish-load', () => {
      const files = waitingFiles
      waitingFiles = []
      if (files.length > 0) window?.webContents.send(electronChannels.openFiles, files)
    })
    window.on('closed', () => {
      window = undefined
    })
  }
  setApplicationMenu({ isPackaged: app.isPackaged, openFiles, window: () => window })
  open()
  app.on('activate', () => {
    if (window === undefined) open()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  let isDisposed = false
  app.on('will-quit', async (event) => {
    if (isDisposed) return
    event.preventDefault()
    isDisposed = true
    await host.dispose()
    app.quit()
  })
}

const chosenData = process.env['GROUND_CONTROL_DATA']
if (chosenData !== undefined && chosenData !== '') app.setPath('userData', chosenData)

if (app.requestSingleInstanceLock()) {
  registerPageScheme()
  app.enableSandbox()
  lockDownContents(app)
  app.on('second-instance', (_event, argv, workingDir) => {
    showWindow()
    openFiles(filesOfCommandLine(argv, workingDir, app.getAppPath()))
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    openFiles([path])
  })
  openFiles(filesOfCommandLine(process.argv, process.cwd(), app.getAppPath()))
  // not awaited: Electron is ready only after this module has been evaluated
  run().catch((error: unknown) => {
    dialog.showErrorBox(
      'Ground Control could not start',
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    )
    app.exit(1)
  })
} else {
  app.quit()
}

import { BrowserWindow, dialog, type IpcMain, type IpcMainInvokeEvent, type OpenDialogOptions } from 'electron'
import type { CallMessage, FileFilter } from '../../../shared/contract.ts'
import { electronChannels } from '../../../shared/electron-channels.ts'
import { answerCall, type EnginePort } from '../engine-port.ts'
import { isPageUrl } from './page-protocol.ts'

/** Answers the preload's messages; only the page itself in the main frame of a window of ours is heard. */
export function answerPage(ipc: IpcMain, engine: EnginePort): void {
  const handle = <T>(channel: string, answer: (event: IpcMainInvokeEvent, argument: T) => Promise<unknown>) =>
    ipc.handle(channel, (event, argument: T) => {
      requirePage(event)
      return answer(event, argument)
    })
  handle<CallMessage>(electronChannels.call, (_event, message) => answerCall(engine.engine, message))
  handle(electronChannels.chooseFiles, chooseFiles)
  handle(electronChannels.chooseSavePath, chooseSavePath)
}

/** Sends the engine's events to every window. */
export function forwardEvents(engine: EnginePort): () => void {
  return engine.onEvent((event) => {
    for (const window of BrowserWindow.getAllWindows()) window.webContents.send(electronChannels.event, event)
  })
}

function requirePage(event: IpcMainInvokeEvent): void {
  const frame = event.senderFrame
  const isMainFrame = frame !== null && frame.parent === null
  if (!isMainFrame || !isPageUrl(frame.url)) {
    throw new Error(`message of ${frame?.url ?? 'a closed frame'}: expected one of the application's page`)
  }
}

interface ChooseFilesOptions {
  readonly title: string
  readonly filters?: readonly FileFilter[]
  readonly folders?: boolean
}

async function chooseFiles(event: IpcMainInvokeEvent, options: ChooseFilesOptions): Promise<readonly string[]> {
  const dialogOptions: OpenDialogOptions = {
    title: String(options.title),
    properties: [options.folders === true ? 'openDirectory' : 'openFile', 'multiSelections'],
    filters: (options.filters ?? []).map(({ name, extensions }) => ({ name, extensions: [...extensions] })),
  }
  const { canceled, filePaths } = await dialog.showOpenDialog(windowOf(event), dialogOptions)
  return canceled ? [] : filePaths
}

async function chooseSavePath(
  event: IpcMainInvokeEvent,
  options: { readonly title: string; readonly defaultName: string },
): Promise<string | undefined> {
  const dialogOptions = { title: String(options.title), defaultPath: String(options.defaultName) }
  const { canceled, filePath } = await dialog.showSaveDialog(windowOf(event), dialogOptions)
  return canceled || filePath === '' ? undefined : filePath
}

function windowOf(event: IpcMainInvokeEvent): BrowserWindow {
  const window = BrowserWindow.fromWebContents(event.sender)
  if (window === null) throw new Error('dialog: expected a window to belong to, got none')
  return window
}

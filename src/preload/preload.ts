// The only bridge between the page and Electron: the engine's calls and events, native dialogs, the path of a dropped file.

import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { CallMessage, EngineBridge, EngineEvent } from '../shared/contract.ts'
import { electronChannels } from '../shared/electron-channels.ts'

type OpenFilesListener = (paths: readonly string[]) => void

const openFilesListeners = new Set<OpenFilesListener>()
/** files named before the page listened */
let waitingFiles: string[] = []

ipcRenderer.on(electronChannels.openFiles, (_event, paths: string[]) => {
  if (openFilesListeners.size === 0) waitingFiles = [...waitingFiles, ...paths]
  for (const listener of openFilesListeners) listener(paths)
})

const bridge: EngineBridge = {
  door: 'electron',
  call: (message: CallMessage) => ipcRenderer.invoke(electronChannels.call, message),
  onEvent: (listener) => {
    const forward = (_event: unknown, event: EngineEvent) => listener(event)
    ipcRenderer.on(electronChannels.event, forward)
    return () => ipcRenderer.off(electronChannels.event, forward)
  },
  onOpenFiles: (listener) => {
    openFilesListeners.add(listener)
    const waiting = waitingFiles
    waitingFiles = []
    if (waiting.length > 0) listener(waiting)
    return () => openFilesListeners.delete(listener)
  },
  pathForFile: (file) => webUtils.getPathForFile(file as File),
  chooseFiles: (options) => ipcRenderer.invoke(electronChannels.chooseFiles, options),
  chooseSavePath: (options) => ipcRenderer.invoke(electronChannels.chooseSavePath, options),
}

contextBridge.exposeInMainWorld('groundControl', bridge)

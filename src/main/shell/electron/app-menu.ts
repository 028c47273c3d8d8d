import { type BrowserWindow, dialog, Menu, type MenuItemConstructorOptions } from 'electron'

/** The system's usual menu; the screen has its own controls for everything else. */
export function setApplicationMenu(options: {
  readonly isPackaged: boolean
  readonly openFiles: (paths: readonly string[]) => void
  readonly window: () => BrowserWindow | undefined
}): void {
  const isMac = process.platform === 'darwin'
  const open: MenuItemConstructorOptions = {
    label: 'Open…',
    accelerator: 'CmdOrCtrl+O',
    click: async () => {
      const window = options.window()
      if (window === undefined) return
      const { canceled, filePaths } = await dialog.showOpenDialog(window, {
        properties: ['openFile', 'multiSelections'],
      })
      if (!canceled) options.openFiles(filePaths)
    },
  }
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' },
    ...(options.isPackaged ? [] : ([{ role: 'reload' }, { role: 'toggleDevTools' }] as const)),
  ]
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: [open, { type: 'separator' }, isMac ? { role: 'close' } : { role: 'quit' }] },
    { role: 'editMenu' },
    { label: 'View', submenu: view },
    { role: 'windowMenu' },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

/** Names of the messages between the Electron window and its main process; the payloads are in contract.ts. */
export const electronChannels = {
  call: 'engine:call',
  event: 'engine:event',
  openFiles: 'window:open-files',
  chooseFiles: 'dialog:choose-files',
  chooseSavePath: 'dialog:choose-save-path',
} as const

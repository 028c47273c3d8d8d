import type { App, Session, WebContents } from 'electron'
import { isPageUrl } from './page-protocol.ts'

/** The page may put text on the clipboard when the user asks for it; nothing else needs a permission. */
const allowedPermissions = new Set(['clipboard-sanitized-write'])

/** No content of the window, present or future, goes anywhere or opens anything. */
export function lockDownContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => lockDown(contents))
}

function lockDown(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-navigate', (event) => {
    if (!isPageUrl(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    if (!isPageUrl(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

/** Denies permissions and every request that leaves the page's own origin. */
export function lockDownSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(allowedPermissions.has(permission)))
  session.setPermissionCheckHandler((_contents, permission) => allowedPermissions.has(permission))
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayLoad(details.url) }))
}

function mayLoad(url: string): boolean {
  return isPageUrl(url) || /^(blob|data|devtools|chrome-extension):/.test(url)
}

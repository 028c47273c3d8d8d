import { protocol, type Session } from 'electron'
import type { EnginePort } from '../engine-port.ts'
import { answerPageFile } from '../page-files.ts'
import { pageHeaders } from '../page-headers.ts'

const scheme = 'ground-control'
const host = 'app'
export const pageOrigin = `${scheme}://${host}`
export const pageUrl = `${pageOrigin}/`

/** Must run before the application is ready. */
export function registerPageScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true }
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }])
}

/** Serves the built screen and the engine's bulk bytes under the page's own origin. */
export function servePage(session: Session, engine: EnginePort, pageFolder: string): void {
  session.protocol.handle(scheme, async (request) => {
    const url = new URL(request.url)
    if (url.host !== host) return new Response('not found', { status: 404, headers: pageHeaders })
    if (!url.pathname.startsWith('/bulk/')) return answerPageFile(pageFolder, url.pathname)
    const answer = await engine.handleBulk(request)
    const headers = { ...pageHeaders, 'cache-control': 'no-store', ...Object.fromEntries(answer.headers) }
    return new Response(answer.body, { status: answer.status, headers })
  })
}

/** Whether a URL belongs to the page; everything else is refused. */
export function isPageUrl(url: string): boolean {
  try {
    const { protocol: urlScheme, host: urlHost } = new URL(url)
    return urlScheme === `${scheme}:` && urlHost === host
  } catch {
    return false
  }
}

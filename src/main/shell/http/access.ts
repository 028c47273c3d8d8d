// Who may talk to the loopback door: the window that was given the token, from the page that the door itself served.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface Access {
  /** part of the start URL; whoever has it may use the engine */
  readonly token: string
  /** `Set-Cookie` that exchanges the token of the URL for a cookie */
  readonly setCookie: string
  /** why a request is refused, or undefined when it may pass */
  refusal(request: IncomingMessage): string | undefined
  /** as `refusal`, but the token in the URL counts too; only for the start page */
  startRefusal(request: IncomingMessage): string | undefined
}

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** @param port cookies of 127.0.0.1 are shared between ports, so the cookie's name carries it */
export function createAccess(port: number, token = randomBytes(24).toString('base64url')): Access {
  const cookieName = `ground-control-${port}`
  const isToken = (text: string | undefined | null) => text !== undefined && text !== null && equalDigest(text, token)
  const carriesToken = (request: IncomingMessage) =>
    isToken(cookieOf(request, cookieName)) || isToken(bearerOf(request))
  const refuse = (request: IncomingMessage, isKnown: boolean) => {
    const foreign = foreignRefusal(request)
    if (foreign !== undefined) return foreign
    return isKnown ? undefined : 'expected the token of the start address, got none or another one'
  }
  return {
    token,
    setCookie: `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`,
    refusal: (request) => refuse(request, carriesToken(request)),
    startRefusal: (request) => refuse(request, carriesToken(request) || isToken(urlToken(request))),
  }
}

/**
 * A page elsewhere cannot forge these: `Host` stops DNS rebinding, `Origin` and `Sec-Fetch-Site` stop pages of other origins
 * (other ports of this machine count as the same site, so a cookie alone would let them in). Any port is accepted in `Host`
 * because an SSH tunnel may listen on another one.
 */
function foreignRefusal(request: IncomingMessage): string | undefined {
  const host = request.headers.host
  if (host === undefined || !loopbackNames.has(host.replace(/:\d+$/, '').toLowerCase())) {
    return `expected Host to be this machine's loopback address, got ${host ?? 'none'}`
  }
  const origin = request.headers.origin
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return `expected Origin http://${host}, got ${origin}`
  }
  const site = request.headers['sec-fetch-site']
  const isNavigation =
    request.headers['sec-fetch-mode'] === 'navigate' && request.headers['sec-fetch-dest'] === 'document'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation) {
    return `expected a request of the page itself, got one from ${String(site)}`
  }
  return undefined
}

/** The token in the start URL. */
export function urlToken(request: IncomingMessage): string | undefined {
  return new URL(request.url ?? '/', 'http://localhost').searchParams.get('token') ?? undefined
}

function cookieOf(request: IncomingMessage, name: string): string | undefined {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return value.join('=')
  }
  return undefined
}

function bearerOf(request: IncomingMessage): string | undefined {
  return /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
}

/** Compares in a time that does not depend on where the two differ. */
function equalDigest(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

// One HTTP request for a file from some byte on, its answer told apart by what the caller can do next.

/** The file as the server has it now. */
export interface ServedFile {
  /** absent when the server does not say */
  readonly byteLength?: number
  /** strong ETag, else date of change: identifies these bytes in a later request */
  readonly validator?: string
}

/** Bytes as they come; whoever does not want the rest calls `return`. */
export type Body = AsyncIterableIterator<Uint8Array>

export type Answer =
  /** bytes from the one that was asked for, or from the first one */
  | { readonly kind: 'continues' | 'from-start'; readonly file: ServedFile; readonly body: Body }
  /** there are no bytes behind the one that was asked for */
  | { readonly kind: 'nothing-more'; readonly byteLength: number | undefined }
  /** try again, not before `waitMs` where the server says so */
  | { readonly kind: 'busy'; readonly reason: string; readonly waitMs?: number }
  /** trying again will not help */
  | { readonly kind: 'refused'; readonly status?: number; readonly reason: string }

export interface RestRequest {
  readonly address: string
  /** first byte wanted */
  readonly start: number
  /** the part behind `start` is only of use when the file is still this one */
  readonly validator?: string | undefined
  readonly signal: AbortSignal
}

const MAX_REDIRECTS = 10
const redirects: readonly number[] = [301, 302, 303, 307, 308]
const passing: readonly number[] = [408, 425, 429, 500, 502, 503, 504]

/** @throws TypeError when there is no answer, AbortError */
export async function requestRest({ address, start, validator, signal }: RestRequest): Promise<Answer> {
  const headers = {
    // compressed bytes could not be counted or continued
    'accept-encoding': 'identity',
    ...(start > 0 ? { range: `bytes=${start}-` } : {}),
    ...(start > 0 && validator !== undefined ? { 'if-range': validator } : {}),
  }
  let url = new URL(address)
  for (let redirect = 0; redirect <= MAX_REDIRECTS; redirect++) {
    const response = await fetch(url.href, { headers, signal, redirect: 'manual' })
    const location = redirects.includes(response.status) ? response.headers.get('location') : null
    if (location === null) return await answerOf(response, start)
    await response.body?.cancel()
    const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined
    const isSafe = next?.protocol === 'https:' || (next?.protocol === 'http:' && url.protocol === 'http:')
    if (!isSafe) return { kind: 'refused', reason: `a redirect to ${location}, which is not secure` }
    url = next!
  }
  return { kind: 'refused', reason: `more than ${MAX_REDIRECTS} redirects` }
}

async function answerOf(response: Response, start: number): Promise<Answer> {
  const { status, headers, body } = response
  if (status === 200 && body !== null)
    return { kind: 'from-start', file: servedFile(headers, contentLength(headers)), body: held(body) }
  if (status === 206 && body !== null) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '')
    const total = range?.[2] === undefined || range[2] === '*' ? undefined : Number(range[2])
    if (Number(range?.[1]) === start) return { kind: 'continues', file: servedFile(headers, total), body: held(body) }
  }
  await body?.cancel()
  if (status === 206) return { kind: 'busy', reason: `other bytes than the ones from ${start} on` }
  if (status === 416) {
    const total = /^bytes \*\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1]
    return { kind: 'nothing-more', byteLength: total === undefined ? undefined : Number(total) }
  }
  const reason = `${status} ${response.statusText}`.trim()
  if (!passing.includes(status)) return { kind: 'refused', status, reason }
  const waitMs = retryAfterMs(headers.get('retry-after'))
  return { kind: 'busy', reason, ...(waitMs === undefined ? {} : { waitMs }) }
}

/** Locked at once: Node cancels the body of a response that is collected as garbage before anyone has begun to read it. */
function held(body: ReadableStream<Uint8Array>): Body {
  return body.values() as Body
}

function servedFile(headers: Headers, byteLength: number | undefined): ServedFile {
  const etag = headers.get('etag')
  // a weak one does not promise the same bytes
  const validator = etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified')
  return {
    ...(byteLength === undefined ? {} : { byteLength }),
    ...(validator === null ? {} : { validator }),
  }
}

function contentLength(headers: Headers): number | undefined {
  const length = headers.get('content-length')
  return length === null || headers.has('content-encoding') ? undefined : Number(length)
}

/** Seconds or a date. */
function retryAfterMs(text: string | null): number | undefined {
  if (text === null) return undefined
  const ms = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}

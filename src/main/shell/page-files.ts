// The built screen (dist/renderer) as answers to requests, for both windows.

import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { pageHeaders, pageHeadersWith } from './page-headers.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.geojson': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.pbf': 'application/x-protobuf',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * Answers a request for a file of the built screen; `/` is index.html.
 * @param folder dist/renderer
 * @param pathname of the URL, still percent-encoded
 * @returns 404 for anything that is not a file inside `folder`
 */
export async function answerPageFile(folder: string, pathname: string): Promise<Response> {
  const path = pathInside(folder, pathname === '/' ? '/index.html' : pathname)
  const type = path === undefined ? undefined : contentTypes[extname(path)]
  if (path === undefined || type === undefined) return notFound()
  try {
    const bytes = await readFile(path)
    if (type === contentTypes['.html']) return documentAnswer(bytes.toString('utf8'))
    const headers = { ...pageHeaders, 'content-type': type, 'cache-control': cacheFor(pathname) }
    return new Response(new Uint8Array(bytes), { headers })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return notFound()
    throw error
  }
}

/** The document with a fresh nonce where React Aria looks for one. */
function documentAnswer(html: string): Response {
  const nonce = randomBytes(16).toString('base64')
  const text = html.replace('<head>', `<head>\n    <meta name="csp-nonce" nonce="${nonce}" />`)
  const headers = { 'content-type': contentTypes['.html'] ?? '', 'cache-control': 'no-store' }
  return new Response(text, { headers: { ...pageHeadersWith(nonce), ...headers } })
}

/** Vite puts a hash of the content into the names under /assets/. */
function cacheFor(pathname: string): string {
  return pathname.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-cache'
}

function pathInside(folder: string, pathname: string): string | undefined {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return undefined
  }
  if (decoded.includes('\0') || decoded.includes('\\')) return undefined
  const path = normalize(join(folder, decoded))
  return path.startsWith(normalize(folder) + sep) ? path : undefined
}

function notFound(): Response {
  return new Response('not found', {
    status: 404,
    headers: { ...pageHeaders, 'content-type': 'text/plain; charset=utf-8' },
  })
}

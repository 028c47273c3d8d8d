/**
 * What the page may do, the same behind both windows: its own files and the engine, nothing remote, no inline script,
 * no inline style but the few rules that React Aria adds with the document's nonce.
 * Workers may come from blobs because MapLibre and deck.gl start theirs that way.
 */
function contentSecurityPolicy(styleNonce: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    styleNonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${styleNonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Headers of an answer of either window; a document whose scripts add style elements names their nonce. */
export function pageHeadersWith(styleNonce: string): Readonly<Record<string, string>> {
  return { ...pageHeaders, 'content-security-policy': contentSecurityPolicy(styleNonce) }
}

/** Headers of every other answer of both windows. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy(undefined),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), payment=()',
}

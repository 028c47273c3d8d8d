// The two feeds that the packages come from, asked where a file is and what its hash is. NuGet's service index, registration
// leaf and catalog entry: learn.microsoft.com/nuget/api; PyPI's simple index: PEP 503 (HTML) and PEP 691 (JSON).

import { z } from 'zod'
import { EngineError } from '../../shared/errors.ts'
import type { CudaPackage, PinnedWheel } from './cuda-packages.ts'

export interface Feeds {
  /** NuGet's service index */
  readonly nuget: string
  /** PyPI's simple index, with a slash at its end */
  readonly python: string
}

export const publicFeeds: Feeds = { nuget: 'https://api.nuget.org/v3/index.json', python: 'https://pypi.org/simple/' }

/** @param mirror answers `/v3/index.json` as NuGet does and `/simple/<project>/` as PyPI does, both below this address */
export function feedsOf(mirror: string | undefined): Feeds {
  if (mirror === undefined) return publicFeeds
  const base = mirror.replace(/\/+$/, '')
  if (!/^https?:\/\//i.test(base) || !URL.canParse(base)) {
    throw new EngineError('invalid-input', `mirror: expected an address that begins with https://, got ${mirror}`)
  }
  return { nuget: `${base}/v3/index.json`, python: `${base}/simple/` }
}

/** A file of a feed. */
export interface FeedFile {
  readonly address: string
  readonly byteLength: number
  readonly algorithm: 'sha256' | 'sha512'
  /** lower-case hex */
  readonly hash: string
}

const serviceIndex = z.object({ resources: z.array(z.object({ '@id': z.string(), '@type': z.string() })) })
const registrationLeaf = z.object({ catalogEntry: z.string(), packageContent: z.string() })
const catalogEntry = z.object({
  packageHash: z.string(),
  packageHashAlgorithm: z.string(),
  packageSize: z.number().int().positive(),
})
const registrationTypes = ['RegistrationsBaseUrl/3.6.0', 'RegistrationsBaseUrl/3.4.0', 'RegistrationsBaseUrl']

/**
 * Where a NuGet package is, with the size and SHA-512 that its feed states.
 * @throws EngineError `unreachable`, `not-found`, `unsupported-format`; AbortError
 */
export async function nugetFile({ nuget }: Feeds, wanted: CudaPackage, signal: AbortSignal): Promise<FeedFile> {
  const { resources } = await getJson(nuget, serviceIndex, signal)
  const base = registrationTypes.flatMap((type) => resources.filter((one) => one['@type'] === type))[0]?.['@id']
  if (base === undefined) throw unexpected(nuget, 'a resource RegistrationsBaseUrl', 'none')
  const leafPath = `${wanted.name.toLowerCase()}/${wanted.version.toLowerCase()}.json`
  const leafAddress = checkedAddress(`${base.replace(/\/*$/, '/')}${leafPath}`, nuget)
  const leaf = await getJson(leafAddress, registrationLeaf, signal)
  const entryAddress = checkedAddress(leaf.catalogEntry, leafAddress)
  const entry = await getJson(entryAddress, catalogEntry, signal)
  const hash = Buffer.from(entry.packageHash, 'base64')
  if (entry.packageHashAlgorithm.toUpperCase() !== 'SHA512' || hash.byteLength !== 64) {
    throw unexpected(entryAddress, 'a packageHash of SHA512', `${entry.packageHashAlgorithm} ${entry.packageHash}`)
  }
  const address = checkedAddress(leaf.packageContent, leafAddress)
  return { address, byteLength: entry.packageSize, algorithm: 'sha512', hash: hash.toString('hex') }
}

const simpleProject = z.object({
  files: z.array(z.object({ filename: z.string(), url: z.string(), hashes: z.record(z.string(), z.string()) })),
})
const simpleJson = 'application/vnd.pypi.simple.v1+json'

/**
 * Where the file of a pinned wheel is; its hash is the pinned one, and the index must not state another.
 * @throws as `nugetFile`
 */
export async function wheelFile({ python }: Feeds, wheel: PinnedWheel, signal: AbortSignal): Promise<FeedFile> {
  const { file, byteLength, sha256 } = wheel
  const index = `${python}${wheel.name}/`
  const response = await get(index, signal, `${simpleJson}, text/html;q=0.1`)
  const text = await response.text().catch((error: unknown) => {
    throw unreachable(index, error, signal)
  })
  const isJson = response.headers.get('content-type')?.includes('json') === true
  const found = isJson ? fileInJson(parsed(index, text, simpleProject), file) : linkInHtml(text, file)
  if (found === undefined) {
    throw new EngineError(
      'not-found',
      `${wheel.name}: expected ${file} in ${index}, got other files; use another mirror`,
    )
  }
  if (found.sha256 !== undefined && found.sha256 !== sha256) {
    throw unexpected(index, `sha256 ${sha256} of ${file}`, found.sha256)
  }
  return { address: checkedAddress(found.address, index), byteLength, algorithm: 'sha256', hash: sha256 }
}

interface IndexedFile {
  readonly address: string
  readonly sha256: string | undefined
}

function fileInJson({ files }: z.infer<typeof simpleProject>, file: string): IndexedFile | undefined {
  const found = files.find(({ filename }) => filename === file)
  return found && { address: found.url, sha256: found.hashes['sha256'] }
}

/** `<a href="../../packages/a/b/c/name.whl#sha256=...">name.whl</a>` */
function linkInHtml(page: string, file: string): IndexedFile | undefined {
  const links = [...page.matchAll(/<a\b[^>]*\bhref\s*=\s*"([^"]*)"[^>]*>\s*([^<]*?)\s*<\/a>/gi)]
  const href = links.find(([, , text]) => text === file)?.[1]?.replaceAll('&amp;', '&')
  if (href === undefined) return undefined
  const [address = '', fragment = ''] = href.split('#')
  return { address, sha256: /^sha256=([0-9a-f]{64})$/i.exec(fragment)?.[1]?.toLowerCase() }
}

async function getJson<T>(address: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
  const response = await get(address, signal, 'application/json')
  const text = await response.text().catch((error: unknown) => {
    throw unreachable(address, error, signal)
  })
  return parsed(address, text, schema)
}

function parsed<T>(address: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    const field = cause instanceof z.ZodError ? cause.issues[0]?.path.join('.') : undefined
    throw unexpected(address, 'the JSON of a package feed', field === undefined ? 'other text' : `another ${field}`)
  }
}

/** A feed that says nothing for so long is given up. */
const ANSWER_MS = 60_000

async function get(address: string, signal: AbortSignal, accept: string): Promise<Response> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)])
  const response = await fetch(address, { headers: { accept }, signal: limit }).catch((error: unknown) => {
    throw unreachable(address, error, signal)
  })
  checkedAddress(response.url, address)
  if (response.ok) return response
  await response.body?.cancel()
  const got = `${response.status} ${response.statusText}`.trim()
  throw new EngineError(
    response.status === 404 ? 'not-found' : 'unreachable',
    `${address}: expected the answer of a package feed, got ${got}; try again later or name a mirror`,
  )
}

function unreachable(address: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason
  const { cause, name } = error as { cause?: { code?: unknown }; name?: unknown }
  const got = name === 'TimeoutError' ? `nothing for ${ANSWER_MS / 1000} s` : String(cause?.code ?? 'no connection')
  return new EngineError(
    'unreachable',
    `${address}: expected the answer of a package feed, got ${got}; connect to the network or name a mirror`,
  )
}

/** An address that a feed names: from https never to http. */
function checkedAddress(address: string, from: string): string {
  const url = URL.canParse(address, from) ? new URL(address, from) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && from.startsWith('http:'))
  if (url === undefined || !isSafe) throw unexpected(from, 'secure addresses of its files', address)
  return url.href
}

function unexpected(address: string, expected: string, got: string): EngineError {
  return new EngineError('unsupported-format', `${address}: expected ${expected}, got ${got}; name another mirror`)
}

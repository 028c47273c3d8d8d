import { errorToWire } from '../../shared/errors.ts'

export interface BulkHandlers {
  map(setId: string): Promise<{ bytes: Uint8Array; etag: string }>
  thumbnail(setId: string, row: number): Promise<{ bytes: Uint8Array; type: string } | undefined>
  selection(setId: string, selectionId: string): Promise<Float32Array>
  layer(setId: string, layerId: string): Promise<Float32Array>
  drop(dropId: string, offset: number, body: ReadableStream<Uint8Array> | null): Promise<void>
  download(exportId: string): Promise<{ body: ReadableStream; name: string; byteLength: number }>
}

const statusOfCode: Readonly<Record<string, number>> = {
  'not-found': 404,
  'not-permitted': 403,
  'invalid-input': 400,
  'disk-full': 507,
  cancelled: 409,
}

/** Answers the bulk paths of the contract (`bulkRoutes`); failures are one sentence as text. */
export async function answerBulk(request: Request, handlers: BulkHandlers): Promise<Response> {
  try {
    return await route(request, handlers)
  } catch (error) {
    const { code, message } = errorToWire(error)
    return new Response(message, { status: statusOfCode[code] ?? 500 })
  }
}

async function route(request: Request, handlers: BulkHandlers): Promise<Response> {
  const url = new URL(request.url)
  const [root, kind, id, rest] = url.pathname.split('/').filter(Boolean)
  if (root !== 'bulk' || kind === undefined || id === undefined) return notFound()
  const method = kind === 'drop' ? 'PUT' : 'GET'
  if (request.method !== method) return new Response(`expected ${method}`, { status: 405, headers: { allow: method } })
  if (kind === 'map') return mapResponse(request, await handlers.map(id))
  if (kind === 'selection' && rest !== undefined) return numbersResponse(await handlers.selection(id, rest))
  if (kind === 'layer' && rest !== undefined) return numbersResponse(await handlers.layer(id, rest))
  if (kind === 'thumbnail') return thumbnailResponse(await handlers.thumbnail(id, Number(rest)))
  if (kind === 'drop') {
    await handlers.drop(id, Number(url.searchParams.get('offset') ?? Number.NaN), request.body)
    return new Response(null, { status: 204 })
  }
  if (kind === 'download') return downloadResponse(await handlers.download(id))
  return notFound()
}

function mapResponse(request: Request, { bytes, etag }: { bytes: Uint8Array; etag: string }): Response {
  const headers = { etag, 'cache-control': 'no-cache', 'content-type': 'application/octet-stream' }
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: { ...headers, 'content-length': String(bytes.byteLength) },
  })
}

function numbersResponse(numbers: Float32Array): Response {
  return new Response(numbers as Float32Array<ArrayBuffer>, {
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(numbers.byteLength) },
  })
}

function thumbnailResponse(image: { bytes: Uint8Array; type: string } | undefined): Response {
  if (image === undefined) return notFound()
  return new Response(image.bytes as Uint8Array<ArrayBuffer>, {
    headers: {
      'content-type': image.type,
      'content-length': String(image.bytes.byteLength),
      'cache-control': 'private, max-age=86400',
    },
  })
}

function downloadResponse({
  body,
  name,
  byteLength,
}: {
  body: ReadableStream
  name: string
  byteLength: number
}): Response {
  return new Response(body, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(byteLength),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    },
  })
}

function notFound(): Response {
  return new Response('nothing here', { status: 404 })
}

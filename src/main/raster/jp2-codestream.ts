// JPEG 2000 (ISO/IEC 15444-1): boxes of a JP2 file, and its codestream cut into tiles. Each tile becomes a codestream of its
// own (the main header with the SIZ marker narrowed to that tile), so a window of a 10,980 px Sentinel-2 band needs the
// memory of a few tiles of 1,024 px instead of 700 MB for the whole.

import type { ByteSource } from '../bytes/byte-source.ts'

const marker = { soc: 0xff4f, siz: 0xff51, tlm: 0xff55, plm: 0xff57, ppm: 0xff60, sot: 0xff90, eoc: 0xffd9 } as const

export interface Jp2Boxes {
  readonly codestream: { readonly start: number; readonly end: number }
  /** contents of `xml ` boxes, GML among them */
  readonly xml: readonly string[]
  /** content of the GeoJP2 box: a GeoTIFF of one pixel */
  readonly geoTiff?: Uint8Array<ArrayBuffer>
}

const geoJp2Uuid = 'b14bf8bd083d4b43a5ae8cd7d5a6ce03'
/** boxes that hold boxes */
const superBoxes = new Set(['asoc', 'jp2h'])
const longestMetadataBox = 4 * 1024 * 1024

/** @throws Error in words that follow "expected a JPEG 2000 file, got" */
export async function readBoxes(source: ByteSource): Promise<Jp2Boxes> {
  const head = await source.slice(0, 12)
  if (head[0] === 0xff && head[1] === 0x4f) return { codestream: { start: 0, end: source.byteLength }, xml: [] }
  if (Buffer.from(head).toString('latin1', 4, 8) !== 'jP  ') throw new Error('other bytes')
  const found: { codestream?: Jp2Boxes['codestream']; xml: string[]; geoTiff?: Uint8Array<ArrayBuffer> } = { xml: [] }
  await walkBoxes(source, 0, source.byteLength, found)
  if (found.codestream === undefined) throw new Error('a file without codestream')
  return { ...found, codestream: found.codestream }
}

async function walkBoxes(
  source: ByteSource,
  start: number,
  end: number,
  found: { codestream?: Jp2Boxes['codestream']; xml: string[]; geoTiff?: Uint8Array<ArrayBuffer> },
): Promise<void> {
  let at = start
  while (at + 8 <= end) {
    const header = new DataView((await source.slice(at, at + 16)).buffer)
    let length = header.getUint32(0)
    const type = Buffer.from(header.buffer).toString('latin1', 4, 8)
    let content = at + 8
    if (length === 1 && header.byteLength >= 16) {
      length = Number(header.getBigUint64(8))
      content = at + 16
    }
    const boxEnd = length === 0 ? end : at + length
    if (boxEnd <= at || boxEnd < content) throw new Error(`a box "${type}" of ${length} bytes`)
    if (type === 'jp2c') found.codestream ??= { start: content, end: Math.min(boxEnd, source.byteLength) }
    else if (superBoxes.has(type)) await walkBoxes(source, content, Math.min(boxEnd, end), found)
    else if (boxEnd - content <= longestMetadataBox && boxEnd <= end) {
      if (type === 'xml ') found.xml.push(Buffer.from(await source.slice(content, boxEnd)).toString('utf8'))
      if (type === 'uuid') {
        const uuid = Buffer.from(await source.slice(content, content + 16)).toString('hex')
        if (uuid === geoJp2Uuid) found.geoTiff = await source.slice(content + 16, boxEnd)
      }
    }
    at = boxEnd
  }
}

export interface Component {
  readonly bits: number
  readonly isSigned: boolean
  readonly stepX: number
  readonly stepY: number
}

export interface Codestream {
  readonly width: number
  readonly height: number
  readonly tileWidth: number
  readonly tileHeight: number
  readonly tilesAcross: number
  readonly tilesDown: number
  /** where tile (0, 0) starts relative to the image, zero or negative */
  readonly tileLeft: number
  readonly tileTop: number
  readonly components: readonly Component[]
  /** A codestream of one tile. @throws Error when its bytes are missing */
  tileBytes(index: number, signal?: AbortSignal): Promise<Uint8Array>
}

interface TilePart {
  readonly start: number
  readonly end: number
}

interface TileParts {
  readonly byTile: ReadonlyMap<number, readonly TilePart[]>
  /** parts that a tile says it has, where it says so */
  readonly promised: ReadonlyMap<number, number>
  /** whether the marker that ends a codestream was found: without it parts may be missing that nothing else tells of */
  readonly isEnded: boolean
}

/** @throws Error in words that follow "expected a JPEG 2000 file, got" */
export async function readCodestream(source: ByteSource, range: Jp2Boxes['codestream']): Promise<Codestream> {
  const { segments, firstTilePart } = await readMainHeader(source, range.start)
  const sizSegment = segments.find((segment) => segment.marker === marker.siz)
  if (sizSegment === undefined || sizSegment.bytes.length < 40) throw new Error('a codestream without size')
  if (segments.some((segment) => segment.marker === marker.ppm)) throw new Error('packed packet headers (PPM)')
  const siz = readSiz(sizSegment.bytes)
  const across = Math.ceil((siz.x1 - siz.tx0) / siz.tileWidth)
  const down = Math.ceil((siz.y1 - siz.ty0) / siz.tileHeight)
  const parts = await readTileParts(source, firstTilePart, range.end)

  return {
    width: siz.x1 - siz.x0,
    height: siz.y1 - siz.y0,
    tileWidth: siz.tileWidth,
    tileHeight: siz.tileHeight,
    tilesAcross: across,
    tilesDown: down,
    tileLeft: siz.tx0 - siz.x0,
    tileTop: siz.ty0 - siz.y0,
    components: siz.components,
    async tileBytes(index, signal) {
      const tileParts = parts.byTile.get(index)
      if (tileParts === undefined) throw new Error(`no tile ${index}`)
      requireAllParts(index, tileParts.length, parts)
      const pieces = segments
        // lengths and positions of other tiles would mislead the decoder
        .filter((segment) => segment.marker !== marker.tlm && segment.marker !== marker.plm)
        .map((segment) =>
          segment.marker === marker.siz ? narrowedSiz(segment.bytes, siz, index, across) : segment.bytes,
        )
      for (const { start, end } of tileParts) {
        if (end > source.byteLength) {
          throw new Error(`tile ${index} up to byte ${end} where the file ends at byte ${source.byteLength}`)
        }
        const bytes = await source.slice(start, end, signal)
        new DataView(bytes.buffer).setUint16(4, 0)
        pieces.push(bytes)
      }
      return Buffer.concat([Uint8Array.of(0xff, 0x4f), ...pieces, Uint8Array.of(0xff, 0xd9)])
    },
  }
}

interface Segment {
  readonly marker: number
  /** marker, length and content */
  readonly bytes: Uint8Array<ArrayBuffer>
}

async function readMainHeader(
  source: ByteSource,
  start: number,
): Promise<{ segments: Segment[]; firstTilePart: number }> {
  const segments: Segment[] = []
  let at = start + 2
  for (;;) {
    const head = new DataView((await source.slice(at, at + 4)).buffer)
    if (head.byteLength < 4) throw new Error('a codestream that ends in its header')
    const code = head.getUint16(0)
    if (code === marker.sot) return { segments, firstTilePart: at }
    const length = head.getUint16(2)
    if (code < 0xff00 || length < 2) throw new Error('a damaged codestream header')
    segments.push({ marker: code, bytes: await source.slice(at, at + 2 + length) })
    at += 2 + length
  }
}

interface Siz {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  readonly tx0: number
  readonly ty0: number
  readonly tileWidth: number
  readonly tileHeight: number
  readonly components: readonly Component[]
}

/** Offsets within the SIZ segment, marker included (A.5.1). */
const sizAt = { x1: 6, y1: 10, x0: 14, y0: 18, tileWidth: 22, tileHeight: 26, tx0: 30, ty0: 34, count: 38, first: 40 }

function readSiz(bytes: Uint8Array): Siz {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = (offset: number) => view.getUint32(offset)
  const count = view.getUint16(sizAt.count)
  const components = Array.from({ length: count }, (_, index) => {
    const depth = view.getUint8(sizAt.first + 3 * index)
    return {
      bits: (depth & 0x7f) + 1,
      isSigned: (depth & 0x80) !== 0,
      stepX: view.getUint8(sizAt.first + 3 * index + 1),
      stepY: view.getUint8(sizAt.first + 3 * index + 2),
    }
  })
  const siz = {
    x0: at(sizAt.x0),
    y0: at(sizAt.y0),
    x1: at(sizAt.x1),
    y1: at(sizAt.y1),
    tx0: at(sizAt.tx0),
    ty0: at(sizAt.ty0),
    tileWidth: at(sizAt.tileWidth),
    tileHeight: at(sizAt.tileHeight),
    components,
  }
  if (siz.x1 <= siz.x0 || siz.y1 <= siz.y0 || siz.tileWidth < 1 || siz.tileHeight < 1 || count < 1) {
    throw new Error('a codestream of no size')
  }
  return siz
}

/** The image narrowed to one tile; absolute coordinates stay, so subbands fall on the same samples. */
function narrowedSiz(bytes: Uint8Array, siz: Siz, index: number, across: number): Uint8Array {
  const narrowed = bytes.slice()
  const view = new DataView(narrowed.buffer)
  const left = siz.tx0 + (index % across) * siz.tileWidth
  const top = siz.ty0 + Math.floor(index / across) * siz.tileHeight
  view.setUint32(sizAt.tx0, left)
  view.setUint32(sizAt.ty0, top)
  view.setUint32(sizAt.x0, Math.max(left, siz.x0))
  view.setUint32(sizAt.y0, Math.max(top, siz.y0))
  view.setUint32(sizAt.x1, Math.min(left + siz.tileWidth, siz.x1))
  view.setUint32(sizAt.y1, Math.min(top + siz.tileHeight, siz.y1))
  return narrowed
}

/** A decoder takes a tile with fewer parts for one of less detail, and gives other pixels. */
function requireAllParts(index: number, count: number, { promised, isEnded }: TileParts): void {
  const expected = promised.get(index)
  // some encoders promise one part too few
  if (expected !== undefined && count < expected) throw new Error(`${count} of ${expected} parts of tile ${index}`)
  if (expected === undefined && !isEnded) throw new Error(`tile ${index} in a codestream without its end`)
}

/** Walks from SOT to SOT (A.4.2); a truncated file keeps the parts it has the start of. */
async function readTileParts(source: ByteSource, start: number, end: number): Promise<TileParts> {
  const byTile = new Map<number, TilePart[]>()
  const promised = new Map<number, number>()
  let at = start
  while (at + 12 <= Math.min(end, source.byteLength)) {
    const head = new DataView((await source.slice(at, at + 12)).buffer)
    if (head.getUint16(0) !== marker.sot) break
    const tile = head.getUint16(4)
    const length = head.getUint32(6)
    const partCount = head.getUint8(11)
    // length 0: the last part, up to the end of codestream marker, so that only the marker tells whether it is whole
    const partEnd = length === 0 ? end - 2 : at + length
    if (partEnd < at + 14) throw new Error('a damaged tile')
    if (length === 0 && !(await isEndAt(source, partEnd))) throw new Error('a codestream without its end')
    if (partCount > 0) promised.set(tile, partCount)
    byTile.set(tile, [...(byTile.get(tile) ?? []), { start: at, end: partEnd }])
    at = partEnd
  }
  return { byTile, promised, isEnded: await isEndAt(source, at) }
}

async function isEndAt(source: ByteSource, at: number): Promise<boolean> {
  const bytes = await source.slice(at, at + 2)
  return bytes.length === 2 && bytes[0]! * 256 + bytes[1]! === marker.eoc
}

// A small TIFF 6.0 / GeoTIFF 1.1 writer (OGC 19-008r4): one image, strips or tiles, little-endian, below 4 GB.
// geotiff.js writes one uncompressed strip only, and neither band names nor signed types.

import { deflateSync } from 'node:zlib'
import type { Bounds } from '../../shared/terms.ts'
import type { Affine } from './raster.ts'
import type { Samples } from './tiff-blocks.ts'

export interface GeoTiffImage {
  readonly width: number
  readonly height: number
  /** planar `(bands, rows, cols)`; its array type is the file's sample type */
  readonly pixels: Samples
  /** how the file stores them; default `interleaved` (by pixel), as most tools write */
  readonly layout?: 'planar' | 'interleaved'
  /** default `deflate` */
  readonly compression?: 'none' | 'deflate'
  /** edge of square tiles in pixels, a multiple of 16; strips of about 64 kB when absent */
  readonly tileSize?: number
  /** `EPSG:n` */
  readonly crs?: string
  /** north-up; or give `bounds` */
  readonly transform?: Affine
  readonly bounds?: Bounds
  readonly bandNames?: readonly string[]
  readonly nodata?: number
  /** GDAL metadata of the file, e.g. `datetime` */
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * @returns the bytes of a GeoTIFF
 * @throws if the sizes do not fit together, the CRS is not `EPSG:n`, or the transform is rotated
 */
export function encodeGeoTiff(image: GeoTiffImage): Uint8Array<ArrayBuffer> {
  const { width, height, pixels } = image
  const bandCount = pixels.length / (width * height)
  if (!Number.isInteger(bandCount) || bandCount < 1) {
    throw new Error(`encodeGeoTiff: expected a multiple of ${height} x ${width} values, got ${pixels.length}`)
  }
  if (image.tileSize !== undefined && (image.tileSize < 16 || image.tileSize % 16 !== 0)) {
    throw new Error(`encodeGeoTiff: expected a tile size that is a multiple of 16 px, got ${image.tileSize}`)
  }
  const blocks = encodeBlocks(image, bandCount)
  return assemble([...imageTags(image, bandCount, blocks), ...geoTags(image), ...gdalTags(image, bandCount)], blocks)
}

interface Blocks {
  readonly width: number
  readonly height: number
  readonly bytes: readonly Uint8Array[]
}

function encodeBlocks(image: GeoTiffImage, bandCount: number): Blocks {
  const { width, height, pixels, tileSize, layout } = image
  const samples = layout === 'planar' ? 1 : bandCount
  const rowBytes = width * samples * pixels.BYTES_PER_ELEMENT
  const blockWidth = tileSize ?? width
  const blockHeight = tileSize ?? Math.min(height, Math.max(1, Math.floor(65_536 / rowBytes)))
  const bytes: Uint8Array[] = []
  for (let plane = 0; plane < bandCount / samples; plane++) {
    for (let row0 = 0; row0 < height; row0 += blockHeight) {
      for (let col0 = 0; col0 < width; col0 += blockWidth) {
        const block = blockPixels(image, { row0, col0, blockWidth, blockHeight, samples, plane })
        const raw = new Uint8Array(block.buffer, block.byteOffset, block.byteLength)
        bytes.push(image.compression === 'none' ? raw : deflateSync(raw))
      }
    }
  }
  return { width: blockWidth, height: blockHeight, bytes }
}

interface BlockPlace {
  readonly row0: number
  readonly col0: number
  readonly blockWidth: number
  readonly blockHeight: number
  readonly samples: number
  readonly plane: number
}

function blockPixels(image: GeoTiffImage, place: BlockPlace): Samples {
  const { width, height, pixels, tileSize } = image
  const { row0, col0, blockWidth, samples, plane } = place
  // the last strip is short, the last tile is padded
  const rows = tileSize === undefined ? Math.min(place.blockHeight, height - row0) : place.blockHeight
  const ArrayType = pixels.constructor as new (length: number) => Samples
  const block = new ArrayType(rows * blockWidth * samples)
  const usedRows = Math.min(rows, height - row0)
  const usedCols = Math.min(blockWidth, width - col0)
  for (let sample = 0; sample < samples; sample++) {
    const planeStart = (plane + sample) * width * height
    for (let row = 0; row < usedRows; row++) {
      let from = planeStart + (row0 + row) * width + col0
      let to = row * blockWidth * samples + sample
      for (let col = 0; col < usedCols; col++, from++, to += samples) block[to] = pixels[from] as number
    }
  }
  return block
}

type TagType = 'ascii' | 'short' | 'long' | 'double'
interface Tag {
  readonly id: number
  readonly type: TagType
  readonly values: readonly number[] | string
}

function imageTags(image: GeoTiffImage, bandCount: number, blocks: Blocks): Tag[] {
  const { pixels } = image
  const perBand = (value: number) => new Array<number>(bandCount).fill(value)
  const byteCounts = blocks.bytes.map((block) => block.length)
  const isRgb = bandCount === 3 && pixels instanceof Uint8Array
  const tiled = image.tileSize !== undefined
  // offsets are filled in by assemble()
  const offsets = byteCounts.map(() => 0)
  return [
    { id: 256, type: 'long', values: [image.width] },
    { id: 257, type: 'long', values: [image.height] },
    { id: 258, type: 'short', values: perBand(pixels.BYTES_PER_ELEMENT * 8) },
    { id: 259, type: 'short', values: [image.compression === 'none' ? 1 : 8] },
    { id: 262, type: 'short', values: [isRgb ? 2 : 1] },
    { id: 277, type: 'short', values: [bandCount] },
    { id: 284, type: 'short', values: [image.layout === 'planar' ? 2 : 1] },
    ...(bandCount > 1 && !isRgb ? [{ id: 338, type: 'short', values: perBand(0).slice(1) } as const] : []),
    { id: 339, type: 'short', values: perBand(sampleFormat(pixels)) },
    ...(tiled
      ? ([
          { id: 322, type: 'long', values: [blocks.width] },
          { id: 323, type: 'long', values: [blocks.height] },
          { id: 324, type: 'long', values: offsets },
          { id: 325, type: 'long', values: byteCounts },
        ] as const)
      : ([
          { id: 273, type: 'long', values: offsets },
          { id: 278, type: 'long', values: [blocks.height] },
          { id: 279, type: 'long', values: byteCounts },
        ] as const)),
  ]
}

function sampleFormat(pixels: Samples): number {
  if (pixels instanceof Float32Array || pixels instanceof Float64Array) return 3
  return pixels instanceof Int8Array || pixels instanceof Int16Array || pixels instanceof Int32Array ? 2 : 1
}

function geoTags(image: GeoTiffImage): Tag[] {
  const tags: Tag[] = []
  const transform = transformOf(image)
  if (transform !== undefined) {
    const [a, b, c, d, e, f] = transform
    if (b !== 0 || d !== 0) throw new Error('encodeGeoTiff: expected a north-up transform, got a rotated one')
    tags.push({ id: 33550, type: 'double', values: [a, -e, 0] })
    tags.push({ id: 33922, type: 'double', values: [0, 0, 0, c, f, 0] })
  }
  if (image.crs !== undefined) {
    const code = Number(/^EPSG:(\d+)$/.exec(image.crs)?.[1])
    if (!(code > 0 && code < 65_536)) throw new Error(`encodeGeoTiff: expected a CRS EPSG:n, got ${image.crs}`)
    // EPSG keeps geographic 2D systems between 4000 and 4999
    const geographic = code >= 4000 && code < 5000
    const keys = [1024, 0, 1, geographic ? 2 : 1, 1025, 0, 1, 1, geographic ? 2048 : 3072, 0, 1, code]
    tags.push({ id: 34735, type: 'short', values: [1, 1, 1, keys.length / 4, ...keys] })
  }
  return tags
}

function transformOf({ transform, bounds, width, height }: GeoTiffImage): Affine | undefined {
  if (transform !== undefined || bounds === undefined) return transform
  const [left, bottom, right, top] = bounds
  return [(right - left) / width, 0, left, 0, (bottom - top) / height, top]
}

function gdalTags(image: GeoTiffImage, bandCount: number): Tag[] {
  const items = Object.entries(image.metadata ?? {}).map(
    ([name, value]) => `<Item name="${escapeXml(name)}">${escapeXml(escapeXml(value))}</Item>`,
  )
  if (image.bandNames !== undefined && image.bandNames.length !== bandCount) {
    throw new Error(`encodeGeoTiff: expected ${bandCount} band names, got ${image.bandNames.length}`)
  }
  image.bandNames?.forEach((name, band) => {
    items.push(`<Item name="DESCRIPTION" sample="${band}" role="description">${escapeXml(escapeXml(name))}</Item>`)
  })
  const tags: Tag[] = []
  if (items.length > 0) {
    tags.push({ id: 42112, type: 'ascii', values: `<GDALMetadata>${items.join('')}</GDALMetadata>` })
  }
  if (image.nodata !== undefined) tags.push({ id: 42113, type: 'ascii', values: String(image.nodata).toLowerCase() })
  return tags
}

/** GDAL escapes item texts twice and undoes it twice. */
function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const typeCodes = { ascii: 2, short: 3, long: 4, double: 12 } as const
const typeBytes = { ascii: 1, short: 2, long: 4, double: 8 } as const

/** Header, directory, long tag values, then the blocks. */
function assemble(unsorted: readonly Tag[], blocks: Blocks): Uint8Array<ArrayBuffer> {
  const tags = unsorted.map(encodeTag).sort((a, b) => a.id - b.id)
  const directoryEnd = 8 + 2 + 12 * tags.length + 4
  let end = directoryEnd
  const valueStarts = tags.map(({ data }) => {
    if (data.length <= 4) return 0
    const start = end
    end += data.length + (data.length % 2)
    return start
  })
  const blockStarts = blocks.bytes.map((block) => {
    const start = end
    end += block.length + (block.length % 2)
    return start
  })
  if (end > 0xffffffff) throw new Error(`encodeGeoTiff: expected an image below 4 GB, got ${end} bytes`)

  const file = new Uint8Array(end)
  const view = new DataView(file.buffer)
  file.set([0x49, 0x49, 42, 0, 8, 0, 0, 0])
  view.setUint16(8, tags.length, true)
  tags.forEach(({ id, type, count, data }, index) => {
    if (id === 273 || id === 324) {
      const target = new DataView(data.buffer)
      blockStarts.forEach((start, block) => {
        target.setUint32(4 * block, start, true)
      })
    }
    const at = 10 + 12 * index
    view.setUint16(at, id, true)
    view.setUint16(at + 2, typeCodes[type], true)
    view.setUint32(at + 4, count, true)
    if (data.length <= 4) file.set(data, at + 8)
    else {
      view.setUint32(at + 8, valueStarts[index] as number, true)
      file.set(data, valueStarts[index] as number)
    }
  })
  blocks.bytes.forEach((block, index) => {
    file.set(block, blockStarts[index] as number)
  })
  return file
}

interface EncodedTag {
  readonly id: number
  readonly type: TagType
  readonly count: number
  readonly data: Uint8Array
}

function encodeTag({ id, type, values }: Tag): EncodedTag {
  if (typeof values === 'string') {
    const data = new TextEncoder().encode(`${values}\0`)
    return { id, type, count: data.length, data }
  }
  const data = new Uint8Array(values.length * typeBytes[type])
  const view = new DataView(data.buffer)
  values.forEach((value, index) => {
    if (type === 'short') view.setUint16(2 * index, value, true)
    else if (type === 'long') view.setUint32(4 * index, value, true)
    else view.setFloat64(8 * index, value, true)
  })
  return { id, type, count: values.length, data }
}

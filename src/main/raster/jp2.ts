import { EngineError, isAbortError } from '../../shared/errors.ts'
import type { ByteSource } from '../bytes/byte-source.ts'
import { type Codestream, readBoxes, readCodestream } from './jp2-codestream.ts'
import { georeferenceOfJp2 } from './jp2-georeference.ts'
import { type DecodedComponents, decodeCodestream } from './openjpeg.ts'
import { boundsOf, checkWindow, type PixelWindow, type Raster, type SampleType } from './raster.ts'

/** A tile is decoded whole: above this OpenJPEG's 4 bytes a sample come near the end of its memory. */
const mostTilePixels = 200_000_000
/** Decoded samples kept for the next windows, per open file: 24 tiles of 1,024 px. */
const cachedSamples = 24 * 1024 * 1024

/**
 * Opens a JPEG 2000 file (JP2 or bare codestream) for window reads. Memory: the tiles under a window while they are decoded
 * (about 12 MB each for tiles of 1,024 px), then at most 48 MB of decoded 16-bit tiles kept per open file.
 * @throws EngineError `unreadable-file` when it is no JPEG 2000, `unsupported-format` for subsampled components, more than 16 bits,
 *   or tiles too large to decode
 */
export async function openJp2(source: ByteSource): Promise<Raster> {
  const { name } = source
  const { codestream, boxes } = await readStructure(source)
  const { width, height, components } = codestream
  const dtype = sampleTypeOf(codestream, name)
  const { crs, transform } = await georeferenceOfJp2(boxes)
  const tiles = new TileCache(codestream)
  const raster: Raster = {
    name,
    width,
    height,
    bandCount: components.length,
    dtype,
    metadata: new Map(),
    ...(crs === undefined ? {} : { crs }),
    ...(transform === undefined ? {} : { transform, bounds: boundsOf(transform, width, height) }),
    async readWindow(window, options = {}) {
      const bands = options.bands ?? components.map((_, band) => band)
      checkWindow(raster, window, bands)
      return await readTiles(codestream, tiles, { window, bands, name, signal: options.signal })
    },
  }
  return raster
}

async function readStructure(source: ByteSource) {
  try {
    const boxes = await readBoxes(source)
    return { boxes, codestream: await readCodestream(source, boxes.codestream) }
  } catch (cause) {
    if (cause instanceof EngineError || isAbortError(cause)) throw cause
    const got = source.byteLength === 0 ? 'an empty file' : (cause as Error).message
    throw new EngineError(
      'unreadable-file',
      `${source.name}: expected a JPEG 2000 file, got ${got}; download it again`,
      { cause },
    )
  }
}

function sampleTypeOf({ components, tileWidth, tileHeight, width, height }: Codestream, name: string): SampleType {
  const bits = Math.max(...components.map((component) => component.bits))
  const pixels = Math.min(tileWidth, width) * Math.min(tileHeight, height) * components.length
  const refuse = (expected: string, got: string) =>
    new EngineError(
      'unsupported-format',
      `${name}: expected ${expected}, got ${got}; convert it to GeoTIFF, e.g. gdal_translate`,
    )
  if (components.some(({ stepX, stepY }) => stepX !== 1 || stepY !== 1)) {
    throw refuse('JPEG 2000 bands of one size', 'subsampled ones')
  }
  if (bits > 16) throw refuse('JPEG 2000 samples of up to 16 bits', `${bits} bits`)
  if (pixels > mostTilePixels)
    throw refuse(`JPEG 2000 tiles of up to ${mostTilePixels / 1e6} megapixels`, `${Math.round(pixels / 1e6)}`)
  const isSigned = components[0]?.isSigned === true
  if (bits <= 8) return isSigned ? 'int8' : 'uint8'
  return isSigned ? 'int16' : 'uint16'
}

/** Decoded tiles of one file, the most recently used within a budget of samples. */
class TileCache {
  readonly #codestream: Codestream
  readonly #tiles = new Map<number, Promise<DecodedComponents>>()
  readonly #capacity: number

  constructor(codestream: Codestream) {
    this.#codestream = codestream
    const samplesPerTile = codestream.tileWidth * codestream.tileHeight * codestream.components.length
    this.#capacity = Math.max(1, Math.floor(cachedSamples / samplesPerTile))
  }

  async get(index: number, signal: AbortSignal | undefined): Promise<DecodedComponents> {
    const known = this.#tiles.get(index)
    this.#tiles.delete(index)
    const tile = known ?? this.#codestream.tileBytes(index, signal).then(decodeCodestream)
    this.#tiles.set(index, tile)
    tile.catch(() => this.#tiles.delete(index))
    const oldest = this.#tiles.keys().next().value
    if (this.#tiles.size > this.#capacity && oldest !== undefined) this.#tiles.delete(oldest)
    return await tile
  }
}

interface TileRequest {
  readonly window: PixelWindow
  readonly bands: readonly number[]
  readonly name: string
  readonly signal: AbortSignal | undefined
}

async function readTiles(codestream: Codestream, tiles: TileCache, request: TileRequest): Promise<Float32Array> {
  const { window, bands, name, signal } = request
  const { tileWidth, tileHeight, tileLeft, tileTop, tilesAcross } = codestream
  const out = new Float32Array(bands.length * (window.row1 - window.row0) * (window.col1 - window.col0))
  const firstRow = Math.floor((window.row0 - tileTop) / tileHeight)
  const firstCol = Math.floor((window.col0 - tileLeft) / tileWidth)
  for (let row = firstRow; tileTop + row * tileHeight < window.row1; row++) {
    for (let col = firstCol; tileLeft + col * tileWidth < window.col1; col++) {
      signal?.throwIfAborted()
      const tile = await tiles.get(row * tilesAcross + col, signal).catch((cause: unknown) => {
        if (cause instanceof EngineError || isAbortError(cause)) throw cause
        throw new EngineError(
          'unreadable-file',
          `${name}: expected pixels in tile row ${row}, column ${col}, got ${(cause as Error).message.replace(/\.$/, '')}; the file is damaged, download it again`,
          { cause },
        )
      })
      const top = Math.max(0, tileTop + row * tileHeight)
      const left = Math.max(0, tileLeft + col * tileWidth)
      copyTile(tile, { top, left, window, bands, out })
    }
  }
  return out
}

interface TileCopy {
  readonly top: number
  readonly left: number
  readonly window: PixelWindow
  readonly bands: readonly number[]
  readonly out: Float32Array
}

function copyTile(tile: DecodedComponents, { top, left, window, bands, out }: TileCopy): void {
  const outWidth = window.col1 - window.col0
  const planeLength = outWidth * (window.row1 - window.row0)
  const row1 = Math.min(window.row1, top + tile.height)
  const col0 = Math.max(window.col0, left)
  const col1 = Math.min(window.col1, left + tile.width)
  bands.forEach((band, index) => {
    for (let row = Math.max(window.row0, top); row < row1; row++) {
      let from = ((row - top) * tile.width + col0 - left) * tile.componentCount + band
      const start = index * planeLength + (row - window.row0) * outWidth - window.col0
      for (let col = col0; col < col1; col++, from += tile.componentCount) {
        out[start + col] = tile.samples[from] as number
      }
    }
  })
}

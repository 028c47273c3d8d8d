import { GeoTIFF, type GeoTIFFImage } from 'geotiff'
import { EngineError, isAbortError } from '../../shared/errors.ts'
import type { ByteSource } from '../bytes/byte-source.ts'
import { registerZlib } from './inflate.ts'
import { type Affine, boundsOf, checkWindow, type PixelWindow, type Raster, type SampleType } from './raster.ts'
import { type BlockReader, endOfBlocks, openBlocks, type Samples } from './tiff-blocks.ts'
import { crsOfGeoKeys } from './tiff-crs.ts'
import { registerJpeg } from './tiff-jpeg.ts'
import { TiffSource } from './tiff-source.ts'
import { registerZstd } from './tiff-zstd.ts'

registerZlib()
registerJpeg()
registerZstd()

/** Blocks decoded at the same time: enough to keep a disk busy, few enough to bound memory. */
const blocksAtOnce = 8

/**
 * Opens a TIFF or GeoTIFF for window reads at full resolution; overviews are ignored. The caller closes `source`.
 * @throws EngineError `unreadable-file` when it is no TIFF or its directory is damaged, `unsupported-format` for sample types
 *   and compressions that we cannot decode
 */
export async function openGeoTiff(source: ByteSource): Promise<Raster> {
  const tiffSource = new TiffSource(source)
  const image = await firstImage(tiffSource, source)
  const dtype = sampleTypeOf(image, source.name)
  const { blocks, gdal } = await fromDirectory(source.name, async () => ({
    blocks: await openBlocks(image, dtype, source.name),
    gdal: await gdalMetadata(image),
  }))
  tiffSource.strict = true

  const { width, height, bandCount } = sizeOf(image, source.name)
  const transform = transformOf(image)
  const crs = crsOfGeoKeys(image.getGeoKeys())
  const nodata = nodataOf(image)
  const bandNames = bandNamesOf(gdal.descriptions, bandCount) ?? colourNamesOf(image, bandCount, dtype)
  const raster: Raster = {
    name: source.name,
    width,
    height,
    bandCount,
    dtype,
    metadata: gdal.metadata,
    ...(bandNames === undefined ? {} : { bandNames }),
    ...(crs === undefined ? {} : { crs }),
    ...(transform === undefined ? {} : { transform, bounds: boundsOf(transform, width, height) }),
    ...(nodata === undefined ? {} : { nodata }),
    async readWindow(window, options = {}) {
      const bands = options.bands ?? Array.from({ length: bandCount }, (_, band) => band)
      checkWindow(raster, window, bands)
      return await readBlocks(blocks, { window, bands, name: source.name, signal: options.signal })
    },
    async requireWhole() {
      tiffSource.requirePixels(await endOfBlocks(image))
    },
  }
  return raster
}

async function firstImage(tiffSource: TiffSource, source: ByteSource): Promise<GeoTIFFImage> {
  if (source.byteLength < 8) throw notTiff(source.name, `${source.byteLength} bytes`)
  return await fromDirectory(source.name, async () => (await GeoTIFF.fromSource(tiffSource)).getImage(0))
}

async function fromDirectory<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (cause instanceof EngineError || isAbortError(cause)) throw cause
    throw notTiff(name, plainCause(cause), cause)
  }
}

/** geotiff.js runs off the end of its buffers where a file is cut. */
function plainCause(cause: unknown): string {
  return cause instanceof RangeError ? 'a truncated one' : (cause as Error).message.replace(/\.$/, '')
}

function notTiff(name: string, got: string, cause?: unknown): EngineError {
  return new EngineError('unreadable-file', `${name}: expected a TIFF file, got ${got}; copy or export it again`, {
    cause,
  })
}

function sizeOf(image: GeoTIFFImage, name: string): { width: number; height: number; bandCount: number } {
  const [width, height, bandCount] = [image.getWidth(), image.getHeight(), image.getSamplesPerPixel()]
  if (width < 1 || height < 1 || bandCount < 1 || image.getTileWidth() < 1 || image.getTileHeight() < 1) {
    throw notTiff(name, `an image of ${height} x ${width} px with ${bandCount} bands`)
  }
  return { width, height, bandCount }
}

function sampleTypeOf(image: GeoTIFFImage, name: string): SampleType {
  const format = Number(image.getSampleFormat(0) ?? 1)
  const bits = Number(image.getBitsPerSample(0) || 1)
  // below 8 bits and odd widths geotiff.js unpacks into the next wider unsigned type
  if (format === 1 || format === 4) {
    if (bits <= 8) return 'uint8'
    if (bits <= 16) return 'uint16'
    if (bits <= 32) return 'uint32'
  }
  if (format === 2 && (bits === 8 || bits === 16 || bits === 32)) return `int${bits}`
  if (format === 3 && (bits === 16 || bits === 32 || bits === 64)) return `float${bits}`
  throw new EngineError(
    'unsupported-format',
    `${name}: expected integer samples of up to 32 bits or floats of 16, 32 or 64 bits, got sample format ${format} with ${bits} bits`,
  )
}

function transformOf(image: GeoTIFFImage): Affine | undefined {
  const directory = image.fileDirectory
  const matrix = directory.getValue('ModelTransformation')
  if (matrix !== undefined) {
    return shiftToCorner(image, [matrix[0]!, matrix[1]!, matrix[3]!, matrix[4]!, matrix[5]!, matrix[7]!])
  }
  const scale = directory.getValue('ModelPixelScale')
  const tie = directory.getValue('ModelTiepoint')
  if (scale === undefined || tie === undefined || tie.length < 6) return undefined
  const [a, e] = [scale[0]!, -scale[1]!]
  return shiftToCorner(image, [a, 0, tie[3]! - tie[0]! * a, 0, e, tie[4]! - tie[1]! * e])
}

/** PixelIsPoint files give the centre of the first pixel (OGC 19-008r4, 7.1.2). */
function shiftToCorner(image: GeoTIFFImage, transform: Affine): Affine {
  if (image.getGeoKeys()?.GTRasterTypeGeoKey !== 2) return transform
  const [a, b, c, d, e, f] = transform
  return [a, b, c - (a + b) / 2, d, e, f - (d + e) / 2]
}

function nodataOf(image: GeoTIFFImage): number | undefined {
  const text = image.fileDirectory.getValue('GDAL_NODATA')
  if (text === undefined) return undefined
  const trimmed = text.replaceAll('\0', '').trim()
  if (trimmed === '') return undefined
  return /^[+-]?nan$/i.test(trimmed) ? Number.NaN : Number(trimmed)
}

interface GdalMetadata {
  readonly metadata: ReadonlyMap<string, string>
  /** by band index */
  readonly descriptions: ReadonlyMap<number, string>
}

async function gdalMetadata(image: GeoTIFFImage): Promise<GdalMetadata> {
  const metadata = new Map<string, string>()
  const descriptions = new Map<number, string>()
  if (image.fileDirectory.hasTag('GDAL_METADATA')) {
    const xml = String(await image.fileDirectory.loadValue('GDAL_METADATA'))
    for (const [, attributes = '', value = ''] of xml.matchAll(/<Item\b([^>]*)>([^<]*)<\/Item>/g)) {
      const sample = /\bsample="(\d+)"/.exec(attributes)?.[1]
      const name = unescapeXml(/\bname="([^"]*)"/.exec(attributes)?.[1] ?? '')
      // GDAL escapes twice
      const text = unescapeXml(unescapeXml(value))
      if (sample === undefined) metadata.set(name, text)
      else if (/\brole="description"/.test(attributes)) descriptions.set(Number(sample), text)
    }
  }
  return { metadata, descriptions }
}

export function unescapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => entities[name] ?? '')
}

/** Writers such as rioxarray call every band `bands`; such names tell nothing. */
function bandNamesOf(descriptions: ReadonlyMap<number, string>, bandCount: number): string[] | undefined {
  const names = Array.from({ length: bandCount }, (_, band) => descriptions.get(band)?.trim() ?? '')
  return names.every((name) => name !== '') && new Set(names).size === bandCount ? names : undefined
}

/** A picture says by its photometric tag that its bands are colours; extra samples 1 and 2 are alpha (TIFF 6.0, page 31). */
function colourNamesOf(image: GeoTIFFImage, bandCount: number, dtype: SampleType): string[] | undefined {
  const photometric = image.fileDirectory.getValue('PhotometricInterpretation')
  const isColour = dtype === 'uint8' && bandCount >= 3 && (photometric === 2 || photometric === 6)
  if (!isColour) return undefined
  const extras = Array.from(image.fileDirectory.getValue('ExtraSamples') ?? [])
  const isAlpha = (band: number) => extras[band - 3] === 1 || extras[band - 3] === 2
  const others = Array.from({ length: bandCount - 3 }, (_, index) =>
    isAlpha(index + 3) ? 'alpha' : `band${index + 4}`,
  )
  return ['red', 'green', 'blue', ...others]
}

interface BlockRequest {
  readonly window: PixelWindow
  readonly bands: readonly number[]
  readonly name: string
  readonly signal: AbortSignal | undefined
}

async function readBlocks(blocks: BlockReader, request: BlockRequest): Promise<Float32Array> {
  const { window, bands, name, signal } = request
  const planeLength = (window.row1 - window.row0) * (window.col1 - window.col0)
  const out = new Float32Array(bands.length * planeLength)
  const interleaved = blocks.samplesPerBlockPixel > 1 || bands.every((band) => band === 0)
  const jobs = blocksOf(blocks, window, interleaved ? [0] : bands)

  const work = async (): Promise<void> => {
    for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
      signal?.throwIfAborted()
      const [blockCol, blockRow, band] = job
      const samples = await blocks.read(blockCol, blockRow, band, signal).catch((cause: unknown) => {
        if (cause instanceof EngineError || isAbortError(cause)) throw cause
        throw new EngineError(
          'unreadable-file',
          `${name}: expected pixels in block row ${blockRow}, column ${blockCol}, got ${plainCause(cause)}; the file is damaged, copy it again`,
          { cause },
        )
      })
      bands.forEach((wanted, index) => {
        if (!interleaved && wanted !== band) return
        const sample = interleaved ? wanted : 0
        copyBlock(samples, blocks, { name, blockCol, blockRow, sample, window, out, outStart: index * planeLength })
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(blocksAtOnce, jobs.length) }, work))
  return out
}

function blocksOf(
  { blockWidth, blockHeight }: BlockReader,
  window: PixelWindow,
  bands: readonly number[],
): [blockCol: number, blockRow: number, band: number][] {
  const jobs: [number, number, number][] = []
  for (const band of new Set(bands)) {
    for (let row = Math.floor(window.row0 / blockHeight); row * blockHeight < window.row1; row++) {
      for (let col = Math.floor(window.col0 / blockWidth); col * blockWidth < window.col1; col++) {
        jobs.push([col, row, band])
      }
    }
  }
  return jobs.reverse()
}

interface CopyTarget {
  readonly name: string
  readonly blockCol: number
  readonly blockRow: number
  readonly sample: number
  readonly window: PixelWindow
  readonly out: Float32Array
  readonly outStart: number
}

function copyBlock(samples: Samples, blocks: BlockReader, target: CopyTarget): void {
  const { window, out, outStart, sample } = target
  const { blockWidth, blockHeight, samplesPerBlockPixel: stride } = blocks
  const top = target.blockRow * blockHeight
  const left = target.blockCol * blockWidth
  const row1 = Math.min(window.row1, top + blockHeight)
  const col0 = Math.max(window.col0, left)
  const col1 = Math.min(window.col1, left + blockWidth)
  const outWidth = window.col1 - window.col0
  for (let row = Math.max(window.row0, top); row < row1; row++) {
    let from = ((row - top) * blockWidth + col0 - left) * stride + sample
    let to = outStart + (row - window.row0) * outWidth + col0 - window.col0
    const end = to + col1 - col0
    if (from + (col1 - col0 - 1) * stride >= samples.length) {
      throw new EngineError(
        'unreadable-file',
        `${target.name}: expected blocks of ${blockHeight} x ${blockWidth} px, got one of ${samples.length} samples; the file is damaged, copy it again`,
      )
    }
    for (; to < end; to++, from += stride) out[to] = samples[from] as number
  }
}

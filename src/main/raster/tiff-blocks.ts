// Tiles and strips of a TIFF -> samples in machine byte order. geotiff.js finds and decompresses a block;
// byte order and predictor 2 of big-endian files are put right here, where its own reader does not.

import { type GeoTIFFImage, getDecoder } from 'geotiff'
import { EngineError } from '../../shared/errors.ts'
import { halfValues, swapBytes } from '../bytes/number-bytes.ts'
import type { SampleType } from './raster.ts'

export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array

export interface BlockReader {
  readonly blockWidth: number
  readonly blockHeight: number
  /** samples of one pixel in a block: all bands when pixel-interleaved, else 1 */
  readonly samplesPerBlockPixel: number
  /** @param band ignored when pixel-interleaved */
  read(blockCol: number, blockRow: number, band: number, signal?: AbortSignal): Promise<Samples>
}

const compressionNames: Readonly<Record<number, string>> = {
  6: 'old-style JPEG',
  34712: 'JPEG 2000',
  34925: 'LZMA',
  50001: 'WebP',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
}

/** @throws EngineError `unsupported-format` for a compression without decoder */
export async function openBlocks(image: GeoTIFFImage, dtype: SampleType, name: string): Promise<BlockReader> {
  const directory = image.fileDirectory
  const compression = Number(directory.getValue('Compression') ?? 1)
  const unsupported = compressionNames[compression]
  if (unsupported !== undefined) throw unknownCompression(name, unsupported)
  const predictor = Number((await directory.loadValue('Predictor')) ?? 1)
  const swapPredictor = predictor === 2 && !image.littleEndian && bytesOf(dtype) > 1
  const planar = image.planarConfiguration === 2
  const decoder = await getDecoder(compression, {
    tileWidth: image.getTileWidth(),
    tileHeight: image.getTileHeight(),
    planarConfiguration: image.planarConfiguration,
    bitsPerSample: directory.getValue('BitsPerSample') ?? [8],
    predictor: swapPredictor ? 1 : predictor,
    samplesPerPixel: image.getSamplesPerPixel(),
    ...(compression === 7
      ? {
          JPEGTables: await directory.loadValue('JPEGTables'),
          photometric: directory.getValue('PhotometricInterpretation'),
        }
      : {}),
    ...(compression === 34887 ? { LercParameters: await directory.loadValue('LercParameters') } : {}),
  }).catch(() => {
    throw unknownCompression(name, `number ${compression}`)
  })
  const samplesPerBlockPixel = planar ? 1 : image.getSamplesPerPixel()

  return {
    blockWidth: image.getTileWidth(),
    blockHeight: image.getTileHeight(),
    samplesPerBlockPixel,
    async read(blockCol, blockRow, band, signal) {
      const { data } = await image.getTileOrStrip(blockCol, blockRow, planar ? band : 0, decoder, signal)
      const samples = samplesOf(data as ArrayBuffer, dtype, image.littleEndian)
      if (swapPredictor) accumulateRows(samples, image.getTileWidth(), samplesPerBlockPixel)
      return samples
    },
  }
}

/** The byte behind the last block; 0 where the directory gives no lengths. Blocks that a sparse file leaves out have none. */
export async function endOfBlocks({ fileDirectory }: GeoTIFFImage): Promise<number> {
  const kind = fileDirectory.hasTag('StripOffsets') ? 'Strip' : 'Tile'
  const offsets = (await fileDirectory.loadValue(`${kind}Offsets`)) ?? []
  const lengths = (await fileDirectory.loadValue(`${kind}ByteCounts`)) ?? []
  let end = 0
  for (let block = 0; block < Math.min(offsets.length, lengths.length); block++) {
    const length = Number(lengths[block])
    if (length > 0) end = Math.max(end, Number(offsets[block]) + length)
  }
  return end
}

function unknownCompression(name: string, got: string): EngineError {
  return new EngineError(
    'unsupported-format',
    `${name}: expected a TIFF compressed with deflate, LZW, PackBits, ZSTD, LERC, JPEG or not at all, got ${got}; convert it, e.g. gdal_translate -co COMPRESS=DEFLATE`,
  )
}

const arrayTypes = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const

export function bytesOf(dtype: SampleType): number {
  return dtype === 'float16' ? 2 : arrayTypes[dtype].BYTES_PER_ELEMENT
}

function samplesOf(data: ArrayBuffer, dtype: SampleType, littleEndian: boolean): Samples {
  const ArrayType = dtype === 'float16' ? Uint16Array : arrayTypes[dtype]
  const size = ArrayType.BYTES_PER_ELEMENT
  const whole = data.byteLength % size === 0 ? data : data.slice(0, data.byteLength - (data.byteLength % size))
  if (!littleEndian && size > 1) swapBytes(new Uint8Array(whole), size)
  return dtype === 'float16' ? halfValues(new Uint16Array(whole)) : new ArrayType(whole)
}

/** TIFF predictor 2: each sample holds the difference to its left neighbour. */
function accumulateRows(samples: Samples, width: number, stride: number): void {
  const rowLength = width * stride
  for (let row = 0; row + rowLength <= samples.length; row += rowLength) {
    for (let i = row + stride; i < row + rowLength; i++) {
      samples[i] = (samples[i] as number) + (samples[i - stride] as number)
    }
  }
}

// JPEG blocks of a TIFF (TIFF Technical Note 2): the tables stand once in the file, the blocks are abbreviated streams.

import { addDecoder, BaseDecoder } from 'geotiff'
import { decodeJpeg } from './libjpeg.ts'

const ycbcr = 6

interface JpegParameters {
  readonly JPEGTables?: ArrayLike<number> | undefined
  readonly photometric?: number | undefined
}

class TiffJpegDecoder extends BaseDecoder {
  override async decodeBlock(block: ArrayBuffer): Promise<ArrayBuffer> {
    const { JPEGTables, photometric } = this.parameters as unknown as JpegParameters
    const tables = Uint8Array.from(JPEGTables ?? [])
    // the blocks carry no marker that tells RGB from YCbCr, and libjpeg would guess: the file's own tag goes in as an Adobe marker
    const transform = photometric === ycbcr ? 1 : 0
    const adobe = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform]
    const stream = Buffer.concat([
      Uint8Array.of(0xff, 0xd8, ...adobe),
      tables.subarray(2, Math.max(2, tables.length - 2)),
      new Uint8Array(block).subarray(2),
    ])
    return (await decodeJpeg(stream)).data.buffer
  }
}

/** TIFF compression 7; the colours come out as RGB. */
export function registerJpeg(): void {
  addDecoder(7, async () => TiffJpegDecoder)
}

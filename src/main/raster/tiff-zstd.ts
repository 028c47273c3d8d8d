// ZSTD blocks of a TIFF. The decoder inside geotiff.js never returns on some damaged blocks; this one throws.

import { addDecoder, BaseDecoder } from 'geotiff'
import { compressors } from 'hyparquet-compressors'

class TiffZstdDecoder extends BaseDecoder {
  override decodeBlock(block: ArrayBuffer): ArrayBuffer {
    const bytes = compressors.ZSTD?.(new Uint8Array(block), 0)
    if (bytes === undefined) throw new Error('no ZSTD decoder')
    return bytes.slice().buffer as ArrayBuffer
  }
}

/** TIFF compression 50000. */
export function registerZstd(): void {
  addDecoder(50000, async () => TiffZstdDecoder)
}

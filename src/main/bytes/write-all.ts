import type { FileHandle } from 'node:fs/promises'

/** Writes all of `bytes` from byte `start` of the file on; one write of the system may take only a part. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, start: number): Promise<void> {
  let written = 0
  while (written < bytes.byteLength) {
    written += (await file.write(bytes, written, bytes.byteLength - written, start + written)).bytesWritten
  }
}

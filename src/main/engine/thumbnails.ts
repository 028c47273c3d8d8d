/** Bytes of pictures that stay in memory. */
const KEPT_BYTES = 48 * 1024 * 1024

export interface Thumbnail {
  readonly bytes: Uint8Array
  readonly type: string
}

/** Thumbnails served last, so that a gallery that is scrolled back and forth reads each once. */
export class ThumbnailCache {
  readonly #kept = new Map<string, Promise<Thumbnail | undefined>>()
  readonly #bytes = new Map<string, number>()
  #total = 0

  /** The picture of `key`, made by `make` when it is not here; failures are not kept. */
  async get(key: string, make: () => Promise<Uint8Array | undefined>): Promise<Thumbnail | undefined> {
    const known = this.#kept.get(key)
    if (known !== undefined) {
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return known
    }
    const made = make().then((bytes) => bytes && { bytes, type: imageType(bytes) })
    this.#kept.set(key, made)
    try {
      const image = await made
      this.#grow(key, image?.bytes.byteLength ?? 0)
      return image
    } catch (error) {
      this.#kept.delete(key)
      throw error
    }
  }

  #grow(key: string, bytes: number): void {
    this.#bytes.set(key, bytes)
    this.#total += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#total <= KEPT_BYTES || oldest === key) return
      this.#total -= this.#bytes.get(oldest) ?? 0
      this.#bytes.delete(oldest)
      this.#kept.delete(oldest)
    }
  }
}

function imageType(bytes: Uint8Array): string {
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return 'image/png'
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'image/jpeg'
  if (bytes[0] === 0x52 && bytes[8] === 0x57) return 'image/webp'
  return 'application/octet-stream'
}

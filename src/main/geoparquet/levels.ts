// Repetition and definition levels of a Parquet page: the hybrid of runs and bit-packed groups of
// https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE, for levels of at most 8 bits.

/** Bits that hold levels 0..maxLevel. */
export function levelBits(maxLevel: number): number {
  return 32 - Math.clz32(maxLevel)
}

/**
 * Decodes `count` levels from `bytes[start, end)`.
 * @throws RangeError when the bytes end early
 */
export function decodeLevels(bytes: Uint8Array, start: number, end: number, bits: number, count: number): Uint8Array {
  const levels = new Uint8Array(count)
  let offset = start
  let filled = 0
  while (filled < count) {
    let header = 0
    for (let shift = 0; ; shift += 7) {
      if (offset >= end) throw new RangeError('levels end early')
      const byte = bytes[offset++]!
      header |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    const length = header >>> 1
    if ((header & 1) === 0) {
      if (offset >= end) throw new RangeError('levels end early')
      levels.fill(bytes[offset++]!, filled, filled + length)
      filled += length
      if (length === 0) throw new RangeError('levels have an empty run')
    } else {
      const packed = Math.min(length * 8, count - filled)
      if (offset + Math.ceil((packed * bits) / 8) > end) throw new RangeError('levels end early')
      unpack(bytes, offset, bits, levels, filled, packed)
      offset += length * bits
      filled += packed
    }
  }
  return levels
}

/** Whether the levels are one run of `level`, as those of a column without nulls are; told without decoding them. */
export function isOneRun(
  bytes: Uint8Array,
  start: number,
  end: number,
  bits: number,
  { count, level }: { readonly count: number; readonly level: number },
): boolean {
  let header = 0
  let offset = start
  for (let shift = 0; ; shift += 7) {
    if (offset >= end || shift > 28) return false
    const byte = bytes[offset++]!
    header += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) break
  }
  return bits > 0 && header % 2 === 0 && header / 2 >= count && offset < end && bytes[offset] === level
}

/** Writers fill the last group of eight; anything much longer is damage. */
const paddingAllowed = 1024

/**
 * Walks runs and groups of `bits` wide values without decoding them.
 * @param options `mayEndEarly`: fewer values than `count` are fine, as null values are not stored
 * @throws RangeError when the bytes end early or a run is longer than what is left
 */
export function checkRuns(
  bytes: Uint8Array,
  start: number,
  end: number,
  bits: number,
  count: number,
  options: { readonly mayEndEarly?: boolean } = {},
): void {
  if (bits > 32) throw new RangeError('a page has values of impossible width')
  let offset = start
  let left = count
  while (left > 0) {
    if (options.mayEndEarly && offset >= end) return
    let header = 0
    for (let shift = 0; ; shift += 7) {
      if (offset >= end || shift > 28) throw new RangeError('levels end early')
      const byte = bytes[offset++]!
      header += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    const length = Math.floor(header / 2)
    const isRun = header % 2 === 0
    const values = isRun ? length : length * 8
    const isPadding = options.mayEndEarly === true && values === 0
    if (isPadding) continue
    if (values === 0 || values > left + paddingAllowed) throw new RangeError('a run is longer than its page')
    offset += isRun ? Math.ceil(bits / 8) : length * bits
    left -= values
  }
}

function unpack(bytes: Uint8Array, start: number, bits: number, out: Uint8Array, from: number, count: number): void {
  const mask = (1 << bits) - 1
  for (let index = 0, bit = start * 8; index < count; index++, bit += bits) {
    const byte = bit >> 3
    out[from + index] = ((bytes[byte]! | ((bytes[byte + 1] ?? 0) << 8)) >> (bit & 7)) & mask
  }
}

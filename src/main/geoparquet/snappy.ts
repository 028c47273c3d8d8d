// Snappy's raw format (github.com/google/snappy/blob/main/format_description.txt) into memory of the caller: vectors are
// mostly long literals, which a library that allocates and copies every page twice spends most of its time on.

/** Bytes from which one call of the engine's own copy is faster than a loop. */
const longCopy = 32

/**
 * Decompresses `input` into the first bytes of `output`.
 * @returns how many bytes it made
 * @throws RangeError when the input ends early, refers before its beginning or does not fit
 */
export function snappyInto(input: Uint8Array, output: Uint8Array): number {
  const { length, start } = preamble(input)
  if (length > output.length) throw new RangeError('a page is longer than its header says')
  let from = start
  let to = 0
  while (from < input.length) {
    const tag = input[from++]!
    if ((tag & 3) === 0) {
      let size = tag >>> 2
      if (size >= 60) {
        const bytes = size - 59
        if (from + bytes > input.length) throw endsEarly()
        size = 0
        for (let index = 0; index < bytes; index++) size += input[from + index]! * 2 ** (8 * index)
        from += bytes
      }
      size++
      if (from + size > input.length || to + size > length) throw endsEarly()
      if (size >= longCopy) output.set(input.subarray(from, from + size), to)
      else for (let index = 0; index < size; index++) output[to + index] = input[from + index]!
      from += size
      to += size
      continue
    }
    const kind = tag & 3
    const offsetBytes = kind === 3 ? 4 : kind
    if (from + offsetBytes > input.length) throw endsEarly()
    const size = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1
    let offset = input[from]!
    if (kind === 1) offset += (tag >>> 5) << 8
    else offset += input[from + 1]! * 256
    if (kind === 3) offset += input[from + 2]! * 65_536 + input[from + 3]! * 16_777_216
    from += offsetBytes
    if (offset === 0 || offset > to || to + size > length) throw endsEarly()
    if (offset >= size && size >= longCopy) output.copyWithin(to, to - offset, to - offset + size)
    else for (let index = 0; index < size; index++) output[to + index] = output[to - offset + index]!
    to += size
  }
  if (to !== length) throw endsEarly()
  return length
}

function preamble(input: Uint8Array): { readonly length: number; readonly start: number } {
  let length = 0
  for (let index = 0; index < 5; index++) {
    const byte = input[index]
    if (byte === undefined) break
    length += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { length, start: index + 1 }
  }
  throw endsEarly()
}

function endsEarly(): RangeError {
  return new RangeError('a page ends early')
}

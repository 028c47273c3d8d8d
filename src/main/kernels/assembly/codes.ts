// AssemblyScript. Codes of one bit a dimension: making them, and the scan that keeps the nearest by Hamming distance.
// The memory is the caller's; every argument of type usize is an address in it.

/** Fields of the selection at `state`, u32 each; kernel-memory.ts writes and reads the same ones. */
const DEPTH: usize = 0
const LEVEL: usize = 4
const TOTAL: usize = 8
const KEPT: usize = 12
const HISTOGRAM: usize = 16
const ROWS: usize = 20
const DISTANCES: usize = 24

/**
 * Offers rows `first..first + count` of a run of codes to a selection of the `depth` nearest.
 * A distance is a small integer, so the bound comes from counting: LEVEL falls as soon as `depth` rows lie below it, and rows at or
 * beyond it are passed over. Rows arrive ascending, so of equal distances the earlier stays. Room for 4 x depth rows is needed.
 * @param words 64-bit words a code
 * @param mask a bit a row of the run, 0 for none: rows without their bit are passed over
 * @param rowBase what is added to a row of the run when it is kept
 * @returns rows that passed the mask
 */
export function scanCodes(
  codes: usize,
  first: u32,
  count: u32,
  words: u32,
  query: usize,
  mask: usize,
  rowBase: u32,
  state: usize,
): u32 {
  const stride = (<usize>words) << 3
  const end = first + count
  let compared: u32 = 0
  let limit = acceptBelow(state)
  let code = codes + <usize>first * stride
  for (let row = first; row < end; row++, code += stride) {
    if (mask !== 0) {
      const word = load<u32>(mask + ((<usize>(row >> 5)) << 2))
      if (word === 0) {
        // 32 rows at once; the step of the loop adds the last
        const skip = min<u32>(31 - (row & 31), end - 1 - row)
        row += skip
        code += <usize>skip * stride
        continue
      }
      if (((word >> (row & 31)) & 1) === 0) continue
    }
    compared++
    const distance = hamming(code, query, stride)
    if (distance < limit) limit = keep(state, rowBase + row, distance)
  }
  return compared
}

/**
 * Bits that differ between two codes of `bytes`, a multiple of 8. popcnt on 64-bit words: i8x16.popcnt has no instruction of its own
 * on x86-64 before AVX-512 and took 1.3 times as long on an idle core, twice as long on a busy one.
 */
function hamming(a: usize, b: usize, bytes: usize): u32 {
  let even: u64 = 0
  let odd: u64 = 0
  let at: usize = 0
  for (; at + 32 <= bytes; at += 32) {
    even += popcnt<u64>(load<u64>(a + at) ^ load<u64>(b + at))
    odd += popcnt<u64>(load<u64>(a + at, 8) ^ load<u64>(b + at, 8))
    even += popcnt<u64>(load<u64>(a + at, 16) ^ load<u64>(b + at, 16))
    odd += popcnt<u64>(load<u64>(a + at, 24) ^ load<u64>(b + at, 24))
  }
  for (; at < bytes; at += 8) even += popcnt<u64>(load<u64>(a + at) ^ load<u64>(b + at))
  return <u32>(even + odd)
}

/** The distance that a row must stay below to be kept. */
function acceptBelow(state: usize): u32 {
  const level = load<u32>(state, LEVEL)
  return load<u32>(state, TOTAL) < load<u32>(state, DEPTH) ? level : level - 1
}

function keep(state: usize, row: u32, distance: u32): u32 {
  const depth = load<u32>(state, DEPTH)
  const histogram = <usize>load<u32>(state, HISTOGRAM)
  if (load<u32>(state, KEPT) === depth << 2) dropBeyond(state)
  const kept = load<u32>(state, KEPT)
  store<u32>(<usize>load<u32>(state, ROWS) + ((<usize>kept) << 2), row)
  store<u32>(<usize>load<u32>(state, DISTANCES) + ((<usize>kept) << 2), distance)
  store<u32>(state, kept + 1, KEPT)
  const bin = histogram + ((<usize>distance) << 2)
  store<u32>(bin, load<u32>(bin) + 1)
  let total = load<u32>(state, TOTAL) + 1
  let level = load<u32>(state, LEVEL)
  if (total >= depth) {
    let farthest = load<u32>(histogram + ((<usize>(level - 1)) << 2))
    while (total - farthest >= depth) {
      total -= farthest
      level--
      farthest = load<u32>(histogram + ((<usize>(level - 1)) << 2))
    }
  }
  store<u32>(state, total, TOTAL)
  store<u32>(state, level, LEVEL)
  return acceptBelow(state)
}

/** Makes room: what lies at or beyond the level cannot come back. Fewer than 2 x depth rows stay. */
function dropBeyond(state: usize): void {
  const rows = <usize>load<u32>(state, ROWS)
  const distances = <usize>load<u32>(state, DISTANCES)
  const level = load<u32>(state, LEVEL)
  const kept = (<usize>load<u32>(state, KEPT)) << 2
  let to: usize = 0
  for (let from: usize = 0; from < kept; from += 4) {
    const distance = load<u32>(distances + from)
    if (distance >= level) continue
    store<u32>(distances + to, distance)
    store<u32>(rows + to, load<u32>(rows + from))
    to += 4
  }
  store<u32>(state, <u32>(to >> 2), KEPT)
}

/** Bit i of a row's code is set when value i is greater than `mean[i]`; NaN is not. The padding to 64-bit words stays zero. */
export function encodeCodes(vectors: usize, count: u32, dimensions: u32, mean: usize, codes: usize): void {
  const bytes = (<usize>((dimensions + 63) >> 6)) << 3
  memory.fill(codes, 0, bytes * count)
  const whole = dimensions & ~(<u32>7)
  let vector = vectors
  for (let row: u32 = 0; row < count; row++) {
    const code = codes + <usize>row * bytes
    let i: u32 = 0
    for (; i < whole; i += 8) {
      const at = (<usize>i) << 2
      const low = i32x4.bitmask(f32x4.gt(v128.load(vector + at), v128.load(mean + at)))
      const high = i32x4.bitmask(f32x4.gt(v128.load(vector + at, 16), v128.load(mean + at, 16)))
      store<u8>(code + (i >> 3), <u8>(low | (high << 4)))
    }
    for (; i < dimensions; i++) {
      const at = (<usize>i) << 2
      if (load<f32>(vector + at) > load<f32>(mean + at)) {
        const byte = code + (i >> 3)
        store<u8>(byte, load<u8>(byte) | ((<u8>1) << (<u8>(i & 7))))
      }
    }
    vector += (<usize>dimensions) << 2
  }
}

// AssemblyScript. Products of tall matrices in tiles of 4 x 2, so that a value is loaded once for several sums. Strides are in values.
// Sums are float32; whoever adds many rows empties them into float64 from time to time.

/** `out[a][b] = sum over i < length of left[a][i] * right[b][i]` */
export function multiplyByRows(
  left: usize,
  leftStride: u32,
  leftCount: u32,
  right: usize,
  rightStride: u32,
  rightCount: u32,
  length: u32,
  out: usize,
  outStride: u32,
): void {
  const leftBytes = (<usize>leftStride) << 2
  const rightBytes = (<usize>rightStride) << 2
  const outBytes = (<usize>outStride) << 2
  const end = (<usize>length) << 2
  const whole = end & ~(<usize>15)
  let row: u32 = 0
  for (; row + 4 <= leftCount; row += 4) {
    const a = left + <usize>row * leftBytes
    const b = a + leftBytes
    const c = b + leftBytes
    const d = c + leftBytes
    const to = out + <usize>row * outBytes
    let other: u32 = 0
    for (; other + 2 <= rightCount; other += 2) {
      const q = right + <usize>other * rightBytes
      const r = q + rightBytes
      let aq = f32x4.splat(0)
      let ar = f32x4.splat(0)
      let bq = f32x4.splat(0)
      let br = f32x4.splat(0)
      let cq = f32x4.splat(0)
      let cr = f32x4.splat(0)
      let dq = f32x4.splat(0)
      let dr = f32x4.splat(0)
      let at: usize = 0
      for (; at < whole; at += 16) {
        const q0 = v128.load(q + at)
        const r0 = v128.load(r + at)
        const a0 = v128.load(a + at)
        aq = f32x4.add(aq, f32x4.mul(a0, q0))
        ar = f32x4.add(ar, f32x4.mul(a0, r0))
        const b0 = v128.load(b + at)
        bq = f32x4.add(bq, f32x4.mul(b0, q0))
        br = f32x4.add(br, f32x4.mul(b0, r0))
        const c0 = v128.load(c + at)
        cq = f32x4.add(cq, f32x4.mul(c0, q0))
        cr = f32x4.add(cr, f32x4.mul(c0, r0))
        const d0 = v128.load(d + at)
        dq = f32x4.add(dq, f32x4.mul(d0, q0))
        dr = f32x4.add(dr, f32x4.mul(d0, r0))
      }
      const place = to + ((<usize>other) << 2)
      store<f32>(place, lanes(aq) + tail(a, q, at, end))
      store<f32>(place, lanes(ar) + tail(a, r, at, end), 4)
      store<f32>(place + outBytes, lanes(bq) + tail(b, q, at, end))
      store<f32>(place + outBytes, lanes(br) + tail(b, r, at, end), 4)
      store<f32>(place + 2 * outBytes, lanes(cq) + tail(c, q, at, end))
      store<f32>(place + 2 * outBytes, lanes(cr) + tail(c, r, at, end), 4)
      store<f32>(place + 3 * outBytes, lanes(dq) + tail(d, q, at, end))
      store<f32>(place + 3 * outBytes, lanes(dr) + tail(d, r, at, end), 4)
    }
    if (other < rightCount) {
      const q = right + <usize>other * rightBytes
      let aq = f32x4.splat(0)
      let bq = f32x4.splat(0)
      let cq = f32x4.splat(0)
      let dq = f32x4.splat(0)
      let at: usize = 0
      for (; at < whole; at += 16) {
        const q0 = v128.load(q + at)
        aq = f32x4.add(aq, f32x4.mul(v128.load(a + at), q0))
        bq = f32x4.add(bq, f32x4.mul(v128.load(b + at), q0))
        cq = f32x4.add(cq, f32x4.mul(v128.load(c + at), q0))
        dq = f32x4.add(dq, f32x4.mul(v128.load(d + at), q0))
      }
      const place = to + ((<usize>other) << 2)
      store<f32>(place, lanes(aq) + tail(a, q, at, end))
      store<f32>(place + outBytes, lanes(bq) + tail(b, q, at, end))
      store<f32>(place + 2 * outBytes, lanes(cq) + tail(c, q, at, end))
      store<f32>(place + 3 * outBytes, lanes(dq) + tail(d, q, at, end))
    }
  }
  for (; row < leftCount; row++) {
    const a = left + <usize>row * leftBytes
    const to = out + <usize>row * outBytes
    for (let other: u32 = 0; other < rightCount; other++) {
      const q = right + <usize>other * rightBytes
      let sum = f32x4.splat(0)
      let at: usize = 0
      for (; at < whole; at += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(a + at), v128.load(q + at)))
      store<f32>(to + ((<usize>other) << 2), lanes(sum) + tail(a, q, at, end))
    }
  }
}

/** `sums[a][b] += sum over rows of left[row][a] * right[row][b]` */
export function addProducts(
  left: usize,
  leftStride: u32,
  leftCount: u32,
  right: usize,
  rightStride: u32,
  rightCount: u32,
  rows: u32,
  sums: usize,
  sumsStride: u32,
): void {
  const leftBytes = (<usize>leftStride) << 2
  const rightBytes = (<usize>rightStride) << 2
  const sumBytes = (<usize>sumsStride) << 2
  const end = (<usize>rightCount) << 2
  const whole = end & ~(<usize>15)
  let row: u32 = 0
  for (; row + 4 <= rows; row += 4) {
    const x0 = right + <usize>row * rightBytes
    const x1 = x0 + rightBytes
    const x2 = x1 + rightBytes
    const x3 = x2 + rightBytes
    const l0 = left + <usize>row * leftBytes
    const l1 = l0 + leftBytes
    const l2 = l1 + leftBytes
    const l3 = l2 + leftBytes
    let column: u32 = 0
    for (; column + 2 <= leftCount; column += 2) {
      const at0 = (<usize>column) << 2
      const a0 = v128.load32_splat(l0 + at0)
      const a1 = v128.load32_splat(l1 + at0)
      const a2 = v128.load32_splat(l2 + at0)
      const a3 = v128.load32_splat(l3 + at0)
      const b0 = v128.load32_splat(l0 + at0, 4)
      const b1 = v128.load32_splat(l1 + at0, 4)
      const b2 = v128.load32_splat(l2 + at0, 4)
      const b3 = v128.load32_splat(l3 + at0, 4)
      const sumA = sums + <usize>column * sumBytes
      const sumB = sumA + sumBytes
      let at: usize = 0
      for (; at < whole; at += 16) {
        const v0 = v128.load(x0 + at)
        let a = f32x4.add(v128.load(sumA + at), f32x4.mul(a0, v0))
        let b = f32x4.add(v128.load(sumB + at), f32x4.mul(b0, v0))
        const v1 = v128.load(x1 + at)
        a = f32x4.add(a, f32x4.mul(a1, v1))
        b = f32x4.add(b, f32x4.mul(b1, v1))
        const v2 = v128.load(x2 + at)
        a = f32x4.add(a, f32x4.mul(a2, v2))
        b = f32x4.add(b, f32x4.mul(b2, v2))
        const v3 = v128.load(x3 + at)
        v128.store(sumA + at, f32x4.add(a, f32x4.mul(a3, v3)))
        v128.store(sumB + at, f32x4.add(b, f32x4.mul(b3, v3)))
      }
      for (; at < end; at += 4) {
        addFour(l0 + at0, leftBytes, x0 + at, rightBytes, sumA + at)
        addFour(l0 + at0 + 4, leftBytes, x0 + at, rightBytes, sumB + at)
      }
    }
    for (; column < leftCount; column++) {
      const at0 = (<usize>column) << 2
      const a0 = v128.load32_splat(l0 + at0)
      const a1 = v128.load32_splat(l1 + at0)
      const a2 = v128.load32_splat(l2 + at0)
      const a3 = v128.load32_splat(l3 + at0)
      const sumA = sums + <usize>column * sumBytes
      let at: usize = 0
      for (; at < whole; at += 16) {
        let a = f32x4.add(v128.load(sumA + at), f32x4.mul(a0, v128.load(x0 + at)))
        a = f32x4.add(a, f32x4.mul(a1, v128.load(x1 + at)))
        a = f32x4.add(a, f32x4.mul(a2, v128.load(x2 + at)))
        v128.store(sumA + at, f32x4.add(a, f32x4.mul(a3, v128.load(x3 + at))))
      }
      for (; at < end; at += 4) addFour(l0 + at0, leftBytes, x0 + at, rightBytes, sumA + at)
    }
  }
  for (; row < rows; row++) {
    const x = right + <usize>row * rightBytes
    for (let column: u32 = 0; column < leftCount; column++) {
      const value = load<f32>(left + <usize>row * leftBytes + ((<usize>column) << 2))
      const values = f32x4.splat(value)
      const sum = sums + <usize>column * sumBytes
      let at: usize = 0
      for (; at < whole; at += 16) {
        v128.store(sum + at, f32x4.add(v128.load(sum + at), f32x4.mul(values, v128.load(x + at))))
      }
      for (; at < end; at += 4) store<f32>(sum + at, load<f32>(sum + at) + value * load<f32>(x + at))
    }
  }
}

/** One sum over four rows. */
function addFour(left: usize, leftBytes: usize, right: usize, rightBytes: usize, sum: usize): void {
  let total = load<f32>(sum)
  for (let row: usize = 0; row < 4; row++)
    total += load<f32>(left + row * leftBytes) * load<f32>(right + row * rightBytes)
  store<f32>(sum, total)
}

function lanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

function tail(a: usize, b: usize, from: usize, end: usize): f32 {
  let sum: f32 = 0
  for (let at = from; at < end; at += 4) sum += load<f32>(a + at) * load<f32>(b + at)
  return sum
}

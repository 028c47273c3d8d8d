// AssemblyScript. Rows of float32 against one vector, and the widening of what is stored in fewer bits. Sums are float32 in eight
// lanes; whoever needs the last digits computes the few rows that matter again in float64.

/** `out[row] = sum of rows[row][i] * query[i]` */
export function dotRows(rows: usize, count: u32, dimensions: u32, query: usize, out: usize): void {
  const stride = (<usize>dimensions) << 2
  const whole = stride & ~(<usize>31)
  let row: u32 = 0
  let a = rows
  for (; row + 4 <= count; row += 4, a += stride << 2) {
    const b = a + stride
    const c = b + stride
    const d = c + stride
    let a0 = f32x4.splat(0)
    let a1 = f32x4.splat(0)
    let b0 = f32x4.splat(0)
    let b1 = f32x4.splat(0)
    let c0 = f32x4.splat(0)
    let c1 = f32x4.splat(0)
    let d0 = f32x4.splat(0)
    let d1 = f32x4.splat(0)
    let at: usize = 0
    for (; at < whole; at += 32) {
      const q0 = v128.load(query + at)
      const q1 = v128.load(query + at, 16)
      a0 = f32x4.add(a0, f32x4.mul(v128.load(a + at), q0))
      a1 = f32x4.add(a1, f32x4.mul(v128.load(a + at, 16), q1))
      b0 = f32x4.add(b0, f32x4.mul(v128.load(b + at), q0))
      b1 = f32x4.add(b1, f32x4.mul(v128.load(b + at, 16), q1))
      c0 = f32x4.add(c0, f32x4.mul(v128.load(c + at), q0))
      c1 = f32x4.add(c1, f32x4.mul(v128.load(c + at, 16), q1))
      d0 = f32x4.add(d0, f32x4.mul(v128.load(d + at), q0))
      d1 = f32x4.add(d1, f32x4.mul(v128.load(d + at, 16), q1))
    }
    const to = out + ((<usize>row) << 2)
    store<f32>(to, sumLanes(f32x4.add(a0, a1)) + dotTail(a, query, at, stride))
    store<f32>(to, sumLanes(f32x4.add(b0, b1)) + dotTail(b, query, at, stride), 4)
    store<f32>(to, sumLanes(f32x4.add(c0, c1)) + dotTail(c, query, at, stride), 8)
    store<f32>(to, sumLanes(f32x4.add(d0, d1)) + dotTail(d, query, at, stride), 12)
  }
  for (; row < count; row++, a += stride) {
    let a0 = f32x4.splat(0)
    let a1 = f32x4.splat(0)
    let at: usize = 0
    for (; at < whole; at += 32) {
      a0 = f32x4.add(a0, f32x4.mul(v128.load(a + at), v128.load(query + at)))
      a1 = f32x4.add(a1, f32x4.mul(v128.load(a + at, 16), v128.load(query + at, 16)))
    }
    store<f32>(out + ((<usize>row) << 2), sumLanes(f32x4.add(a0, a1)) + dotTail(a, query, at, stride))
  }
}

/** `out[row] = sum of (rows[row][i] - query[i])^2` */
export function squaredDistances(rows: usize, count: u32, dimensions: u32, query: usize, out: usize): void {
  const stride = (<usize>dimensions) << 2
  const whole = stride & ~(<usize>31)
  let a = rows
  for (let row: u32 = 0; row < count; row++, a += stride) {
    let sum0 = f32x4.splat(0)
    let sum1 = f32x4.splat(0)
    let at: usize = 0
    for (; at < whole; at += 32) {
      const d0 = f32x4.sub(v128.load(a + at), v128.load(query + at))
      const d1 = f32x4.sub(v128.load(a + at, 16), v128.load(query + at, 16))
      sum0 = f32x4.add(sum0, f32x4.mul(d0, d0))
      sum1 = f32x4.add(sum1, f32x4.mul(d1, d1))
    }
    let sum = sumLanes(f32x4.add(sum0, sum1))
    for (; at < stride; at += 4) {
      const d = load<f32>(a + at) - load<f32>(query + at)
      sum += d * d
    }
    store<f32>(out + ((<usize>row) << 2), sum)
  }
}

/** `rows[row][i] -= centre[i]`, in place. */
export function subtractFromRows(rows: usize, count: u32, dimensions: u32, centre: usize): void {
  const stride = (<usize>dimensions) << 2
  const whole = stride & ~(<usize>15)
  let a = rows
  for (let row: u32 = 0; row < count; row++, a += stride) {
    let at: usize = 0
    for (; at < whole; at += 16) v128.store(a + at, f32x4.sub(v128.load(a + at), v128.load(centre + at)))
    for (; at < stride; at += 4) store<f32>(a + at, load<f32>(a + at) - load<f32>(centre + at))
  }
}

function sumLanes(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

function dotTail(row: usize, query: usize, from: usize, stride: usize): f32 {
  let sum: f32 = 0
  for (let at = from; at < stride; at += 4) sum += load<f32>(row + at) * load<f32>(query + at)
  return sum
}

/**
 * float16 to float32, exact for every value. The exponent is moved by a multiplication, which also makes subnormal numbers normal;
 * infinity and NaN have the highest exponent and get float32's.
 */
export function widenHalf(from: usize, count: u32, to: usize): void {
  const magnitude = i32x4.splat(0x7fff)
  const sign = i32x4.splat(0x8000)
  const special = i32x4.splat(0x7c00 - 1)
  const allOnes = i32x4.splat(0x7f800000)
  const scale = f32x4.splat(reinterpret<f32>((254 - 15) << 23))
  const whole = count & ~(<u32>3)
  let i: u32 = 0
  for (; i < whole; i += 4) {
    const half = v128.load16x4_u(from + ((<usize>i) << 1))
    const bits = v128.and(half, magnitude)
    const scaled = f32x4.mul(i32x4.shl(bits, 13), scale)
    const value = v128.or(scaled, v128.and(i32x4.gt_s(bits, special), allOnes))
    v128.store(to + ((<usize>i) << 2), v128.or(value, i32x4.shl(v128.and(half, sign), 16)))
  }
  for (; i < count; i++) {
    const half = <u32>load<u16>(from + ((<usize>i) << 1))
    const bits = half & 0x7fff
    let value = reinterpret<u32>(reinterpret<f32>(bits << 13) * reinterpret<f32>((254 - 15) << 23))
    if (bits >= 0x7c00) value |= 0x7f800000
    store<u32>(to + ((<usize>i) << 2), value | ((half & 0x8000) << 16))
  }
}

/** int8 to float32, each row times its scale. */
export function widenBytes(from: usize, count: u32, dimensions: u32, scales: usize, to: usize): void {
  const whole = dimensions & ~(<u32>7)
  for (let row: u32 = 0; row < count; row++) {
    const scale = load<f32>(scales + ((<usize>row) << 2))
    const scales4 = f32x4.splat(scale)
    const source = from + <usize>row * dimensions
    const target = to + ((<usize>row * dimensions) << 2)
    let i: u32 = 0
    for (; i < whole; i += 8) {
      const shorts = v128.load8x8_s(source + i)
      const at = target + ((<usize>i) << 2)
      v128.store(at, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(shorts)), scales4))
      v128.store(at, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(shorts)), scales4), 16)
    }
    for (; i < dimensions; i++) store<f32>(target + ((<usize>i) << 2), <f32>load<i8>(source + i) * scale)
  }
}

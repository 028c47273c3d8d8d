// The kernel behind a convolution, a covariance and a matrix product: sums over t of a[t, i] * b[t, j], three by three at a
// time, so that nine sums that do not wait for each other run at once (more do not fit into the registers). Every sum adds in
// ascending t, as a plain loop does, so the bits are those of a plain loop.

const block = 3

/** Values (t, i), packed for `sumProducts`. */
export interface Factor {
  /** how many i there are */
  readonly count: number
  /** how many t there are */
  readonly length: number
  /** three columns side by side, `(t, 3)`; the last panel is filled up with zeros */
  readonly panels: readonly Float64Array[]
}

export interface FactorLayout {
  readonly count: number
  readonly length: number
  /** value (t, i) stands at `t * along + i * across` */
  readonly along: number
  readonly across: number
}

export function packFactor(values: ArrayLike<number>, { count, length, along, across }: FactorLayout): Factor {
  const panels = Array.from({ length: Math.ceil(count / block) }, (_, panel) => {
    const packed = new Float64Array(length * block)
    const width = Math.min(block, count - panel * block)
    for (let i = 0; i < width; i++) {
      let from = (panel * block + i) * across
      for (let to = i; to < packed.length; to += block, from += along) packed[to] = values[from]!
    }
    return packed
  })
  return { count, length, panels }
}

/**
 * @param b of the length of `a`; where it is `a` itself half is computed and the other half copied
 * @returns `(a.count, b.count)` row-major
 */
export function sumProducts(a: Factor, b: Factor): Float64Array {
  const out = new Float64Array(a.count * b.count)
  const sums = new Float64Array(block * block)
  for (const [down, panelA] of a.panels.entries()) {
    for (let across = a === b ? down : 0; across < b.panels.length; across++) {
      multiplyPanels(panelA, b.panels[across]!, a.length, sums)
      for (let i = 0; i < Math.min(block, a.count - down * block); i++) {
        for (let j = 0; j < Math.min(block, b.count - across * block); j++) {
          const [row, col] = [down * block + i, across * block + j]
          const sum = sums[i * block + j]!
          out[row * b.count + col] = sum
          if (a === b) out[col * b.count + row] = sum
        }
      }
    }
  }
  return out
}

function multiplyPanels(a: Float64Array, b: Float64Array, length: number, sums: Float64Array): void {
  let [s00, s01, s02, s10, s11, s12, s20, s21, s22] = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  for (let t = 0; t < length * block; t += block) {
    const a0 = a[t]!
    const a1 = a[t + 1]!
    const a2 = a[t + 2]!
    const b0 = b[t]!
    const b1 = b[t + 1]!
    const b2 = b[t + 2]!
    s00 += a0 * b0
    s01 += a0 * b1
    s02 += a0 * b2
    s10 += a1 * b0
    s11 += a1 * b1
    s12 += a1 * b2
    s20 += a2 * b0
    s21 += a2 * b1
    s22 += a2 * b2
  }
  sums.set([s00, s01, s02, s10, s11, s12, s20, s21, s22])
}

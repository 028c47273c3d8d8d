// numpy's legacy generator, `numpy.random.RandomState(seed)`: MT19937 (Matsumoto and Nishimura 1998) and the draws built on it,
// frozen by numpy since 1.16. scikit-learn splits with it, so equal draws mean equal splits.

const WORDS = 624
const MIDDLE = 397

/** Draws equal, number for number, to those of `numpy.random.RandomState`. */
export class LegacyRandom {
  readonly #state = new Uint32Array(WORDS)
  #next = WORDS

  /** @param seed whole number in [0, 2^32) */
  constructor(seed: number) {
    const state = this.#state
    state[0] = seed
    for (let i = 1; i < WORDS; i++) {
      const last = state[i - 1]! ^ (state[i - 1]! >>> 30)
      state[i] = Math.imul(last, 1_812_433_253) + i
    }
  }

  /** whole number in [0, 2^32) */
  uint32(): number {
    if (this.#next === WORDS) this.#twist()
    let word = this.#state[this.#next++]!
    word ^= word >>> 11
    word ^= (word << 7) & 0x9d2c5680
    word ^= (word << 15) & 0xefc60000
    word ^= word >>> 18
    return word >>> 0
  }

  /** in [0, 1) with 53 bits, as `random_sample` */
  uniform(): number {
    const high = this.uint32() >>> 5
    const low = this.uint32() >>> 6
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  /** whole number in [0, highest]: words masked to as many bits as it has, those beyond it drawn again */
  upTo(highest: number): number {
    const mask = highest === 0 ? 0 : 0xffffffff >>> Math.clz32(highest)
    for (;;) {
      const value = (this.uint32() & mask) >>> 0
      if (value <= highest) return value
    }
  }

  /** Fisher-Yates from the end, in place, as `shuffle` */
  shuffle(values: Int32Array): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.upTo(i)
      const value = values[i]!
      values[i] = values[j]!
      values[j] = value
    }
  }

  /** 0 to length - 1 in random order, as `permutation(length)` */
  permutation(length: number): Int32Array {
    const values = Int32Array.from({ length }, (_, index) => index)
    this.shuffle(values)
    return values
  }

  #twist(): void {
    const state = this.#state
    for (let i = 0; i < WORDS; i++) {
      const mixed = (state[i]! & 0x80000000) | (state[(i + 1) % WORDS]! & 0x7fffffff)
      state[i] = state[(i + MIDDLE) % WORDS]! ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0)
    }
    this.#next = 0
  }
}

/**
 * The `topK` best of a stream of scored rows: a binary heap whose root is the worst kept row.
 * Higher score is better; of equal scores the lower row is better, so the answer does not depend on the order of arrival.
 */
export class BestRows {
  readonly #topK: number
  readonly #rows: number[] = []
  readonly #scores: number[] = []

  constructor(topK: number) {
    this.#topK = topK
  }

  offer(row: number, score: number): void {
    const rows = this.#rows
    const scores = this.#scores
    if (rows.length < this.#topK) {
      rows.push(row)
      scores.push(score)
      this.#rise(rows.length - 1)
    } else if (rows.length > 0 && isWorse(scores[0]!, rows[0]!, score, row)) {
      rows[0] = row
      scores[0] = score
      this.#sink(0)
    }
  }

  /** Kept rows, best first. */
  sorted(): { readonly rows: Uint32Array; readonly scores: Float64Array } {
    const order = this.#rows.map((_, index) => index)
    order.sort((a, b) => this.#scores[b]! - this.#scores[a]! || this.#rows[a]! - this.#rows[b]!)
    return {
      rows: Uint32Array.from(order, (index) => this.#rows[index]!),
      scores: Float64Array.from(order, (index) => this.#scores[index]!),
    }
  }

  #rise(index: number): void {
    let child = index
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!this.#isWorseAt(child, parent)) return
      this.#swap(child, parent)
      child = parent
    }
  }

  #sink(index: number): void {
    let parent = index
    for (;;) {
      let worst = parent
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.#rows.length && this.#isWorseAt(child, worst)) worst = child
      }
      if (worst === parent) return
      this.#swap(parent, worst)
      parent = worst
    }
  }

  #isWorseAt(a: number, b: number): boolean {
    return isWorse(this.#scores[a]!, this.#rows[a]!, this.#scores[b]!, this.#rows[b]!)
  }

  #swap(a: number, b: number): void {
    const row = this.#rows[a]!
    const score = this.#scores[a]!
    this.#rows[a] = this.#rows[b]!
    this.#scores[a] = this.#scores[b]!
    this.#rows[b] = row
    this.#scores[b] = score
  }
}

function isWorse(scoreA: number, rowA: number, scoreB: number, rowB: number): boolean {
  return scoreA < scoreB || (scoreA === scoreB && rowA > rowB)
}

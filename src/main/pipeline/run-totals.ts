// What a run report says, gathered while the run goes on.

import type { EmbedReport } from '../../shared/contract.ts'
import { standardNames } from './choose-bands.ts'
import type { BandCount } from './prepare-image.ts'
import type { Failure, ImageOutcome } from './read-batches.ts'

export class RunTotals {
  readonly failures: Failure[] = []
  readonly skipped: Failure[] = []
  readonly files: string[] = []
  readonly cells = new Set<string>()
  rows = 0
  /** inside the network */
  inferenceMs = 0
  readonly #bands = new Map<string, { pixels: number; low: number; high: number; nodata: number }>()
  readonly #warnings = new Map<string, number>()

  addImage(image: ImageOutcome): void {
    for (const count of image.counts) this.#addCount(count)
    for (const warning of image.warnings) this.warn(warning)
  }

  addFile(path: string, rows: number, cells: readonly string[]): void {
    this.files.push(path)
    this.rows += rows
    for (const cell of cells) this.cells.add(cell)
  }

  /** The same sentence for many images is told once, with their number. */
  warn(sentence: string): void {
    this.#warnings.set(sentence, (this.#warnings.get(sentence) ?? 0) + 1)
  }

  warnings(): string[] {
    const told = [...this.#warnings].map(([sentence, times]) =>
      times === 1 ? sentence : `${sentence} (${times} images)`,
    )
    const lost = this.clipped().filter(({ low, high }) => low + high > 0.5)
    if (lost.length === 0) return told
    const shares = lost.map(({ band, low, high }) => `${band} ${Math.round((low + high) * 100)} %`).join(', ')
    return [...told, `most pixels are clipped (${shares}): check that unit and radiometric offset fit these images`]
  }

  clipped(): EmbedReport['clipped'] {
    return [...this.#bands].map(([band, { pixels, low, high, nodata }]) => ({
      band,
      low: low / pixels,
      high: high / pixels,
      nodata: nodata / pixels,
    }))
  }

  #addCount({ band, pixels, low, high, nodata }: BandCount): void {
    const name = standardNames([band])[0]!
    const before = this.#bands.get(name) ?? { pixels: 0, low: 0, high: 0, nodata: 0 }
    this.#bands.set(name, {
      pixels: before.pixels + pixels,
      low: before.low + low,
      high: before.high + high,
      nodata: before.nodata + nodata,
    })
  }
}

/** How often each value occurs, most frequent first. */
export function tally<T>(values: Iterable<T>): [value: T, count: number][] {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])
}

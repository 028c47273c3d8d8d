// Used by tests and benchmarks only: the submission and labels of fixtures/evaluation/neuco_case.py, drawn instead of stored.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mulberry32 } from '../../bytes/fixture-vectors.ts'

const FACTORS = 6

export interface SeededCase {
  readonly samples: number
  readonly dimensions: number
  readonly seed: number
}

/** Writes `submission.csv` and `labels/` with four tasks into a folder. */
export async function writeSeededCase(folder: string, { samples, dimensions, seed }: SeededCase): Promise<void> {
  const draw = mulberry32(seed)
  const draws = (count: number) => Array.from({ length: count }, () => draw() - 0.5)
  const mixing = Array.from({ length: FACTORS }, () => draws(dimensions))
  const submission = [['id', ...Array.from({ length: dimensions }, (_, index) => index)].join(',')]
  const labels = {
    biomass__regression: ['id,label'],
    heat__regr: ['id,label'],
    clouds__classification: ['id,label'],
    ships__cls: ['id,label'],
  }
  for (let sample = 0; sample < samples; sample++) {
    const z = draws(FACTORS) as [number, number, number, number, number, number]
    const values = Array.from({ length: dimensions }, (_, j) => {
      const value = z.reduce((sum, factor, f) => sum + factor * mixing[f]![j]!, 0)
      return (value + 0.2 * (draw() - 0.5) + 0.1).toFixed(4)
    })
    const name = `s${String(sample).padStart(5, '0')}`
    submission.push([`${name}.zarr.zip`, ...values].join(','))
    const noise = draws(4) as [number, number, number, number]
    labels.biomass__regression.push(`${name},${(100 + 80 * (z[0] + 0.5 * z[1] + 0.1 * noise[0])).toFixed(3)}`)
    labels.heat__regr.push(`${name},${(290 + 5 * (z[2] * z[3] + 0.4 * z[4] + 0.2 * noise[1])).toFixed(3)}`)
    labels.clouds__classification.push(`${name},${z[4] + 0.2 * noise[2] > 0.2 ? 1 : 0}`)
    labels.ships__cls.push(sample % 3 === 0 ? `${name},` : `${name},${z[5] + 0.8 * noise[3] > 0 ? 1 : 0}`)
  }
  await mkdir(join(folder, 'labels'), { recursive: true })
  await writeFile(join(folder, 'submission.csv'), `${submission.join('\n')}\n`)
  for (const [name, lines] of Object.entries(labels)) {
    await writeFile(join(folder, 'labels', `${name}.csv`), `${lines.join('\n')}\n`)
  }
}

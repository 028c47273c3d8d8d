// Band statistics that a network was trained with but that its weights do not hold: MMEarth publishes them in a JSON file
// of their own.

import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { EngineError } from '../../../shared/errors.ts'
import type { StateDict, StateDictEntry } from '../state-dict/state-dict.ts'

/** The parameters under which a network finds them. */
export const statisticsNames = { mean: 'statistics.mean', std: 'statistics.std' } as const

const numbers = z.array(z.number().nullable())
const statisticsFile = z.looseObject({ sentinel2_l2a: z.looseObject({ mean: numbers, std: numbers }) })

/** Slot of B10, which the network does not see, in the file's list of all 13 bands. */
const cirrusSlot = 10

/**
 * Weights with the statistics of Sentinel-2 L2A from MMEarth's file as two more tensors.
 * @param path JSON with `sentinel2_l2a: {mean: [...], std: [...]}` of 13 bands (B1 to B7, B8A, B8, B9, B10, B11, B12) or of
 *   the 12 without B10; NaN stands where a band has no pixels
 * @throws EngineError `unreadable-file` naming the file and what is wrong
 */
export async function withStatistics(weights: StateDict, path: string): Promise<StateDict> {
  const found = await readStatistics(path)
  const added = new Map(Object.entries({ [statisticsNames.mean]: found.mean, [statisticsNames.std]: found.std }))
  const entries = new Map<string, StateDictEntry>(weights.entries)
  for (const [name, values] of added) entries.set(name, { type: 'float64', shape: [values.length] })
  return {
    place: weights.place,
    entries,
    readFloat32: async (name) => {
      const own = added.get(name)
      return own === undefined ? await weights.readFloat32(name) : Float32Array.from(own)
    },
    readFloat64: async (name) => {
      const own = added.get(name)
      return own === undefined ? await weights.readFloat64(name) : Float64Array.from(own)
    },
    close: () => weights.close(),
  }
}

async function readStatistics(path: string): Promise<{ mean: number[]; std: number[] }> {
  const fail = (got: string, cause?: unknown) =>
    new EngineError(
      'unreadable-file',
      `statistics ${path}: expected JSON with sentinel2_l2a.mean and .std of 12 or 13 bands, got ${got}`,
      { cause },
    )
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw fail(cause.code ?? cause.message, cause)
  })
  let json: unknown
  try {
    // Python writes NaN and Infinity, which JSON does not have.
    json = JSON.parse(text.replaceAll(/-?\b(?:NaN|Infinity)\b/g, 'null'))
  } catch (cause) {
    throw fail('something else', cause)
  }
  const parsed = statisticsFile.safeParse(json)
  if (!parsed.success) throw fail(`no such list (${parsed.error.issues[0]?.path.join('.')})`)
  const { mean, std } = parsed.data.sentinel2_l2a
  return { mean: seenBands(mean, fail), std: seenBands(std, fail) }
}

function seenBands(values: readonly (number | null)[], fail: (got: string) => EngineError): number[] {
  const seen = values.length === 13 ? values.filter((_, slot) => slot !== cirrusSlot) : values
  if (seen.length !== 12) throw fail(`${values.length} bands`)
  const finite = seen.filter((value) => value !== null)
  if (finite.length !== seen.length) throw fail('a band without a number')
  return finite
}

import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ModelCard, modelCard } from '../models/model-card.ts'
import { writeTestSet } from '../store/test-set.ts'
import { chooseRecipe, readExtendedSet } from './extended-set.ts'

const fixtures = join(import.meta.dirname, '../../../fixtures')
const released = join(
  import.meta.dirname,
  '../../../../shared/data/products/major_tom/embeddings/embeddings/part_00001-00050.parquet',
)
if (!existsSync(released)) console.log(`skipped: extending a published set, ${released} is not here`)

function card(id: string, dimensions: number, recipes = ['intended', 'released']): ModelCard {
  return modelCard.parse({
    ...{ id, name: id, source: 'made for a test', licence: 'Apache-2.0' },
    ...{ bands: ['B04'], unit: 'reflectance-1e4', fragment: { size: 16 } },
    recipes: recipes.map((name) => ({ name, reason: 'for tests', steps: [] })),
    input: { name: 'pixels', size: 16 },
    output: { name: 'embedding', dimensions },
    ...{ onnx: { kind: 'file', file: 'x.onnx' }, weights: { howToGet: 'none' } },
    ...{ verified: true, verification: 'made for a test' },
  })
}

let folder = ''
let own = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'extended-set-'))
  own = join(folder, 'own.parquet')
})
afterEach(() => rm(folder, { recursive: true }))

describe('the recipe of new vectors', () => {
  it.skipIf(!existsSync(released))('is the released one beside a published set', async () => {
    const set = await readExtendedSet(released)
    expect(set).toMatchObject({ dimensions: 2048, isPublished: true })
    expect(chooseRecipe(card('ssl4eo', 2048), undefined, set)).toMatchObject({
      ...{ recipe: { name: 'released' }, warnings: [] },
    })
    expect(chooseRecipe(card('one', 2048, ['intended']), undefined, set).recipe.name).toBe('intended')
  })

  it('is that of the set where the set says it, whatever the card would choose', async () => {
    await writeTestSet(own, { places: [[38.9, -9.1]], provenance: { model: 'm', recipe: 'released' } })
    const set = await readExtendedSet(own)
    const model = card('m', set.dimensions!)
    expect(chooseRecipe(model, undefined, set)).toMatchObject({ recipe: { name: 'released' }, warnings: [] })
    expect(chooseRecipe(model, 'released', set).warnings).toEqual([])
    expect(chooseRecipe(model, undefined).recipe.name).toBe('intended')
  })

  it('may be asked for otherwise, which is warned of in a sentence', async () => {
    await writeTestSet(own, { places: [[38.9, -9.1]], provenance: { model: 'm', recipe: 'released' } })
    const set = await readExtendedSet(own)
    const { recipe, warnings } = chooseRecipe(card('m', set.dimensions!), 'intended', set)
    expect(recipe.name).toBe('intended')
    expect(warnings).toEqual([expect.stringMatching(/^own\.parquet was made with recipe released, not intended: /)])
    expect(chooseRecipe(card('other', set.dimensions!), undefined, set).warnings).toEqual([
      'own.parquet was made with model m, not other: vectors of two models cannot be compared',
    ])
  })

  it('is refused where the card does not have it, and so are vectors of another length', async () => {
    await writeTestSet(own, { places: [[38.9, -9.1]], provenance: { model: 'm', recipe: 'plain' } })
    const set = await readExtendedSet(own)
    expect(() => chooseRecipe(card('m', set.dimensions!), undefined, set)).toThrow(
      'model m: expected one of the recipes intended, released, got "plain"',
    )
    expect(() => chooseRecipe(card('m', 7), undefined, set)).toThrow(
      `model m: expected vectors of ${set.dimensions} values as in own.parquet, got 7; choose its model m`,
    )
  })
})

it('a file that cannot be extended is one sentence', async () => {
  await expect(readExtendedSet(join(fixtures, 'geoparquet/no-embedding.parquet'))).rejects.toThrow(
    'no-embedding.parquet: expected an embeddings Parquet to extend, got one without a column of vectors',
  )
  await writeFile(own, 'no Parquet')
  await expect(readExtendedSet(own)).rejects.toThrow(/^own\.parquet: expected a Parquet file, got /)
})

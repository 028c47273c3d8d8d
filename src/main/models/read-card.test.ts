import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasAnyBands, recipeOf } from './model-card.ts'
import { listModelCards, parseModelCard, readModelCard } from './read-card.ts'

const shipped = join(import.meta.dirname, '../../../models')
/** just enough of the JSON to break it */
interface CardJson {
  licence?: string
  input: { size: number }
  recipes: [{ steps: [{ step: string }, ...object[]] }]
}
const mobilenet = join(shipped, 'mobilenet-v1.json')

describe('readModelCard', () => {
  it('finds a shipped card by id and by path', async () => {
    const byId = await readModelCard('mobilenet-v1', [shipped])
    expect(byId).toEqual(await readModelCard(mobilenet, []))
    expect(byId.bands).toEqual(['B04', 'B03', 'B02'])
    expect(hasAnyBands(byId)).toBe(false)
  })

  it('names the known models when the id is unknown', async () => {
    await expect(readModelCard('mobilnet', [shipped])).rejects.toThrow(/model mobilnet: .*mobilenet-v1/)
  })

  it('says which file is missing', async () => {
    await expect(readModelCard('/nowhere/card.json', [])).rejects.toThrow(
      'model card /nowhere/card.json: expected a readable file, got ENOENT',
    )
  })
})

describe('a card that does not fit', () => {
  const changed = async (change: (card: CardJson) => void): Promise<string> => {
    const card = JSON.parse(await readFile(mobilenet, 'utf8'))
    change(card)
    return JSON.stringify(card)
  }

  it.each([
    [
      'an unknown step',
      (card: CardJson) => {
        card.recipes[0].steps[0].step = 'sharpen'
      },
      /recipes\.0\.steps\.0/,
    ],
    [
      'a recipe that ends at another size',
      (card: CardJson) => {
        card.input.size = 256
      },
      /ends at 224 px, the input is 256 px/,
    ],
    [
      'statistics for other bands',
      (card: CardJson) => card.recipes[0].steps.push({ step: 'normalise', mean: [1, 2], std: [1, 1] }),
      /normalise has 2 values of mean, expected 3/,
    ],
    ['no licence', (card: CardJson) => delete card.licence, /licence/],
  ])('is refused for %s, naming the field', async (_name, change, message) => {
    const text = await changed(change)
    expect(() => parseModelCard(text, 'card.json')).toThrow(message)
  })

  it('is refused when it is not JSON', () => {
    expect(() => parseModelCard('{"id": ', 'card.json')).toThrow(/model card card\.json: expected JSON, got/)
  })
})

describe('recipeOf', () => {
  it('prefers the intended recipe and answers undefined for an unknown name', async () => {
    const card = await readModelCard('mobilenet-v1', [shipped])
    expect(recipeOf(card)?.name).toBe('intended')
    expect(recipeOf(card, 'released')).toBeUndefined()
  })
})

describe('the shipped cards', () => {
  it('are all readable', async () => {
    const { cards, problems } = await listModelCards([shipped])
    expect(problems).toEqual([])
    expect(cards.map(({ card }) => card.id)).toContain('mobilenet-v1')
  })
})

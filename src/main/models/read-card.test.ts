import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EngineError } from '../../shared/errors.ts'
import { hasAnyBands, recipeOf } from './model-card.ts'
import { listModelCards, parseModelCard, readModelCard } from './read-card.ts'

const shipped = join(import.meta.dirname, '../../../models')
/** the JSON as it stands in the file, to break it */
// biome-ignore lint/suspicious/noExplicitAny: nothing is known of a broken card
type CardJson = Record<string, any>
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

  it('knows other ways to run a network, and gives them their usual batch', async () => {
    const card = JSON.parse(await readFile(mobilenet, 'utf8'))
    card.onnx.variants = [{ name: 'batch norm in training mode', file: 'training.onnx' }]
    expect(parseModelCard(JSON.stringify(card), 'card').onnx.variants).toEqual([
      { name: 'batch norm in training mode', file: 'training.onnx', batch: 'any' },
    ])
    card.onnx.variants = [{ name: 'tanh GELU', options: { gelu: 'tanh' } }]
    expect(() => parseModelCard(JSON.stringify(card), 'card')).toThrow(
      'the field onnx.variants[0].file (text), got none',
    )
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

  const steps = 'scale, offset, clip, db, from-db, power, to-uint8, normalise, min-max, resize-bicubic, centre-crop'

  const sentences: [change: (card: CardJson) => unknown, sentence: string][] = [
    [(card) => delete card['licence'], 'expected the field licence (text), got none; add it'],
    [(card) => delete card['input'].size, 'expected the field input.size (a number or "any"), got none; add it'],
    [(card) => delete card['bands'], 'expected the field bands (a list or an object { ... }), got none; add it'],
    [
      (card) => {
        card['license'] = card['licence']
        delete card['licence']
      },
      'unknown field license; did you mean licence (and 1 more)',
    ],
    [
      (card) => Object.assign(card['fragment'], { overlap: 0.2 }),
      'unknown field fragment.overlap; its fields are size, targetOverlap, smaller',
    ],
    [(card) => Object.assign(card, { bands: { Any: { min: 3 } } }), 'unknown field bands.Any; did you mean any'],
    [
      (card) => Object.assign(card['recipes'][0].steps[1], { added: 3 }),
      'unknown field recipes[0].steps[1].added; its fields are step, add',
    ],
    [
      (card) => Object.assign(card, { unit: 'dB' }),
      `unit: expected one of reflectance-1e4, 0-1, linear, db, u8, got "dB"; did you mean db`,
    ],
    [
      (card) => Object.assign(card, { unit: 'kelvin' }),
      `unit: expected one of reflectance-1e4, 0-1, linear, db, u8, got "kelvin"`,
    ],
    [
      (card) => Object.assign(card['recipes'][0].steps[0], { step: 'sharpen' }),
      `recipes[0].steps[0].step: expected one of ${steps}, got "sharpen"`,
    ],
    [
      (card) => Object.assign(card['recipes'][0].steps[0], { step: 'resize_bicubic' }),
      `recipes[0].steps[0].step: expected one of ${steps}, got "resize_bicubic"; did you mean resize-bicubic`,
    ],
    [
      (card) => Object.assign(card['output'], { pooling: 'mean' }),
      'output.pooling: expected one of none, first-token, mean-tokens, mean-space, got "mean"',
    ],
    [(card) => Object.assign(card['input'], { size: '224' }), 'input.size: expected a number or "any", got "224"'],
    [(card) => Object.assign(card['fragment'], { size: 22.5 }), 'fragment.size: expected a whole number, got 22.5'],
    [
      (card) => Object.assign(card['fragment'], { targetOverlap: 1 }),
      'fragment.targetOverlap: expected a number, less than 1, got 1',
    ],
    [(card) => Object.assign(card, { recipes: [] }), 'recipes: expected a list with at least 1 entry, got []'],
    [(card) => Object.assign(card, { verified: 'yes' }), 'verified: expected true or false, got "yes"'],
    [
      (card) => Object.assign(card, { id: 'My Model' }),
      'id: expected lower case letters, digits, dots and dashes, got "My Model"',
    ],
    [
      (card) => Object.assign(card['onnx'], { sha256: 'abc' }),
      'onnx.sha256: expected text of 64 characters, got "abc"',
    ],
    [
      (card) => Object.assign(card['recipes'][0].steps[1], { add: [1, 'x', 2] }),
      'recipes[0].steps[1].add[1]: expected a number, got "x"',
    ],
    [
      (card) => Object.assign(card['input'], { size: 256 }),
      'recipes[0]: "intended" ends at 224 px, the input is 256 px',
    ],
    [
      (card) => card['recipes'][0].steps.push({ step: 'normalise', mean: [1, 2], std: 1 }),
      'recipes[0]: "intended": normalise has 2 values of mean, expected 3',
    ],
  ]
  it.each(sentences)('is refused in a sentence about its field (case %#)', async (change, sentence) => {
    const text = await changed(change)
    expect(() => parseModelCard(text, 'card.json')).toThrow(
      new EngineError('unreadable-file', `model card card.json: ${sentence}`),
    )
  })

  it('is refused when it is no object', () => {
    expect(() => parseModelCard('[1]', 'card.json')).toThrow('the card: expected an object { ... }, got [1]')
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

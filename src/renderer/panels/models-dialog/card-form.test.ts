import { describe, expect, it } from 'vitest'
import type { CardDraft } from '../../../shared/contract.ts'
import { cardOf, formOf, otherProblems, problemAt } from './card-form.ts'

const draft: CardDraft = {
  id: 'net',
  name: 'net',
  source: '',
  licence: '',
  bands: [],
  unit: '',
  fragment: { targetOverlap: 0.1 },
  recipes: [{ name: 'intended', reason: 'given', steps: [] }],
  input: { name: 'pixels', layout: 'nchw', size: 'any' },
  output: { name: 'embedding', pooling: 'none', dimensions: 12 },
}

describe('a card that is written', () => {
  it('leaves out what is empty, so that the reader asks for it', () => {
    expect(cardOf(formOf(draft))).toEqual({
      id: 'net',
      name: 'net',
      bands: [],
      fragment: { targetOverlap: 0.1 },
      recipes: [{ name: 'intended', reason: 'given', steps: [] }],
      input: { name: 'pixels', layout: 'nchw', size: 'any' },
      output: { name: 'embedding', pooling: 'none', dimensions: 12 },
    })
  })

  it('has numbers, one or one per band, and keeps what is no number for the reader to refuse', () => {
    const step = (values: Record<string, string>) => ({ key: 1, step: 'normalise', values }) as const
    const form = {
      ...formOf(draft),
      bands: ' B04, B03 ,',
      fragmentSize: '16',
      steps: [step({ mean: '0.4, −1', std: 'x' })],
    }
    expect(cardOf(form)).toMatchObject({
      bands: ['B04', 'B03'],
      fragment: { size: 16 },
      recipes: [{ steps: [{ step: 'normalise', mean: [0.4, -1], std: 'x' }] }],
    })
  })
})

it('a problem stands at its field, or at the end where no field shows it', () => {
  const form = { ...formOf(draft), steps: [{ key: 1, step: 'scale', values: {} } as const] }
  const problems = ['bands[1]', 'recipes[0].steps[0].divide', 'recipes[0]', 'network'].map((field) => ({
    field,
    text: `${field}: wrong`,
  }))
  expect(problemAt(problems, 'bands')).toBe('bands[1]: wrong')
  expect(problemAt(problems, 'unit')).toBeUndefined()
  expect(otherProblems(problems, form).map(({ field }) => field)).toEqual(['recipes[0]', 'network'])
})

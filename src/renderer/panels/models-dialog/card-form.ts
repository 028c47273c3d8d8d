// A card while it is written: texts as the user types them, and the card that they make. What is right the engine says.

import type { CardDraft, CardProblem } from '../../../shared/contract.ts'
import type { Card } from '../../state/library.ts'
import { type StepName, stepFields } from './step-fields.ts'

export interface StepForm {
  /** tells steps apart while they move */
  readonly key: number
  readonly step: StepName
  readonly values: Readonly<Record<string, string>>
}

export interface CardForm {
  readonly id: string
  readonly name: string
  readonly source: string
  readonly licence: string
  readonly bands: string
  readonly unit: string
  readonly fragmentSize: string
  readonly targetOverlap: string
  readonly inputName: string
  readonly layout: string
  readonly inputSize: string
  readonly outputName: string
  readonly dimensions: string
  readonly pooling: string
  readonly reason: string
  readonly steps: readonly StepForm[]
}

/** Texts of the form that are fields of the card. */
export type CardText = Exclude<keyof CardForm, 'steps'>

export const fieldOf: Readonly<Record<CardText, string>> = {
  id: 'id',
  name: 'name',
  source: 'source',
  licence: 'licence',
  bands: 'bands',
  unit: 'unit',
  fragmentSize: 'fragment.size',
  targetOverlap: 'fragment.targetOverlap',
  inputName: 'input.name',
  layout: 'input.layout',
  inputSize: 'input.size',
  outputName: 'output.name',
  dimensions: 'output.dimensions',
  pooling: 'output.pooling',
  reason: 'recipes[0].reason',
}

export function formOf(draft: CardDraft): CardForm {
  const { fragment, input, output } = draft
  const text = (value: number | string | undefined) => (value === undefined ? '' : String(value))
  return {
    id: draft.id,
    name: draft.name,
    source: draft.source,
    licence: draft.licence,
    bands: draft.bands.join(', '),
    unit: draft.unit,
    fragmentSize: text(fragment.size),
    targetOverlap: text(fragment.targetOverlap),
    inputName: input.name,
    layout: input.layout,
    inputSize: text(input.size),
    outputName: output.name,
    dimensions: text(output.dimensions),
    pooling: output.pooling,
    reason: draft.recipes[0]?.reason ?? '',
    steps: [],
  }
}

/** An empty text is a field that is not there. */
export function cardOf(form: CardForm): Card {
  return present({
    id: form.id,
    name: form.name,
    source: form.source,
    licence: form.licence,
    bands: form.bands
      .split(',')
      .map((band) => band.trim())
      .filter((band) => band !== ''),
    unit: form.unit,
    fragment: present({ size: numbersIn(form.fragmentSize), targetOverlap: numbersIn(form.targetOverlap) }),
    recipes: [present({ name: 'intended', reason: form.reason, steps: form.steps.map(stepOf) })],
    input: present({ name: form.inputName, layout: form.layout, size: numbersIn(form.inputSize) }),
    output: present({ name: form.outputName, pooling: form.pooling, dimensions: numbersIn(form.dimensions) }),
  })
}

function stepOf({ step, values }: StepForm): Card {
  const entries = stepFields[step].fields.map(({ name }) => [name, numbersIn(values[name] ?? '')] as const)
  return present({ step, ...Object.fromEntries(entries) })
}

/** `12` a number, `0.485, 0.456` numbers, anything else the text itself. */
function numbersIn(text: string): number | string | readonly (number | string)[] {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.length > 1) return parts.filter((part) => part !== '').map(numberOrText)
  return numberOrText(text.trim())
}

function numberOrText(text: string): number | string {
  const number = Number(text.replace('−', '-'))
  return text === '' || Number.isNaN(number) ? text : number
}

function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

/** The sentence of a field, or of a part of it. */
export function problemAt(problems: readonly CardProblem[], field: string): string | undefined {
  return problems.find((problem) => isPartOf(problem.field, field))?.text
}

/** Problems that stand at none of the fields that are shown. */
export function otherProblems(problems: readonly CardProblem[], { steps }: CardForm): readonly CardProblem[] {
  const shown = [
    ...Object.values(fieldOf),
    ...steps.flatMap(({ step }, index) => stepFields[step].fields.map(({ name }) => stepField(index, name))),
  ]
  return problems.filter((problem) => !shown.some((field) => isPartOf(problem.field, field)))
}

export const stepField = (index: number, name: string) => `recipes[0].steps[${index}].${name}`

function isPartOf(field: string, whole: string): boolean {
  return field === whole || field.startsWith(`${whole}.`) || field.startsWith(`${whole}[`)
}

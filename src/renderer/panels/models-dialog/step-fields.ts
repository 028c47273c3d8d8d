// The steps of recipes as the card editor offers them; docs/models.md says what each computes.

export interface StepField {
  readonly name: string
  readonly label: string
  readonly initial: string
  /** one of a few words instead of a number */
  readonly words?: readonly string[]
}

const number = (name: string, label: string, initial = ''): StepField => ({ name, label, initial })

export const stepFields = {
  scale: {
    does: 'x / divide × multiply',
    fields: [number('divide', 'Divide', '1'), number('multiply', 'Multiply', '1')],
  },
  offset: { does: 'x + add', fields: [number('add', 'Add (one, or one per band)')] },
  clip: { does: 'between low and high', fields: [number('low', 'Low', '0'), number('high', 'High', '1')] },
  db: { does: '10 log10(max(x, floor))', fields: [number('floor', 'Floor', '1e-10')] },
  'from-db': { does: '10 ^ (x / 10)', fields: [] },
  power: { does: 'max(x, 0) ^ exponent', fields: [number('exponent', 'Exponent')] },
  'to-uint8': {
    does: 'whole numbers 0 to 255',
    fields: [{ name: 'rounding', label: 'Rounding', initial: 'truncate', words: ['truncate', 'nearest'] }],
  },
  normalise: {
    does: '(x − mean) / std',
    fields: [number('mean', 'Mean (one, or one per band)'), number('std', 'Std (one, or one per band)')],
  },
  'min-max': {
    does: '(x − low) / (high − low)',
    fields: [number('low', 'Low (one, or one per band)'), number('high', 'High (one, or one per band)')],
  },
  'resize-bicubic': {
    does: 'to another size in pixels',
    fields: [
      number('size', 'Size in pixels'),
      { name: 'values', label: 'Values', initial: 'float', words: ['float', 'uint8'] },
    ],
  },
  'centre-crop': { does: 'the central pixels', fields: [number('size', 'Size in pixels')] },
} as const satisfies Readonly<Record<string, { readonly does: string; readonly fields: readonly StepField[] }>>

export type StepName = keyof typeof stepFields
export const stepNames = Object.keys(stepFields) as readonly StepName[]

export function initialValues(step: StepName): Readonly<Record<string, string>> {
  return Object.fromEntries(stepFields[step].fields.map(({ name, initial }) => [name, initial]))
}

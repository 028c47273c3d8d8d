// The card editor offers the steps that recipes know: neither side of the window may import the other.

import { expect, it } from 'vitest'
import { recipeStep } from '../../src/main/models/recipe-step.ts'
import { stepFields, stepNames } from '../../src/renderer/panels/models-dialog/step-fields.ts'

it('the card editor offers every step of a recipe with its fields', () => {
  const known = recipeStep.options.map(({ shape: { step, ...fields } }) => [step.value, Object.keys(fields).sort()])
  const offered = stepNames.map((name) => [name, stepFields[name].fields.map((field) => field.name).sort()])
  expect(Object.fromEntries(offered)).toEqual(Object.fromEntries(known))
})

// The recipe as a list: what happens to the pixels, in order.

import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import type { CardProblem } from '../../../shared/contract.ts'
import { Button, IconButton } from '../../controls/Button.tsx'
import { Select } from '../../controls/Select.tsx'
import { TextField } from '../../controls/TextField.tsx'
import { problemAt, type StepForm, stepField } from './card-form.ts'
import { initialValues, type StepField, type StepName, stepFields, stepNames } from './step-fields.ts'

interface StepsProps {
  readonly steps: readonly StepForm[]
  readonly problems: readonly CardProblem[]
  readonly onChange: (steps: readonly StepForm[]) => void
}

export function RecipeSteps({ steps, problems, onChange }: StepsProps) {
  const add = () => {
    const key = 1 + Math.max(0, ...steps.map((step) => step.key))
    onChange([...steps, { key, step: 'scale', values: initialValues('scale') }])
  }
  const move = (index: number, by: -1 | 1) => {
    const moved = [...steps]
    const [step] = moved.splice(index, 1)
    if (step !== undefined) moved.splice(index + by, 0, step)
    onChange(moved)
  }
  return (
    <div className="stack">
      {steps.length === 0 ? (
        <p className="dim">No steps: the network gets the pixels in this unit as they are.</p>
      ) : (
        <ol className="recipe-steps" aria-label="Steps of the recipe">
          {steps.map((step, index) => (
            <Step
              key={step.key}
              step={step}
              index={index}
              count={steps.length}
              problems={problems}
              onChange={(next) => onChange(steps.map((other) => (other.key === step.key ? next : other)))}
              onMove={(by) => move(index, by)}
              onRemove={() => onChange(steps.filter((other) => other.key !== step.key))}
            />
          ))}
        </ol>
      )}
      <div className="row">
        <Button onPress={add}>
          <Plus aria-hidden />
          Add a step
        </Button>
      </div>
    </div>
  )
}

function Step(props: {
  readonly step: StepForm
  readonly index: number
  readonly count: number
  readonly problems: readonly CardProblem[]
  readonly onChange: (step: StepForm) => void
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
}) {
  const { step, index, count, problems } = props
  const number = index + 1
  const fields: readonly StepField[] = stepFields[step.step].fields
  const set = (name: string, value: string) => props.onChange({ ...step, values: { ...step.values, [name]: value } })
  return (
    <li className="recipe-step" aria-label={`Step ${number}`}>
      <span className="faint recipe-number">{number}</span>
      <div className="recipe-fields">
        <Select<StepName>
          stacked
          label="Step"
          value={step.step}
          options={stepNames.map((id) => ({ id, label: id, description: stepFields[id].does }))}
          onChange={(name) => props.onChange({ ...step, step: name, values: initialValues(name) })}
        />
        {fields.map(({ name, label, words }) =>
          words === undefined ? (
            <TextField
              key={name}
              label={label}
              value={step.values[name] ?? ''}
              onChange={(value) => set(name, value)}
              problem={problemAt(problems, stepField(index, name))}
            />
          ) : (
            <Select
              key={name}
              stacked
              label={label}
              value={step.values[name]}
              options={words.map((id) => ({ id, label: id }))}
              onChange={(value) => set(name, value)}
            />
          ),
        )}
      </div>
      <IconButton label={`Move step ${number} up`} small isDisabled={index === 0} onPress={() => props.onMove(-1)}>
        <ArrowUp />
      </IconButton>
      <IconButton
        label={`Move step ${number} down`}
        small
        isDisabled={number === count}
        onPress={() => props.onMove(1)}
      >
        <ArrowDown />
      </IconButton>
      <IconButton label={`Remove step ${number}`} small onPress={props.onRemove}>
        <X />
      </IconButton>
    </li>
  )
}

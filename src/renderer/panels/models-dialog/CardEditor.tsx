// The card of a network that the user adds: prefilled from the network, judged by the reader of card files.

import { CircleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { CardProblem, NetworkPort } from '../../../shared/contract.ts'
import { isCancelled } from '../../../shared/errors.ts'
import { Button } from '../../controls/Button.tsx'
import { Dialog } from '../../controls/Dialog.tsx'
import { Select } from '../../controls/Select.tsx'
import { TextField } from '../../controls/TextField.tsx'
import { fileName } from '../../state/files.ts'
import type { NewNetwork } from '../../state/library.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { unitNames } from '../embed-dialog/units.ts'
import { JobRow } from '../jobs/JobsTray.tsx'
import { type CardForm, type CardText, cardOf, fieldOf, formOf, otherProblems, problemAt } from './card-form.ts'
import { RecipeSteps } from './RecipeSteps.tsx'

const poolings = [
  { id: 'none', label: 'none', description: 'One vector an image' },
  { id: 'first-token', label: 'first token', description: 'Of (images, tokens, dimensions)' },
  { id: 'mean-tokens', label: 'mean of tokens', description: 'Of (images, tokens, dimensions)' },
  { id: 'mean-space', label: 'mean over space', description: 'Of (images, dimensions, rows, cols)' },
]
const layouts = [
  { id: 'nchw', label: 'bands, rows, cols', description: 'nchw' },
  { id: 'nhwc', label: 'rows, cols, bands', description: 'nhwc' },
]

export function CardEditor({ adding: { path, description } }: { readonly adding: NewNetwork }) {
  const { library, notices } = useApp()
  const [form, setForm] = useState(() => formOf(description.draft))
  const { problems, judge } = useProblems(form, path)
  const [jobId, setJobId] = useState<string>()
  const job = useAppState((state) => state.jobs.list.find((other) => other.jobId === jobId))
  const isRunning = job?.state === 'running'
  const set = (change: Partial<CardForm>) => setForm((before) => ({ ...before, ...change }))

  const add = async () => {
    if ((await judge())?.length !== 0) return
    await library.add(cardOf(form), path, setJobId).catch((error: unknown) => {
      // the sentence of a failed job stands in its row
      if (isCancelled(error)) setJobId(undefined)
    })
  }

  const text = (name: CardText, label: string, placeholder = '') => (
    <TextField
      label={label}
      value={form[name]}
      onChange={(value) => set({ [name]: value })}
      problem={problemAt(problems, fieldOf[name])}
      placeholder={placeholder}
    />
  )
  const choice = (name: CardText, label: string, options: React.ComponentProps<typeof Select>['options']) => (
    <div className="text-field">
      <Select
        stacked
        label={label}
        value={form[name] === '' ? undefined : form[name]}
        options={options}
        onChange={(id) => set({ [name]: id })}
        placeholder="Choose"
      />
      <Problem text={problemAt(problems, fieldOf[name])} />
    </div>
  )

  return (
    <Dialog
      title={`Add ${fileName(path)}`}
      widthPx={760}
      onClose={library.leaveCard}
      holdsTyping
      foot={
        <>
          <span className="faint grow">The network is copied into the models of this machine, with its card</span>
          <Button onPress={library.leaveCard}>Back</Button>
          <Button look="primary" isDisabled={isRunning} onPress={() => void add().catch(notices.fail)}>
            Add
          </Button>
        </>
      }
    >
      <div className="form card-editor">
        <p className="dim">
          The network takes {portsText(description.inputs)} and gives {portsText(description.outputs)}.
        </p>
        <section className="form-grid" aria-label="Name">
          {text('name', 'Name')}
          {text('id', 'Id', 'lower case letters, digits, dots and dashes')}
          {text('source', 'Source', 'who made it and where it is published')}
          {text('licence', 'Licence', 'of the weights, e.g. Apache-2.0')}
        </section>
        <section className="form-grid" aria-label="Imagery">
          {text('bands', 'Bands', 'in the order of its input, e.g. B04, B03, B02')}
          {choice(
            'unit',
            'Unit',
            Object.entries(unitNames).map(([id, label]) => ({ id, label })),
          )}
          {text('fragmentSize', 'Fragment size in pixels')}
          {text('targetOverlap', 'Overlap of fragments, 0 to 1')}
        </section>
        <section className="form-grid form-thirds" aria-label="Network">
          {text('inputName', 'Input name')}
          {choice('layout', 'Input layout', layouts)}
          {text('inputSize', 'Input size in pixels, or any')}
          {text('outputName', 'Output name')}
          {text('dimensions', 'Dimensions')}
          {choice('pooling', 'Pooling', poolings)}
        </section>
        <section className="form" aria-label="Recipe">
          <h3 className="strong">Recipe: from pixels to the input of the network</h3>
          {text('reason', 'Why this recipe')}
          <RecipeSteps steps={form.steps} problems={problems} onChange={(steps) => set({ steps })} />
        </section>
        {otherProblems(problems, form).map(({ field, text: sentence }) => (
          <p key={`${field} ${sentence}`} className="plan-problem" role="alert">
            <CircleAlert className="icon bad" aria-hidden />
            {sentence}
          </p>
        ))}
        {job !== undefined && job.state !== 'done' && (
          <ul className="card">
            <JobRow job={job} />
          </ul>
        )}
      </div>
    </Dialog>
  )
}

/** Nothing is wrong until the user wants to add it; from then on every change is judged. */
function useProblems(form: CardForm, path: string) {
  const { library, notices } = useApp()
  const [problems, setProblems] = useState<readonly CardProblem[]>([])
  const [isJudged, setIsJudged] = useState(false)
  useEffect(() => {
    if (!isJudged) return
    library
      .judge(cardOf(form), path)
      .then((found) => found !== undefined && setProblems(found))
      .catch(notices.fail)
  }, [form, path, isJudged, library, notices])
  const judge = async () => {
    setIsJudged(true)
    const found = await library.judge(cardOf(form), path)
    if (found !== undefined) setProblems(found)
    return found
  }
  return { problems, judge }
}

function Problem({ text }: { readonly text: string | undefined }) {
  return text === undefined ? null : <p className="field-problem">{text}</p>
}

/** `pixels (n, 3, 16, 16)` */
function portsText(ports: readonly NetworkPort[]): string {
  return (
    ports.map(({ name, shape }) => `${name} (${shape?.join(', ') ?? 'no shape stated'})`).join(' and ') || 'nothing'
  )
}

import { Check, CircleDashed, Download, FileQuestionMark, Hammer } from 'lucide-react'
import { ListBox, ListBoxItem, Text } from 'react-aria-components'
import type { ModelSummary } from '../../../shared/contract.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { jobText } from '../jobs/JobsTray.tsx'
import { type NextStep, nextStep, stateText, summaryText } from './model-state.ts'

export function ModelList({
  models,
  chosenId,
}: {
  readonly models: readonly ModelSummary[]
  readonly chosenId: string
}) {
  const { library } = useApp()
  return (
    <ListBox
      className="model-list"
      aria-label="Models"
      autoFocus
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosenId]}
      onSelectionChange={(keys) => {
        const [key] = keys
        if (key !== undefined) library.choose(String(key))
      }}
      items={[...models].sort(readyFirst)}
    >
      {(model) => (
        <ListBoxItem id={model.id} textValue={model.name} className="model-item">
          <StateIcon step={nextStep(model)} isPartial={model.weights.state === 'partial'} />
          <span className="grow">
            <Text slot="label" className="truncate model-name">
              {model.name}
            </Text>
            <span className="dim truncate">{summaryText(model)}</span>
            <StateLine model={model} />
          </span>
          {model.isOwn && <span className="badge">yours</span>}
        </ListBoxItem>
      )}
    </ListBox>
  )
}

/** What works on it now, else what is here of it. */
function StateLine({ model }: { readonly model: ModelSummary }) {
  const job = useAppState((state) => state.jobs.list.find((other) => other.jobId === state.library.jobIds[model.id]))
  return (
    <Text slot="description" className="faint truncate">
      {job?.state === 'running' ? jobText(job) : stateText(model)}
    </Text>
  )
}

const icons = { none: Check, download: Download, build: Hammer, file: FileQuestionMark } as const

function StateIcon({ step, isPartial }: { readonly step: NextStep; readonly isPartial: boolean }) {
  const Icon = isPartial ? CircleDashed : icons[step]
  return <Icon className={`icon ${step === 'none' ? 'good' : 'faint'}`} aria-hidden />
}

/** Imagery before the others, ready ones before those. */
function readyFirst(a: ModelSummary, b: ModelSummary): number {
  const rank = ({ input, availability }: ModelSummary) =>
    (availability === 'ready' ? 0 : 2) + (input === 'image' ? 0 : 1)
  return rank(a) - rank(b) || a.name.localeCompare(b.name, 'en', { numeric: true })
}

// Imagery to embeddings: model, what the pixels are, a dry run, the run.

import { Button } from '../../controls/Button.tsx'
import { Dialog } from '../../controls/Dialog.tsx'
import { useApp, useAppState } from '../../state/use-app.ts'
import { JobRow } from '../jobs/JobsTray.tsx'
import { countOf } from '../wording.ts'
import { Choices } from './Choices.tsx'
import { ExtendChoice } from './ExtendChoice.tsx'
import { Inputs } from './Inputs.tsx'
import { ModelChoice } from './ModelChoice.tsx'
import { Plan } from './Plan.tsx'

export function EmbedDialog() {
  const app = useApp()
  const runJob = useAppState((state) => state.jobs.list.find((job) => job.jobId === state.embed.runJobId))
  const close = () => {
    app.embed.stopPlanning()
    app.view.closeDialog()
  }
  return (
    <Dialog title="Embed imagery" widthPx={880} onClose={close} foot={<Foot onClose={close} />}>
      {runJob === undefined ? (
        <div className="embed-columns">
          <div className="form">
            <Inputs />
            <ExtendChoice />
            <ModelChoice />
            <Choices />
          </div>
          <Plan />
        </div>
      ) : (
        <ul>
          <JobRow job={runJob} />
        </ul>
      )}
    </Dialog>
  )
}

function Foot({ onClose }: { readonly onClose: () => void }) {
  const app = useApp()
  const plan = useAppState((state) => state.embed.plan)
  const isPlanning = useAppState((state) => state.embed.planJobId !== undefined)
  const isRunning = useAppState((state) => state.embed.runJobId !== undefined)
  const hasModel = useAppState((state) => state.embed.choices.model !== undefined)
  if (isRunning) {
    return (
      <>
        <span className="faint grow">The run goes on when this is closed; Jobs shows it</span>
        <Button onPress={onClose}>Close</Button>
      </>
    )
  }
  return (
    <>
      <span className="faint grow">Runs on this machine; nothing is uploaded</span>
      <Button onPress={onClose}>Cancel</Button>
      <Button isDisabled={isPlanning || !hasModel} onPress={() => app.embed.plan()}>
        Dry run again
      </Button>
      <Button look="primary" isDisabled={plan === undefined || plan.fragments === 0} onPress={() => app.embed.run()}>
        {plan === undefined ? 'Embed' : `Embed ${countOf(plan.fragments, 'fragment')}`}
      </Button>
    </>
  )
}

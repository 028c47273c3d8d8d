// How a published set was made: files and model, the job, what it found.

import { Button } from '../../controls/Button.tsx'
import { Dialog } from '../../controls/Dialog.tsx'
import { useApp, useAppState } from '../../state/use-app.ts'
import { requestOf } from '../../state/verification.ts'
import { JobRow } from '../jobs/JobsTray.tsx'
import { Finding } from './Finding.tsx'
import { VerifyChoices } from './VerifyChoices.tsx'

export function VerifyDialog() {
  const { view } = useApp()
  const report = useAppState((state) => state.verification.report)
  const job = useAppState((state) => state.jobs.list.find((other) => other.jobId === state.verification.jobId))
  const isRunning = job?.state === 'running'
  return (
    <Dialog
      title="Verify against a published set"
      widthPx={880}
      onClose={view.closeDialog}
      foot={<Foot isRunning={isRunning} />}
    >
      {report !== undefined ? (
        <Finding report={report} />
      ) : (
        <div className="form">
          {(isRunning || job?.state === 'failed') && (
            <ul className="card">
              <JobRow job={job} />
            </ul>
          )}
          {!isRunning && <VerifyChoices />}
        </div>
      )}
    </Dialog>
  )
}

function Foot({ isRunning }: { readonly isRunning: boolean }) {
  const { verification, view } = useApp()
  const hasReport = useAppState((state) => state.verification.report !== undefined)
  const canRun = useAppState((state) => requestOf(state.verification.choices) !== undefined)
  if (isRunning || hasReport) {
    return (
      <>
        <span className="faint grow">{isRunning ? 'It goes on in the jobs tray when this is closed' : ''}</span>
        {hasReport && <Button onPress={verification.again}>Verify another</Button>}
        <Button onPress={view.closeDialog}>Close</Button>
      </>
    )
  }
  return (
    <>
      <span className="faint grow">Runs on this machine, nothing is uploaded</span>
      <Button onPress={view.closeDialog}>Cancel</Button>
      <Button look="primary" isDisabled={!canRun} onPress={() => void verification.run()}>
        Verify
      </Button>
    </>
  )
}

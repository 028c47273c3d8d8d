// The dry run: what a run would make, how long it takes, what was read from the files.

import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { EmbedPlan } from '../../../shared/contract.ts'
import { Button } from '../../controls/Button.tsx'
import { Progress } from '../../controls/Progress.tsx'
import { fileName } from '../../state/files.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { jobText } from '../jobs/JobsTray.tsx'
import { aboutSecondsText, bytesText, countOf, countText, productText, providerText, signedText } from '../wording.ts'
import { unitNames } from './units.ts'

export function Plan() {
  const app = useApp()
  const plan = useAppState((state) => state.embed.plan)
  const problem = useAppState((state) => state.embed.planError)
  const job = useAppState((state) => state.jobs.list.find((other) => other.jobId === state.embed.planJobId))
  return (
    <section className="plan card" aria-label="Dry run" aria-live="polite">
      <h3 className="strong">Dry run: nothing is written yet</h3>
      {problem !== undefined && (
        <p className="plan-problem">
          <CircleAlert className="icon bad" aria-hidden />
          {problem}
        </p>
      )}
      {plan === undefined && problem === undefined && (
        <>
          <Progress label="Dry run" done={job?.done ?? 0} total={job?.total} />
          <p className="dim">{job === undefined ? 'Reading the files' : jobText(job)}</p>
          <div className="row">
            <Button onPress={app.embed.stopPlanning}>Cancel the dry run</Button>
          </div>
        </>
      )}
      {plan !== undefined && <PlanFacts plan={plan} />}
    </section>
  )
}

function PlanFacts({ plan }: { readonly plan: EmbedPlan }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Fragments', countText(plan.fragments)],
    [
      'Cells',
      plan.cells === plan.images
        ? countText(plan.cells)
        : `${countText(plan.cells)}, from ${countOf(plan.images, 'image')}`,
    ],
    ['Time', plan.estimatedSeconds === undefined ? 'not measured' : aboutSecondsText(plan.estimatedSeconds)],
    ['Output', `${bytesText(plan.outputBytes)} in ${countOf(plan.outputFiles.length, 'file')}`],
    ['Runs on', plan.provider === '' ? 'nothing yet: the model is not here' : providerText(plan.provider)],
    ...(plan.network?.endsWith('.onnx') === true ? [['Network', plan.network] as const] : []),
  ]
  return (
    <>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd className="strong">{value}</dd>
          </div>
        ))}
      </dl>
      <h4 className="strong">Read from the files</h4>
      <ul className="plan-inputs">
        {plan.inputs.map((input) => (
          <li key={`${input.file} ${input.kind}`}>
            <p className="truncate" title={input.file}>
              {fileName(input.file)}
            </p>
            <p className="dim">
              {productText(input.kind)}, {countOf(input.images, 'image')},{' '}
              {input.bands.length === 0 ? 'no bands' : input.bands.join(' ')}
            </p>
            <p className="dim">
              {unitNames[input.unit] ?? input.unit} ({toldBy(input.unitSource)}), offset{' '}
              {signedText(input.radiometricOffset, 0)} ({toldBy(input.offsetSource)})
            </p>
          </li>
        ))}
      </ul>
      {plan.warnings.map((warning) => (
        <p key={warning} className="plan-problem">
          <TriangleAlert className="icon chosen" aria-hidden />
          {warning}
        </p>
      ))}
    </>
  )
}

const sources: Readonly<Record<string, string>> = {
  metadata: 'from the metadata',
  option: 'as you chose',
  values: 'judged from the values',
}

/** Where a unit or an offset comes from. */
function toldBy(source: string): string {
  return sources[source] ?? source
}

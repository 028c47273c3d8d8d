// What a verification has found: the hypothesis that fits best, how clearly, and the cosines of every one.

import { ChevronRight, CircleCheck, TriangleAlert } from 'lucide-react'
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components'
import type { VerifyReport, VerifyVerdict } from '../../../shared/contract.ts'
import { cosineText } from '../../../shared/cosines.ts'
import { fileName } from '../../state/files.ts'
import { countOf, countText, providerText, secondsText, signedText } from '../wording.ts'
import { Hypotheses } from './Hypotheses.tsx'

export function Finding({ report }: { readonly report: VerifyReport }) {
  const { verdict, hypotheses, others, coarseFragments, warnings } = report
  return (
    <div className="form">
      <Verdict report={report} />
      {warnings.map((warning) => (
        <p key={warning} className="chosen">
          {warning}
        </p>
      ))}
      <Hypotheses label="Hypotheses" hypotheses={hypotheses} best={verdict.best} />
      {others.length > 0 && (
        <Disclosure className="run-report verify-others">
          <Heading level={3}>
            <Button slot="trigger" className="run-report-button">
              <ChevronRight aria-hidden />
              {countText(others.length)} others fit worse on the first {countOf(coarseFragments, 'fragment')}
            </Button>
          </Heading>
          <DisclosurePanel className="run-report-panel">
            <Hypotheses label="Other hypotheses" hypotheses={others} best={undefined} />
          </DisclosurePanel>
        </Disclosure>
      )}
    </div>
  )
}

function Verdict({ report }: { readonly report: VerifyReport }) {
  const { verdict, published } = report
  const Icon = verdict.isFit ? CircleCheck : TriangleAlert
  return (
    <section className="card stack" aria-label="Verdict">
      <p className="plan-problem">
        <Icon className={`icon ${verdict.isFit ? 'good' : 'chosen'}`} aria-hidden />
        <span className="strong">
          {verdict.isFit
            ? `${fileName(published)} fits ${verdict.best}`
            : `${fileName(published)} fits none of the hypotheses; the closest is ${verdict.best}`}
        </span>
      </p>
      <dl className="facts">
        {factsOf(report).map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const precisionNames: Readonly<Record<VerifyReport['precision'], string>> = {
  float32: 'float32',
  float16: 'rounded to float16',
  integers: 'whole numbers',
}

function factsOf(report: VerifyReport): readonly (readonly [string, string])[] {
  const { verdict, cells, fragments, rows, model, unrelatedCosine, precision, provider, providerReason, seconds } =
    report
  return [
    ['Mean cosine', `${cosineText(verdict.meanCosine)}; unrelated fragments have ${cosineText(unrelatedCosine)}`],
    ...marginFacts(verdict),
    ['Compared', `${countOf(fragments, 'fragment')} of ${countOf(cells.compared, 'cell')}`],
    [
      'Files',
      `${countOf(rows, 'row')} in ${countOf(cells.published, 'cell')} published, ${countOf(cells.images, 'image')}, ${countText(cells.shared)} in both`,
    ],
    ['Values', precisionNames[precision]],
    ['Model', model],
    ['Ran on', [providerText(provider), providerReason].filter((part) => part !== undefined).join(', ')],
    ['Took', secondsText(seconds)],
  ]
}

const whyAlike: Readonly<Record<VerifyVerdict['indistinguishable'][number]['because'], string>> = {
  'same-vectors': 'the same vectors',
  'margin-below-noise': 'within the noise',
}

function marginFacts(verdict: VerifyVerdict): readonly (readonly [string, string])[] {
  const { second, margin = 0, marginDigits = 0, lean = 0, noise = 0, indistinguishable } = verdict
  const alike = indistinguishable.map(({ hypothesis, because }) => `${hypothesis} (${whyAlike[because]})`)
  return [
    ...(second === undefined
      ? []
      : ([
          ['Margin', `${margin.toPrecision(2)} in cosine, ${marginDigits.toFixed(1)} digits, above ${second}`],
          ['Lean', `${signedText(lean, 2)} of 1 towards the best; more than noise beyond ${noise.toFixed(2)}`],
        ] as const)),
    ...(alike.length === 0 ? [] : [['Not told apart', alike.join('; ')] as const]),
  ]
}

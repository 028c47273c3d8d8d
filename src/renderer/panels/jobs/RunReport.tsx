// What an embedding run tells of itself, folded away under its job.

import { ChevronRight } from 'lucide-react'
import { Button, Disclosure, DisclosurePanel, Heading } from 'react-aria-components'
import type { EmbedReport } from '../../../shared/contract.ts'
import { unitNames } from '../embed-dialog/units.ts'
import { countText, modelText, percentText, providerText, secondsText, signedText } from '../wording.ts'

export function RunReport({ report }: { readonly report: EmbedReport }) {
  return (
    <Disclosure className="run-report">
      <Heading level={3}>
        <Button slot="trigger" className="run-report-button">
          <ChevronRight aria-hidden />
          Report
        </Button>
      </Heading>
      <DisclosurePanel className="run-report-panel">
        <dl className="facts">
          {factsOf(report).map(([name, value]) => (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {report.clipped.length > 0 && <Clipped bands={report.clipped} />}
        {report.warnings.map((warning) => (
          <p key={warning} className="chosen">
            {warning}
          </p>
        ))}
      </DisclosurePanel>
    </Disclosure>
  )
}

function factsOf(report: EmbedReport): readonly (readonly [string, string])[] {
  const {
    rows,
    cells,
    model,
    network,
    recipe,
    unit,
    radiometricOffset,
    provider,
    providerReason,
    files,
    seconds,
    startSeconds,
    inferenceSeconds,
  } = report
  return [
    ['Rows', countText(rows)],
    ['Cells', countText(cells)],
    ['Model', modelText({ model, recipe })],
    [
      'Pixels',
      `${unitNames[unit] ?? unit}, offset ${radiometricOffset === 'mixed' ? radiometricOffset : signedText(radiometricOffset, 0)}`,
    ],
    ...(network === model ? [] : [['Network', network] as const]),
    ['Ran on', [providerText(provider), providerReason].filter((part) => part !== undefined).join(', ')],
    [
      'Took',
      `${secondsText(seconds)}: ${secondsText(startSeconds)} to start, ${secondsText(inferenceSeconds)} in the network`,
    ],
    ...files.map((file, index) => [files.length === 1 ? 'File' : `File ${index + 1}`, file] as const),
  ]
}

/** Share of pixels that lie outside of what the model takes, per band. */
function Clipped({ bands }: { readonly bands: EmbedReport['clipped'] }) {
  return (
    <table className="clipped" aria-label="Pixels clipped or without data">
      <thead>
        <tr>
          <th scope="col">Band</th>
          <th scope="col">Clipped low</th>
          <th scope="col">Clipped high</th>
          <th scope="col">No data</th>
        </tr>
      </thead>
      <tbody>
        {bands.map(({ band, low, high, nodata }) => (
          <tr key={band}>
            <th scope="row">{band}</th>
            <td>{percentText(low)}</td>
            <td>{percentText(high)}</td>
            <td>{percentText(nodata)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

// Open sets with what is known of each, and the files opened before.

import { FolderOpen, X } from 'lucide-react'
import type { SetSummary } from '../../../shared/contract.ts'
import { Button, IconButton } from '../../controls/Button.tsx'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countOf, countText, dateText, modelText, productText } from '../wording.ts'
import { RecentFiles } from './RecentFiles.tsx'

export function SetsPanel() {
  const app = useApp()
  const open = useAppState((state) => state.sets.open)
  const hasRecent = useAppState((state) => state.files.recent.length > 0)
  return (
    <>
      <section className="section" aria-label="Sets">
        <div className="section-head">
          <h2 className="strong">Open sets</h2>
          <span className="faint">{countText(open.length)}</span>
        </div>
        {open.map((set) => (
          <SetCard key={set.setId} set={set} />
        ))}
        <Button onPress={() => app.files.choose()}>
          <FolderOpen aria-hidden />
          Open embeddings or imagery
        </Button>
      </section>
      {hasRecent && (
        <section className="section" aria-label="Recent files">
          <div className="section-head">
            <h2 className="strong">Recent</h2>
          </div>
          <RecentFiles />
        </section>
      )}
    </>
  )
}

function SetCard({ set }: { readonly set: SetSummary }) {
  const app = useApp()
  const isCurrent = useAppState((state) => state.sets.currentId === set.setId)
  return (
    <div className="card stack set-card" data-current={isCurrent || undefined}>
      <div className="row">
        <span className="grow truncate strong" title={set.path}>
          {set.name}
        </span>
        {set.synthetic && <span className="badge">synthetic</span>}
        <IconButton label={`Close ${set.name}`} small onPress={() => app.sets.close(set.setId)}>
          <X />
        </IconButton>
      </div>
      <dl className="facts">
        {factsOf(set).map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {set.warnings.map((warning) => (
        <p key={warning} className="chosen">
          {warning}
        </p>
      ))}
      {set.product === 'major-tom' && !set.synthetic && (
        <Button onPress={() => void app.verification.open({ published: set.path, model: set.model })}>
          Verify how it was made
        </Button>
      )}
      {!isCurrent && <Button onPress={() => app.sets.show(set.setId)}>Show on the globe</Button>}
    </div>
  )
}

function factsOf(set: SetSummary): readonly (readonly [string, string])[] {
  const facts: (readonly [string, string])[] = [
    ['Fragments', `${countText(set.count)} in ${countOf(set.cellCount, 'cell')}`],
    ['Vectors', `${set.dimensions} dimensions`],
    ['Product', productText(set.product)],
  ]
  if (set.model !== undefined) facts.push(['Model', modelText(set)])
  if (set.dates !== undefined) {
    const [first, last] = [dateText(set.dates.first), dateText(set.dates.last)]
    facts.push(['Dates', first === last ? first : `${first} to ${last}`])
  }
  if (set.geometryOrder !== 'true')
    facts.push(['Footprints', set.geometryOrder === 'unknown' ? 'order unknown' : 'as released'])
  const unusable = set.nanCount + set.zeroCount
  if (unusable > 0)
    facts.push(['Never found', `${countText(set.nanCount)} NaN, ${countText(set.zeroCount)} zero vectors`])
  return facts
}

// Rows as a file: which, in which format; the query travels with them.

import { useState } from 'react'
import { Label, RadioButton, RadioField, RadioGroup, Text } from 'react-aria-components'
import { exportFormatNames } from '../../../shared/export-file.ts'
import { Button } from '../../controls/Button.tsx'
import { Dialog } from '../../controls/Dialog.tsx'
import { type ExportFormat, type ExportScope, exportCounts, whyNothing } from '../../state/exporting.ts'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countOf } from '../wording.ts'

const formats: readonly { id: ExportFormat; label: string; description: string }[] = [
  {
    id: 'geoparquet',
    label: exportFormatNames.geoparquet,
    description: 'All columns with the embeddings, as Major TOM files have them',
  },
  {
    id: 'geojson',
    label: exportFormatNames.geojson,
    description: 'Footprints with the columns, no embeddings; for a GIS',
  },
  { id: 'csv', label: exportFormatNames.csv, description: 'The columns as a table, no embeddings' },
  {
    id: 'npy',
    label: exportFormatNames.npy,
    description: 'The embeddings as float32; ids, cells and the query in a JSON file beside it',
  },
]
const scopeNames: Readonly<Record<ExportScope, string>> = {
  rows: 'Selected fragments',
  pins: 'Pinned fragments',
  labels: 'Labelled fragments',
  results: 'Results',
  selection: 'Selected cell',
  all: 'All fragments',
}

export function ExportDialog() {
  const app = useApp()
  const state = app.store.getState()
  const counts = exportCounts(state)
  const [scope, setScope] = useState<ExportScope>(
    counts.rows > 0 ? 'rows' : counts.results > 0 ? 'results' : counts.selection > 0 ? 'selection' : 'all',
  )
  const [format, setFormat] = useState<ExportFormat>('geoparquet')
  const name = useAppState((current) => currentSet(current)?.name ?? '')
  const synthetic = useAppState((current) => currentSet(current)?.synthetic ?? false)
  const run = () => {
    app.view.closeDialog()
    app.exporting.exportRows(scope, format).catch(app.notices.fail)
  }
  return (
    <Dialog
      title={`Export from ${name}`}
      widthPx={480}
      onClose={app.view.closeDialog}
      foot={
        <>
          <span className="faint grow">{whyNothing(state, scope) ?? carriedText(scope, synthetic)}</span>
          <Button onPress={app.view.closeDialog}>Cancel</Button>
          <Button look="primary" isDisabled={counts[scope] === 0} onPress={run}>
            Export {countOf(counts[scope], 'row')}
          </Button>
        </>
      }
    >
      <div className="form">
        <Choice
          label="Rows"
          value={scope}
          onChange={setScope}
          options={(['rows', 'pins', 'labels', 'results', 'selection', 'all'] as const).map((id) => ({
            id,
            label: scopeNames[id],
            description: whyNothing(state, id) ?? countOf(counts[id], 'row'),
            disabled: counts[id] === 0,
          }))}
        />
        <Choice label="Format" value={format} onChange={setFormat} options={formats} />
      </div>
    </Dialog>
  )
}

/** What the file says beside its rows. */
function carriedText(scope: ExportScope, synthetic: boolean): string {
  const parts = [...(scope === 'results' ? ['the query'] : []), ...(synthetic ? ['that it is synthetic'] : [])]
  return parts.length === 0 ? '' : `The file tells ${parts.join(' and ')}`
}

function Choice<K extends string>(props: {
  readonly label: string
  readonly value: K
  readonly onChange: (value: K) => void
  readonly options: readonly { id: K; label: string; description: string; disabled?: boolean }[]
}) {
  return (
    <RadioGroup className="radio-group" value={props.value} onChange={(value) => props.onChange(value as K)}>
      <Label className="strong">{props.label}</Label>
      {props.options.map((option) => (
        <RadioField key={option.id} value={option.id} isDisabled={option.disabled ?? false}>
          <RadioButton className="radio">
            <span className="radio-dot" />
            <span>
              <span className="strong">{option.label}</span>
            </span>
          </RadioButton>
          <Text slot="description" className="radio-note dim">
            {option.description}
          </Text>
        </RadioField>
      ))}
    </RadioGroup>
  )
}

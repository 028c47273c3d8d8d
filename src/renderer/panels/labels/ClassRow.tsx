// One class: its digit, colour and name, how many labels it has and how much of the set it is.

import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Dialog, DialogTrigger, Group, Popover } from 'react-aria-components'
import { Button, IconButton } from '../../controls/Button.tsx'
import { TextField } from '../../controls/TextField.tsx'
import { classColours, type LabelClass, labelCounts } from '../../state/labels.ts'
import { selectedRows } from '../../state/row-selection.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { areaText, countOf, countText } from '../wording.ts'

export function ClassRow({ labelClass, digit }: { readonly labelClass: LabelClass; readonly digit: number }) {
  const { labels } = useApp()
  const { id, name, colour } = labelClass
  const count = useAppState((state) => labelCounts(state).get(id) ?? 0)
  const trained = useAppState((state) => state.labels.trained)
  const areasKm2 = useAppState((state) => state.labels.areasKm2)
  const [draft, setDraft] = useState(name)
  const selected = useAppState(selectedRows)
  const ofProbe = trained?.classIds.indexOf(id) ?? -1
  const [rows, area] = [trained?.rows[ofProbe], areasKm2?.[ofProbe]]
  /** a name counts when it is written: every change trains anew */
  const keepName = (isOpen: boolean) => {
    if (isOpen) setDraft(name)
    else if (draft.trim() !== '' && draft !== name) labels.renameClass(id, draft.trim())
  }
  return (
    <li className="card class-row">
      {digit <= 9 && <kbd>{digit}</kbd>}
      <DialogTrigger onOpenChange={keepName}>
        <Button look="quiet" aria-label={`Edit ${name}`}>
          <i className="class-colour" style={{ background: colour }} aria-hidden />
          <span className="strong truncate">{name}</span>
        </Button>
        <Popover className="popover" placement="right top">
          <Dialog className="popover-body stack" aria-label={`Class ${name}`}>
            <TextField label="Name" value={draft} onChange={setDraft} />
            <Group className="row wrap" aria-label="Colour">
              {classColours.map((other) => (
                <Button
                  key={other}
                  look="quiet"
                  aria-label={`Colour ${other}${other === colour ? ', chosen' : ''}`}
                  onPress={() => labels.recolourClass(id, other)}
                >
                  <i className="class-colour" style={{ background: other }} aria-hidden />
                </Button>
              ))}
            </Group>
            <Button onPress={() => labels.removeClass(id)}>
              <Trash2 aria-hidden />
              Remove with its {countOf(count, 'label')}
            </Button>
          </Dialog>
        </Popover>
      </DialogTrigger>
      <span className="grow class-counts faint">
        {countOf(count, 'label')}
        {rows !== undefined && (
          <>
            <br />
            {countOf(rows, 'fragment')}
            {area !== undefined && `, ${areaText(area)}`}
          </>
        )}
      </span>
      {selected !== undefined && (
        <IconButton
          small
          label={`Label ${countText(selected.count)} selected as ${name}`}
          onPress={() => void labels.giveSelection(id)}
        >
          <i className="class-selected" aria-hidden />
        </IconButton>
      )}
    </li>
  )
}

// What the pixels are. The engine proposes from metadata and values; the user confirms or says otherwise.

import type { EmbedPlan } from '../../../shared/contract.ts'
import type { InputUnit } from '../../../shared/terms.ts'
import { Select } from '../../controls/Select.tsx'
import { useApp, useAppState } from '../../state/use-app.ts'
import { unitNames } from './units.ts'

const units: readonly InputUnit[] = ['reflectance-1e4', '0-1', 'linear', 'db', 'u8']
type Offset = 'auto' | '0' | '-1000'

export function Choices() {
  const app = useApp()
  const { unit, radiometricOffset, geometry } = useAppState((state) => state.embed.choices)
  const plan = useAppState((state) => state.embed.plan)
  const choose = (change: Parameters<typeof app.embed.choose>[0]) => {
    app.embed.choose(change).catch(app.notices.fail)
  }
  return (
    <section className="form form-pair" aria-label="Pixel values">
      <Select
        stacked
        label="Unit of the pixels"
        value={unit ?? 'proposed'}
        options={[
          { id: 'proposed', label: proposedUnit(plan), description: 'From the metadata, else judged from the values' },
          ...units.map((id) => ({ id, label: unitNames[id] ?? id })),
        ]}
        onChange={(id) => choose({ unit: id === 'proposed' ? undefined : (id as InputUnit) })}
      />
      <Select<Offset>
        stacked
        label="Radiometric offset"
        value={String(radiometricOffset) as Offset}
        options={[
          { id: 'auto', label: proposedOffset(plan), description: 'From the product id or the metadata of the bands' },
          { id: '0', label: '0', description: 'Values are taken as they are' },
          { id: '-1000', label: '−1000', description: 'For Sentinel-2 since January 2022 (baseline 04.00)' },
        ]}
        onChange={(id) => choose({ radiometricOffset: id === 'auto' ? 'auto' : id === '0' ? 0 : -1000 })}
      />
      <Select
        stacked
        label="Footprints"
        value={geometry}
        options={[
          { id: 'true', label: 'Where the pixels are' },
          {
            id: 'as-released',
            label: 'As in published files',
            description: 'Rows and columns swapped, to match Major TOM files',
          },
        ]}
        onChange={(id) => choose({ geometry: id })}
      />
    </section>
  )
}

function proposedUnit(plan: EmbedPlan | undefined): string {
  const found = [...new Set(plan?.inputs.filter((input) => input.unitSource !== 'option').map((input) => input.unit))]
  return found.length === 0 ? 'As proposed' : `As proposed: ${found.map((unit) => unitNames[unit] ?? unit).join(', ')}`
}

function proposedOffset(plan: EmbedPlan | undefined): string {
  const found = [
    ...new Set(plan?.inputs.filter((input) => input.offsetSource !== 'option').map((input) => input.radiometricOffset)),
  ]
  return found.length === 0
    ? 'As proposed'
    : `As proposed: ${found.map((offset) => (offset < 0 ? `−${-offset}` : offset)).join(', ')}`
}

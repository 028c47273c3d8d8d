// Which files are compared, with which model, and what their pixels are.

import { FileInput, X } from 'lucide-react'
import { useMemo } from 'react'
import type { InputUnit } from '../../../shared/terms.ts'
import { Button, IconButton } from '../../controls/Button.tsx'
import { Select } from '../../controls/Select.tsx'
import { imageModels } from '../../state/embed.ts'
import { fileName } from '../../state/files.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { unitNames } from '../embed-dialog/units.ts'
import { bandsText, stateText } from '../models-dialog/model-state.ts'

export function VerifyChoices() {
  return (
    <>
      <p className="dim">
        Embeds cells of a published file again from the Core images that they came from, under hypotheses about how it
        was done (recipe, order of fragments and bands, flips, scaling, the way the network was run), and names the one
        that comes closest.
      </p>
      <Published />
      <Images />
      <ModelChoice />
      <Pixels />
    </>
  )
}

function Published() {
  const { files, notices, verification } = useApp()
  const published = useAppState((state) => state.verification.choices.published)
  const open = useAppState((state) => state.sets.open)
  const offered = open.filter(
    ({ product, synthetic, path }) => product === 'major-tom' && !synthetic && path !== published,
  )
  return (
    <section className="form-files" aria-label="Published embeddings">
      <h3 className="strong">Published embeddings</h3>
      {published === undefined ? (
        <p className="dim">A Parquet file in the layout of Major TOM</p>
      ) : (
        <p className="truncate" title={published}>
          {fileName(published)}
        </p>
      )}
      <div className="row form-actions">
        <Button onPress={() => files.choose().catch(notices.fail)}>
          <FileInput aria-hidden />
          {published === undefined ? 'Choose a Parquet file' : 'Choose another'}
        </Button>
        {offered.slice(0, 3).map(({ setId, name, path }) => (
          <Button key={setId} look="quiet" onPress={() => verification.choose({ published: path })}>
            Take {name}, which is open
          </Button>
        ))}
      </div>
    </section>
  )
}

function Images() {
  const { files, notices, verification } = useApp()
  const images = useAppState((state) => state.verification.choices.images)
  return (
    <section className="form-files" aria-label="Core images">
      <h3 className="strong">Core images</h3>
      {images.length === 0 ? (
        <p className="dim">
          The Core Parquet files that it was made from, or some of them; a few shared cells are enough
        </p>
      ) : (
        <ul className="input-list">
          {images.map((image) => (
            <li key={image} className="row">
              <span className="grow truncate" title={image}>
                {fileName(image)}
              </span>
              <IconButton label={`Leave out ${fileName(image)}`} small onPress={() => verification.leaveOut(image)}>
                <X />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div className="row form-actions">
        <Button onPress={() => files.choose().catch(notices.fail)}>
          <FileInput aria-hidden />
          {images.length === 0 ? 'Choose Core files' : 'Add Core files'}
        </Button>
      </div>
    </section>
  )
}

function ModelChoice() {
  const { verification } = useApp()
  const listed = useAppState((state) => state.library.models)
  const models = useMemo(() => imageModels(listed), [listed])
  const chosen = useAppState((state) => state.verification.choices.model)
  return (
    <Select
      stacked
      label="Model"
      value={chosen}
      placeholder="None can run yet; the model library gets one"
      options={models.map((model) => ({
        id: model.id,
        label: model.name,
        note: model.availability === 'ready' ? `${model.dimensions} dimensions` : stateText(model),
        description: `${bandsText(model)}; ${model.fragmentSize} px`,
        disabled: model.availability === 'missing',
      }))}
      onChange={(model) => verification.choose({ model })}
    />
  )
}

const units: readonly InputUnit[] = ['reflectance-1e4', '0-1', 'linear', 'db', 'u8']
const cellCounts = ['4', '8', '16', '40'] as const
type Offset = 'auto' | '0' | '-1000'

function Pixels() {
  const { verification } = useApp()
  const { unit, radiometricOffset, cells } = useAppState((state) => state.verification.choices)
  return (
    <section className="form-grid form-thirds" aria-label="Pixel values and cells">
      <Select<InputUnit | 'told'>
        stacked
        label="Unit of the pixels"
        value={unit ?? 'told'}
        options={[
          { id: 'told', label: 'As the images tell' },
          ...units.map((id) => ({ id, label: unitNames[id] ?? id })),
        ]}
        onChange={(id) => verification.choose({ unit: id === 'told' ? undefined : id })}
      />
      <Select<Offset>
        stacked
        label="Radiometric offset"
        value={String(radiometricOffset) as Offset}
        options={[
          { id: 'auto', label: 'As the images tell' },
          { id: '0', label: '0', description: 'Values are as they should be' },
          { id: '-1000', label: '−1000', description: 'Sentinel-2 of baseline 04.00 and later' },
        ]}
        onChange={(id) => verification.choose({ radiometricOffset: id === 'auto' ? 'auto' : id === '0' ? 0 : -1000 })}
      />
      <Select
        stacked
        label="Cells to compare"
        value={String(cells)}
        options={cellCounts.map((id) => ({ id, label: `At most ${id}` }))}
        onChange={(id) => verification.choose({ cells: Number(id) })}
      />
    </section>
  )
}

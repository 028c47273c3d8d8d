// An image as the query: choosing one, and what was made of it.

import { ImageUp, X } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { FileTrigger } from 'react-aria-components'
import type { ImageModelSummary, SetSummary } from '../../../shared/contract.ts'
import type { InputUnit } from '../../../shared/terms.ts'
import { Button, IconButton } from '../../controls/Button.tsx'
import { Select } from '../../controls/Select.tsx'
import { imageModels } from '../../state/embed.ts'
import type { ImageExample } from '../../state/image-query.ts'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { unitNames } from '../embed-dialog/units.ts'
import { JobRow } from '../jobs/JobsTray.tsx'
import { pickedFiles } from '../shell/dropped-files.ts'
import { countOf, modelText, signedText } from '../wording.ts'

const imageFiles = ['.tif', '.tiff', '.jp2', '.png', '.jpg', '.jpeg']

export function ImageOffer() {
  const { imageQuery, notices } = useApp()
  const set = useAppState(currentSet)
  const model = useAppState((state) => currentSet(state)?.model ?? state.imageQuery.model)
  const job = useAppState((state) => state.jobs.list.find(({ jobId }) => jobId === state.imageQuery.jobId))
  if (job !== undefined) {
    return (
      <ul className="card">
        <JobRow job={job} />
      </ul>
    )
  }
  return (
    <div className="card offer">
      <p className="dim">Or search by image: drop a GeoTIFF, PNG or JPEG here.</p>
      {set !== undefined && set.model === undefined && <ModelOfImage set={set} />}
      <FileTrigger
        acceptedFileTypes={imageFiles}
        onSelect={(list) => void imageQuery.take(pickedFiles(list)).catch(notices.fail)}
      >
        <Button isDisabled={model === undefined}>
          <ImageUp aria-hidden />
          Search by image
        </Button>
      </FileTrigger>
    </div>
  )
}

/** For a set that does not say which model made it: one whose vectors are as long. */
function ModelOfImage({ set }: { readonly set: SetSummary }) {
  const { imageQuery, library, notices } = useApp()
  const listed = useAppState((state) => state.library.models)
  const chosen = useAppState((state) => state.imageQuery.model)
  const models = useMemo(() => fitting(imageModels(listed), set.dimensions), [listed, set.dimensions])
  useEffect(() => void library.refresh().catch(notices.fail), [library, notices])
  if (models.length === 0) {
    return (
      <p className="dim">
        {set.name} does not say which model made it, and none on this machine gives {set.dimensions} dimensions.
      </p>
    )
  }
  return (
    <Select
      stacked
      label="Model that made this set"
      value={chosen}
      placeholder="Choose"
      options={models.map(({ id, name }) => ({ id, label: name }))}
      onChange={imageQuery.chooseModel}
    />
  )
}

function fitting(models: readonly ImageModelSummary[], dimensions: number): readonly ImageModelSummary[] {
  return models.filter((model) => model.availability === 'ready' && model.dimensions === dimensions)
}

export function ImageCard({ image }: { readonly image: ImageExample }) {
  const { imageQuery, search, notices } = useApp()
  const { name, unit, embedded } = image
  return (
    <section className="card stack" aria-label={`Image ${name}`}>
      <div className="row">
        <ImageUp className="icon chosen" aria-hidden />
        <span className="grow truncate strong" title={image.path}>
          {name}
        </span>
        <IconButton label={`Remove ${name}`} small onPress={() => search.removeImage().catch(notices.fail)}>
          <X />
        </IconButton>
      </div>
      <p className="dim">{madeText(embedded)}</p>
      <Select
        stacked
        label="Unit of the pixels"
        value={unit ?? 'proposed'}
        options={[
          { id: 'proposed', label: `As proposed${unit === undefined ? `: ${unitNames[embedded.unit]}` : ''}` },
          ...Object.entries(unitNames).map(([id, label]) => ({ id, label })),
        ]}
        onChange={(id) => void imageQuery.chooseUnit(id === 'proposed' ? undefined : (id as InputUnit))}
      />
      {embedded.warnings.map((warning) => (
        <p key={warning} className="chosen">
          {warning}
        </p>
      ))}
    </section>
  )
}

/** `rcf-64, intended recipe; mean of 4 fragments; offset −1,000` */
function madeText({ fragments, radiometricOffset, ...made }: ImageExample['embedded']): string {
  const parts = [modelText(made)]
  if (fragments > 1) parts.push(`mean of ${countOf(fragments, 'fragment')}`)
  if (radiometricOffset !== 0) parts.push(`offset ${signedText(radiometricOffset, 0)}`)
  return parts.join('; ')
}

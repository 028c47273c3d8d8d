// The query: examples with weights or an image, how they are compared, and the search itself.

import { Eye, EyeOff, Flame, LocateFixed, Search, Trash2 } from 'lucide-react'
import { Dialog, DialogTrigger, Popover } from 'react-aria-components'
import { Button, IconButton } from '../../controls/Button.tsx'
import { Select } from '../../controls/Select.tsx'
import { Slider } from '../../controls/Slider.tsx'
import { fieldLayer } from '../../state/score-field.ts'
import { type Combine, type Example, hasQuery, type Metric } from '../../state/search.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { dropsOnQuery } from '../shell/DropTarget.tsx'
import { countOf, dateText, fragmentText, weightText } from '../wording.ts'
import { ImageCard, ImageOffer } from './ImageQuery.tsx'

const metrics: readonly { id: Metric; label: string; description: string }[] = [
  { id: 'cosine', label: 'Cosine', description: 'Angle between the vectors' },
  {
    id: 'cosine-centred',
    label: 'Cosine, mean-centred',
    description: 'Angle after the mean of the set is taken off; tells apart sets whose vectors all point one way',
  },
  {
    id: 'l2',
    label: 'Euclidean (L2)',
    description: 'L2 distance between the vectors; less is more alike',
  },
]

const combinations: readonly { id: Combine; label: string; description: string }[] = [
  { id: 'mean', label: 'Weighted mean', description: 'One query from all examples, each with its weight' },
  { id: 'max', label: 'Best of each', description: 'As alike as to the example a place is most like' },
  {
    id: 'difference',
    label: 'For minus against',
    description: 'Mean of the examples minus mean of the counter-examples, however many each are',
  },
]

export function Query() {
  const app = useApp()
  const examples = useAppState((state) => state.search.examples)
  const image = useAppState((state) => state.search.image)
  const combine = useAppState((state) => state.search.combine)
  const metric = useAppState((state) => state.search.metric)
  const running = useAppState((state) => state.search.running)
  const hasAnswer = useAppState((state) => state.search.answer !== undefined)
  const against = examples.filter((example) => example.weight < 0).length
  const head =
    examples.length === 0
      ? ''
      : `${countOf(examples.length - against, 'example')}${against > 0 ? `, ${against} against` : ''}`

  return (
    <section className="section" aria-label="Query" {...dropsOnQuery}>
      <div className="section-head">
        <h2 className="strong">Query</h2>
        <span className="faint">{head}</span>
      </div>
      {image !== undefined && <ImageCard image={image} />}
      {examples.length > 0 && <ExampleList examples={examples} />}
      {image === undefined && examples.length === 0 && (
        <>
          <Offer />
          <ImageOffer />
        </>
      )}
      {examples.length > 1 && (
        <Select
          label="Combine by"
          value={combine}
          options={combinations}
          onChange={(next) => app.search.change({ combine: next }).catch(app.notices.fail)}
        />
      )}
      <Select
        label="Compare by"
        value={metric}
        options={metrics}
        onChange={(next) => app.search.change({ metric: next }).catch(app.notices.fail)}
      />
      {(image !== undefined || examples.length > 0) && !hasAnswer && (
        <Button look="primary" isDisabled={running} onPress={() => app.search.ask()}>
          <Search aria-hidden />
          {running ? 'Searching' : 'Search'}
        </Button>
      )}
      <FieldOffer />
    </section>
  )
}

/** Every cell by how alike it is, beside the best few. */
function FieldOffer() {
  const { scoreField } = useApp()
  const canAsk = useAppState((state) => hasQuery(state.search))
  const isMade = useAppState((state) => fieldLayer(state) !== undefined)
  const isRunning = useAppState((state) => state.scoreField.jobId !== undefined)
  if (!canAsk || isMade) return null
  return (
    <Button isDisabled={isRunning} onPress={() => void scoreField.make()}>
      <Flame aria-hidden />
      {isRunning ? 'Comparing every cell' : 'Map similarity of all cells'}
    </Button>
  )
}

function Offer() {
  const app = useApp()
  const row = useAppState((state) => state.selection.row)
  return (
    <div className="card offer">
      {row === undefined ? (
        <p className="dim">Click a place on the globe, then find the places that look like it.</p>
      ) : (
        <>
          <p className="dim">Start from the selected fragment.</p>
          <Button look="primary" onPress={() => app.search.findSimilar()}>
            <Search aria-hidden />
            Find similar to {row.gridCell ?? `row ${row.row}`}
          </Button>
        </>
      )}
    </div>
  )
}

function ExampleList({ examples }: { readonly examples: readonly Example[] }) {
  return (
    <ul className="stack" aria-label="Examples">
      {examples.map((example) => (
        <ExampleCard key={example.place.row} example={example} />
      ))}
    </ul>
  )
}

function ExampleCard({ example }: { readonly example: Example }) {
  const app = useApp()
  const { place, weight, muted = false } = example
  const name = place.gridCell ?? `Row ${place.row}`
  const detail = [fragmentText(place), dateText(place.timestamp)].filter((part) => part !== '').join(', ')
  const setWeight = (next: number) => app.search.setWeight(place.row, next).catch(app.notices.fail)
  return (
    <li className="card example">
      <span className={weight < 0 ? 'example-mark example-against' : 'example-mark'} aria-hidden="true" />
      <span className={muted ? 'grow truncate faint' : 'grow truncate'}>
        <span className="strong">{name}</span> <span className="dim">{detail}</span>
      </span>
      <IconButton
        small
        label={muted ? `Use ${name} again` : `Mute ${name}`}
        onPress={() => app.search.muteExample(place.row).catch(app.notices.fail)}
      >
        {muted ? <EyeOff /> : <Eye />}
      </IconButton>
      <DialogTrigger>
        <Button look="quiet" aria-label={`Weight of ${name}: ${weightText(weight)}`}>
          <span className={weight < 0 ? 'mono chosen' : 'mono'}>{weightText(weight)}</span>
        </Button>
        <Popover className="popover" placement="right top">
          <Dialog className="popover-body stack" aria-label={`Example ${name}`}>
            <Slider
              label="Weight"
              value={weight}
              min={-1}
              max={1}
              step={0.1}
              format={{ signDisplay: 'exceptZero', minimumFractionDigits: 1 }}
              onEnd={setWeight}
            />
            <p className="dim">Below zero the example pushes away what looks like it.</p>
            <div className="row">
              <Button onPress={() => app.selection.selectRow(place.row)}>
                <LocateFixed aria-hidden />
                Show
              </Button>
              <Button onPress={() => setWeight(-weight)}>Turn around</Button>
              <Button onPress={() => app.search.removeExample(place.row)}>
                <Trash2 aria-hidden />
                Remove
              </Button>
            </div>
          </Dialog>
        </Popover>
      </DialogTrigger>
    </li>
  )
}

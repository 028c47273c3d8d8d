// Classes and labels, the probe that learns from them, and what to label next.

import { Crosshair, Plus, Ruler, Trash2 } from 'lucide-react'
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { Button } from '../../controls/Button.tsx'
import { Select } from '../../controls/Select.tsx'
import { Slider } from '../../controls/Slider.tsx'
import type { LabelsState } from '../../state/labels.ts'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countOf, dateText, fragmentText, millisecondsText, percentText } from '../wording.ts'
import { ClassRow } from './ClassRow.tsx'

export function LabelsPanel() {
  const hasSet = useAppState((state) => currentSet(state) !== undefined)
  if (!hasSet) return <p className="section dim">Open a set to label its fragments.</p>
  return (
    <>
      <Classes />
      <Probe />
      <Next />
    </>
  )
}

function Classes() {
  const { labels } = useApp()
  const { classes, labels: given } = useAppState((state) => state.labels)
  const columns = useAppState((state) => currentSet(state)?.columns)
  const offered = (columns ?? []).filter(({ type }) => /^(Utf8|Bool|U?[Ii]nt\d+)$/.test(type))
  return (
    <section className="section" aria-label="Classes">
      <div className="section-head">
        <h2 className="strong">Classes</h2>
        <span className="faint">{countOf(given.length, 'label')}</span>
      </div>
      {classes.length === 0 ? (
        <p className="dim">
          Click a fragment and press 1, another of a different kind and press 2. Every label trains a probe at once, and
          its map covers the whole set. 0 takes a label away.
        </p>
      ) : (
        <ul className="stack" aria-label="Class list">
          {classes.map((one, index) => (
            <ClassRow key={one.id} labelClass={one} digit={index + 1} />
          ))}
        </ul>
      )}
      <div className="row wrap">
        <Button onPress={() => labels.addClass()}>
          <Plus aria-hidden />
          Add a class
        </Button>
        <MenuTrigger>
          <AriaButton className="button button-plain">From a column</AriaButton>
          <Popover className="popover" offset={4}>
            <Menu className="list-box" aria-label="Columns" onAction={(name) => void labels.takeColumn(String(name))}>
              {offered.map(({ name }) => (
                <MenuItem key={name} id={name} className="list-box-item">
                  {name}
                </MenuItem>
              ))}
            </Menu>
          </Popover>
        </MenuTrigger>
        {given.length > 0 && (
          <Button look="quiet" onPress={() => labels.clear()}>
            <Trash2 aria-hidden />
            Clear labels
          </Button>
        )}
      </div>
    </section>
  )
}

const probes: readonly { id: LabelsState['probe']; label: string }[] = [
  { id: 'logistic', label: 'Logistic regression' },
  { id: 'ridge', label: 'Ridge' },
]

function Probe() {
  const { labels } = useApp()
  const { trained, probe, penalty, whyNot, shownClass, classes, areasKm2 } = useAppState((state) => state.labels)
  if (trained === undefined) {
    return whyNot === undefined ? null : (
      <section className="section" aria-label="Probe">
        <p className="dim">{whyNot}</p>
      </section>
    )
  }
  const shown = [
    { id: 'classes', label: 'Most probable class' },
    ...classes
      .filter(({ id }) => trained.classIds.includes(id))
      .map(({ id, name }) => ({ id: String(id), label: `Probability of ${name}` })),
  ]
  return (
    <section className="section" aria-label="Probe">
      <div className="section-head">
        <h2 className="strong">Probe</h2>
        <span className="faint">{millisecondsText(trained.tookMs)}</span>
      </div>
      <HeldOut heldOut={trained.heldOut} />
      <Select label="Kind" value={probe} options={probes} onChange={(next) => labels.setProbe({ probe: next })} />
      <Slider
        label="Penalty, power of ten"
        value={Math.log10(penalty)}
        min={-3}
        max={4}
        step={0.5}
        onEnd={(power) => labels.setProbe({ penalty: 10 ** power })}
      />
      <Select
        label="Map"
        value={shownClass === undefined ? 'classes' : String(shownClass)}
        options={shown}
        onChange={(id) => labels.showClass(id === 'classes' ? undefined : Number(id))}
      />
      {areasKm2 === undefined && (
        <Button onPress={() => void labels.measureAreas()}>
          <Ruler aria-hidden />
          Measure the ground of each class
        </Button>
      )}
    </section>
  )
}

function HeldOut({ heldOut }: { readonly heldOut: NonNullable<LabelsState['trained']>['heldOut'] }) {
  if (heldOut === undefined) {
    return <p className="dim">Two labels or more of every class, and it can be judged on labels it has not seen.</p>
  }
  const { accuracy, interval, parts } = heldOut
  const title = `Each label was answered by a probe trained on the other ${parts - 1} of ${parts} parts. Neighbours may stand in both: for a judgement over space use "evaluate probe --split blocked".`
  return (
    <p title={title}>
      <span className="strong">{percentText(accuracy)}</span>{' '}
      <span className="dim">
        of held-out labels right ({percentText(interval[0])} to {percentText(interval[1])}, not held apart in space)
      </span>
    </p>
  )
}

function Next() {
  const { labels, selection, notices } = useApp()
  const next = useAppState((state) => state.labels.trained?.next)
  const row = useAppState((state) => state.selection.row?.row)
  if (next === undefined || next.length === 0) return null
  return (
    <section className="section" aria-label="Label next">
      <div className="section-head">
        <h2 className="strong">Label next</h2>
        <Button look="quiet" onPress={() => void labels.nextToLabel()}>
          <Crosshair aria-hidden />
          Next <kbd>N</kbd>
        </Button>
      </div>
      <p className="dim">Where the two most probable classes are closest.</p>
      <ul className="stack">
        {next.slice(0, 8).map((place) => (
          <li key={place.row}>
            <AriaButton
              className={place.row === row ? 'next-to-label chosen' : 'next-to-label'}
              onPress={() => selection.selectRow(place.row).catch(notices.fail)}
            >
              <span className="strong">{place.gridCell ?? `Row ${place.row}`}</span>
              <span className="dim grow truncate">
                {[fragmentText(place), dateText(place.timestamp)].filter((part) => part !== '').join(', ')}
              </span>
            </AriaButton>
          </li>
        ))}
      </ul>
    </section>
  )
}

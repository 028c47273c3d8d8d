// Selecting many fragments: on the globe, by a condition on the columns, by a list of cells.

import { BoxSelect, Filter, FlipHorizontal2, Lasso, Upload, X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import {
  FieldError,
  FileTrigger,
  Form,
  Label,
  TextArea,
  TextField,
  ToggleButton,
  ToggleButtonGroup,
} from 'react-aria-components'
import type { RowChoice } from '../../../shared/contract.ts'
import { Button, WithTooltip } from '../../controls/Button.tsx'
import { type Combine, cellsInText, selectedRows } from '../../state/row-selection.ts'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countOf, countText } from '../wording.ts'
import { Pinned } from './Pinned.tsx'

export function SelectionPanel() {
  return (
    <>
      <Selected />
      <OnTheGlobe />
      <ByCondition />
      <ByCells />
      <Pinned />
    </>
  )
}

function Selected() {
  const { rowSelection, search, notices, view } = useApp()
  const selection = useAppState(selectedRows)
  const isRunning = useAppState((state) => state.rowSelection.running)
  const total = useAppState((state) => currentSet(state)?.count ?? 0)
  const count = selection?.count ?? 0
  return (
    <section className="section" aria-label="Selection">
      <div className="section-head">
        <h2 className="strong">Selection</h2>
        <output className="faint" aria-label="Selected">
          {isRunning ? 'Selecting' : `${countText(count)} of ${countOf(total, 'fragment')}`}
        </output>
      </div>
      <div className="row wrap">
        <Button onPress={() => rowSelection.invert()}>
          <FlipHorizontal2 aria-hidden />
          Invert
        </Button>
        <Button isDisabled={count === 0} onPress={rowSelection.clear}>
          <X aria-hidden />
          Clear
        </Button>
        <Button isDisabled={count === 0} onPress={() => view.openDialog('export')}>
          <Upload aria-hidden />
          Export
        </Button>
      </div>
      {count > 0 && (
        <div className="row wrap">
          <Button onPress={() => search.addSelection(1).catch(notices.fail)}>Add as examples</Button>
          <Button onPress={() => search.addSelection(-0.5).catch(notices.fail)}>Add as counter-examples</Button>
        </div>
      )}
      <HowCombined />
    </section>
  )
}

const combinations: readonly { readonly id: Combine; readonly label: string }[] = [
  { id: 'replace', label: 'New' },
  { id: 'add', label: 'Add' },
  { id: 'subtract', label: 'Take away' },
]

function HowCombined() {
  const { rowSelection } = useApp()
  const combine = useAppState((state) => state.rowSelection.combine)
  return (
    <ToggleButtonGroup
      className="segmented"
      aria-label="What is chosen next"
      disallowEmptySelection
      selectedKeys={[combine]}
      onSelectionChange={([key]) => rowSelection.setCombine(key as Combine)}
    >
      {combinations.map(({ id, label }) => (
        <ToggleButton key={id} id={id} className="segment">
          {label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}

function OnTheGlobe() {
  const { rowSelection, search, notices } = useApp()
  const tool = useAppState((state) => state.rowSelection.tool)
  const lastArea = useAppState((state) => state.rowSelection.lastArea)
  return (
    <section className="section" aria-label="On the globe">
      <div className="section-head">
        <h2 className="strong">On the globe</h2>
      </div>
      <div className="row">
        <WithTooltip label="Drag a box; with Shift held at any time" keys="B">
          <ToggleButton
            className="button button-plain"
            isSelected={tool === 'box'}
            onChange={() => rowSelection.setTool('box')}
          >
            <BoxSelect aria-hidden />
            Box
          </ToggleButton>
        </WithTooltip>
        <WithTooltip label="Draw around what you mean" keys="L">
          <ToggleButton
            className="button button-plain"
            isSelected={tool === 'lasso'}
            onChange={() => rowSelection.setTool('lasso')}
          >
            <Lasso aria-hidden />
            Lasso
          </ToggleButton>
        </WithTooltip>
      </div>
      {lastArea !== undefined && (
        <Button onPress={() => search.addFilter({ kind: 'area', area: lastArea }).catch(notices.fail)}>
          <Filter aria-hidden />
          Search only in what I drew
        </Button>
      )}
      <p className="dim">Hold Ctrl while you drag to add, Alt to take away.</p>
    </section>
  )
}

function ByCondition() {
  const columns = useAppState((state) => currentSet(state)?.columns)
  const names = columns?.filter(({ type }) => !/^(List|Struct|Map|Binary|FixedSizeBinary)/.test(type)) ?? []
  return (
    <ChoiceField
      title="By columns"
      label="Condition"
      placeholder="timestamp >= '2020-03-01' and grid_row_u < 0"
      note={<Columns names={names.map(({ name }) => name)} />}
      choiceOf={(text) => ({ where: text })}
      filterOf={(text) => ({ kind: 'condition', where: text })}
    />
  )
}

function Columns({ names }: { readonly names: readonly string[] }) {
  return (
    <details className="dim">
      <summary>Columns and words</summary>
      <p>{names.join(', ')}</p>
      <p>
        = != &lt; &lt;= &gt; &gt;= + - * / and or not in; contains(column, 'text'), starts_with, ends_with,
        missing(column), col('odd name'). A date stands for its whole day.
      </p>
    </details>
  )
}

function ByCells() {
  return (
    <ChoiceField
      title="By cells"
      label="Cells"
      placeholder="922D_249L, 277U_118L"
      hasFile
      choiceOf={(text) => {
        const cells = cellsInText(text)
        if (cells.length === 0)
          throw new Error('Expected cells such as 922D_249L, got none; paste their names or load a list')
        return { cells: [...cells] }
      }}
    />
  )
}

/** A text that chooses rows; Ctrl Enter selects. */
function ChoiceField(props: {
  readonly title: string
  readonly label: string
  readonly placeholder: string
  readonly note?: ReactNode
  readonly hasFile?: boolean
  readonly filterOf?: (text: string) => { readonly kind: 'condition'; readonly where: string }
  /** @throws with a sentence for a text that chooses nothing */
  readonly choiceOf: (text: string) => RowChoice
}) {
  const { rowSelection, search, store, client } = useApp()
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const [absent, setAbsent] = useState<readonly string[]>([])
  const take = async (taken: string) => {
    try {
      const made = await rowSelection.select(props.choiceOf(taken))
      setProblem(made?.count === 0 ? 'No fragment is selected by this' : undefined)
      setAbsent(made?.absentCells ?? [])
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  /** The engine reads the condition before it becomes a filter. */
  const filter = async () => {
    const added = props.filterOf?.(text.trim())
    const setId = store.getState().sets.currentId
    if (added === undefined || setId === undefined) return
    try {
      await client.engine.selectRows({ setId, choice: { where: added.where } })
      await search.addFilter(added)
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  const load = async (list: FileList | null) => {
    const file = list?.[0]
    if (file === undefined) return
    const content = await file.text()
    setText(cellsInText(content).slice(0, shownCells).join('\n'))
    await take(content)
  }
  return (
    <section className="section" aria-label={props.title}>
      <div className="section-head">
        <h2 className="strong">{props.title}</h2>
      </div>
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void take(text)
        }}
      >
        <TextField
          className="text-field"
          value={text}
          isInvalid={problem !== undefined}
          validationBehavior="aria"
          onChange={(next) => {
            setText(next)
            setProblem(undefined)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void take(text)
          }}
        >
          <Label className="visually-hidden">{props.label}</Label>
          <TextArea className="input text-area mono" rows={3} spellCheck={false} placeholder={props.placeholder} />
          <FieldError className="field-problem">{problem}</FieldError>
        </TextField>
        {absent.length > 0 && (
          <p className="chosen">
            This set has no fragment in {absent.slice(0, 3).join(', ')}
            {absent.length > 3 && ` and ${countText(absent.length - 3)} more`}.
          </p>
        )}
        <div className="row">
          <Button type="submit" isDisabled={text.trim() === ''}>
            Select
          </Button>
          {props.filterOf !== undefined && (
            <Button isDisabled={text.trim() === ''} onPress={() => void filter()}>
              <Filter aria-hidden />
              Filter searches
            </Button>
          )}
          {props.hasFile === true && (
            <FileTrigger acceptedFileTypes={['.txt', '.csv', '.json', '.geojson']} onSelect={(list) => void load(list)}>
              <Button>Load a list</Button>
            </FileTrigger>
          )}
        </div>
        {props.note}
      </Form>
    </section>
  )
}

/** of a list from a file; all of it is selected */
const shownCells = 200

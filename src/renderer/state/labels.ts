// Labels of the set on the globe: classes with a colour and a digit, fragments that have one, and the probe that learns from them.

import type { LabelProbe, LabelProbeRequest, RowPlace } from '../../shared/contract.ts'
import type { HistoryActions } from './history.ts'
import type { LayerActions, ValuesLayer } from './layers.ts'
import type { NoticeActions } from './notices.ts'
import { selectedRows } from './row-selection.ts'
import { placeOf } from './search.ts'
import type { SelectionActions } from './selection.ts'
import { type ActionContext, type AppState, latestOnly, patch } from './store.ts'

export interface LabelClass {
  readonly id: number
  readonly name: string
  /** `#rrggbb` */
  readonly colour: string
}

export interface Label {
  readonly place: RowPlace
  readonly classId: number
}

export interface LabelsState {
  readonly classes: readonly LabelClass[]
  /** in the order in which they were given; one a row */
  readonly labels: readonly Label[]
  readonly probe: LabelProbeRequest['probe']
  readonly penalty: number
  /** class whose probability is mapped; undefined: the most probable class */
  readonly shownClass: number | undefined
  /** of the labels as they are now; undefined while it is trained, or nothing can be learnt */
  readonly trained: (LabelProbe & { readonly classIds: readonly number[] }) | undefined
  readonly isTraining: boolean
  /** why nothing can be learnt, in a sentence */
  readonly whyNot: string | undefined
  /** ground of each class of the probe, once it is asked for */
  readonly areasKm2: readonly number[] | undefined
}

/** Okabe and Ito's, then Tol's: told apart with any colour vision. */
export const classColours = [
  '#e69f00',
  '#56b4e9',
  '#009e73',
  '#f0e442',
  '#0072b2',
  '#d55e00',
  '#cc79a7',
  '#bbcc33',
  '#99ddff',
] as const

export const initialLabels: LabelsState = {
  classes: [],
  labels: [],
  probe: 'logistic',
  penalty: 1,
  shownClass: undefined,
  trained: undefined,
  isTraining: false,
  whyNot: undefined,
  areasKm2: undefined,
}

export const probeLayerId = 'probe'
/** of a selection that is labelled at once */
const labelledAtOnce = 10_000

export function labelActions(
  { store, client }: ActionContext,
  needs: {
    readonly history: HistoryActions
    readonly layers: LayerActions
    readonly notices: NoticeActions
    readonly selection: SelectionActions
  },
) {
  const { history, layers, notices, selection } = needs
  const latest = latestOnly()
  const labels = () => store.getState().labels
  const put = (part: Partial<LabelsState>) => patch(store, 'labels', part)

  /** Trains on the labels as they are, and maps what was learnt; a newer change drops the answer. */
  const train = async () => {
    const { classes, labels: given, probe, penalty, shownClass } = labels()
    const setId = store.getState().sets.currentId
    const used = classes.filter(({ id }) => given.some(({ classId }) => classId === id))
    if (setId === undefined || used.length < 2) {
      latest.forget()
      layers.drop(probeLayerId)
      const whyNot = given.length === 0 ? undefined : 'Label a fragment of another class: a probe needs two'
      put({ trained: undefined, isTraining: false, areasKm2: undefined, whyNot })
      return
    }
    const classIds = used.map(({ id }) => id)
    const shown = shownClass === undefined ? -1 : classIds.indexOf(shownClass)
    put({ isTraining: true, whyNot: undefined })
    try {
      const trained = await latest(() =>
        client.engine.labelProbe({
          ...{ setId, probe, penalty, classes: used.map(({ name }) => name) },
          labels: given.map(({ place, classId }) => ({ row: place.row, class: classIds.indexOf(classId) })),
          ...(shown < 0 ? {} : { shown }),
        }),
      )
      if (trained === undefined || store.getState().sets.currentId !== setId) return
      put({ trained: { ...trained, classIds }, isTraining: false, areasKm2: undefined })
      const className = shown < 0 ? undefined : used[shown]?.name
      layers.show(probeLayerId, { kind: 'probe', className }, trained.layer, {
        isRenewal: true,
        style: shown < 0 ? { colours: used.map(({ colour }) => colour) } : { range: [0, 1] },
      })
    } catch (error) {
      put({ trained: undefined, isTraining: false, whyNot: error instanceof Error ? error.message : String(error) })
    }
  }

  history.keep('labels', ['classes', 'labels', 'probe', 'penalty', 'shownClass'], () => void train())

  const change = (part: Partial<LabelsState>) => {
    history.record()
    put(part)
    void train()
  }

  /** Gives places a class; without one takes theirs away. */
  const give = (places: readonly RowPlace[], classId: number | undefined) => {
    const rows = new Set(places.map(({ row }) => row))
    const others = labels().labels.filter(({ place }) => !rows.has(place.row))
    const added = classId === undefined ? [] : places.map((place): Label => ({ place: placeOf(place), classId }))
    change({ labels: [...others, ...added] })
  }

  const nextColour = () => {
    const used = labels().classes.map(({ colour }) => colour)
    return classColours.find((colour) => !used.includes(colour)) ?? classColours[used.length % classColours.length]!
  }

  const addClass = (name = `Class ${labels().classes.length + 1}`): number => {
    const id = 1 + Math.max(0, ...labels().classes.map((other) => other.id))
    history.record()
    put({ classes: [...labels().classes, { id, name, colour: nextColour() }] })
    return id
  }

  return {
    train,
    addClass,
    renameClass(id: number, name: string) {
      change({ classes: labels().classes.map((other) => (other.id === id ? { ...other, name } : other)) })
    },
    recolourClass(id: number, colour: string) {
      change({ classes: labels().classes.map((other) => (other.id === id ? { ...other, colour } : other)) })
    },
    removeClass(id: number) {
      const { classes, labels: given, shownClass } = labels()
      change({
        classes: classes.filter((other) => other.id !== id),
        labels: given.filter(({ classId }) => classId !== id),
        shownClass: shownClass === id ? undefined : shownClass,
      })
    },
    give,
    /** The digit of a class: labels the fragment that is looked at, making the class where it is missing. 0 takes a label away. */
    giveByDigit(digit: number) {
      const { search, selection: looked } = store.getState()
      const hit = search.answer?.hits.find(({ row }) => row === search.activeRow)
      const place = hit ?? looked.row
      if (place === undefined) return notices.show('info', 'Click a fragment first, then give it a class by its digit')
      if (digit === 0) return give([place], undefined)
      while (labels().classes.length < digit) addClass()
      give([place], labels().classes[digit - 1]?.id)
    },
    /** Labels the selected rows. */
    async giveSelection(classId: number) {
      const rows = selectedRows(store.getState())
      if (rows === undefined) return notices.show('info', 'Select fragments first: drag a box with Shift held')
      const { setId, selectionId, count } = rows
      if (count > labelledAtOnce) {
        notices.show(
          'info',
          `The first ${labelledAtOnce.toLocaleString('en')} of ${count.toLocaleString('en')} are labelled`,
        )
      }
      try {
        give(await client.engine.selectedRows({ setId, selectionId, count: labelledAtOnce }), classId)
      } catch (error) {
        notices.fail(error)
      }
    },
    /** Takes the values of a column as labels, in place of those that there are. */
    async takeColumn(column: string) {
      const setId = store.getState().sets.currentId
      if (setId === undefined) return
      try {
        const found = await client.engine.labelsOfColumn({ setId, column })
        const classes = found.classes.map((name, at) => ({
          ...{ id: at + 1, name },
          colour: classColours[at % classColours.length]!,
        }))
        change({ classes, labels: found.labels.map(({ row, class: kind }) => ({ place: { row }, classId: kind + 1 })) })
      } catch (error) {
        notices.fail(error)
      }
    },
    clear: () => change({ labels: [], shownClass: undefined }),
    setProbe: (part: Partial<Pick<LabelsState, 'probe' | 'penalty'>>) => change(part),
    showClass: (shownClass: number | undefined) => change({ shownClass }),
    /** Looks at the fragment that the probe is least sure of, after the one that is looked at. */
    async nextToLabel() {
      const next = labels().trained?.next ?? []
      const at = next.findIndex(({ row }) => row === store.getState().selection.row?.row)
      const place = next[(at + 1) % Math.max(1, next.length)]
      if (place === undefined) return notices.show('info', 'Label fragments of two classes first')
      await selection.selectRow(place.row)
      const { row } = store.getState().selection
      return row?.row === place.row ? row : undefined
    },
    async measureAreas() {
      const { trained } = labels()
      const setId = store.getState().sets.currentId
      if (trained === undefined || setId === undefined) return
      const { layerId } = trained.layer
      try {
        const { areasKm2 } = await client.engine.classAreas({ setId, layerId, classCount: trained.classIds.length })
        if (labels().trained !== trained) return
        put({ areasKm2 })
      } catch (error) {
        notices.fail(error)
      }
    },
    /** As a project has kept them. */
    putBack(kept: Pick<LabelsState, 'classes' | 'labels' | 'probe' | 'penalty' | 'shownClass'>) {
      put(kept)
      return train()
    },
  }
}

export type LabelActions = ReturnType<typeof labelActions>

/** Labels of each class. */
export function labelCounts({ labels }: Pick<AppState, 'labels'>): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const { classId } of labels.labels) counts.set(classId, (counts.get(classId) ?? 0) + 1)
  return counts
}

export type ProbeLayer = ValuesLayer & { readonly source: Extract<ValuesLayer['source'], { kind: 'probe' }> }

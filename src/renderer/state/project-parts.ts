// What each part of the window keeps in a project file, and how it comes back.

import { z } from 'zod'
import { footprint, rowChoice, rowPlace } from '../../shared/contract.ts'
import type { LabelActions } from './labels.ts'
import type { LayerActions } from './layers.ts'
import type { ProjectActions } from './project.ts'
import type { RowSelectionActions } from './row-selection.ts'
import type { ScoreFieldActions } from './score-field.ts'
import type { SearchActions } from './search.ts'
import type { SelectionActions } from './selection.ts'
import { type ActionContext, patch } from './store.ts'
import type { ViewActions } from './view.ts'

const view = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  left: z.boolean(),
  leftTab: z.string(),
  right: z.boolean(),
  dock: z.boolean(),
  dockTab: z.enum(['results', 'table', 'balance', 'selected']),
  sizes: z.object({ leftPx: z.number(), rightPx: z.number(), dockPx: z.number(), tablePx: z.number() }),
})
const camera = z.object({ lat: z.number(), lon: z.number(), zoom: z.number() })

const search = z.object({
  examples: z.array(z.object({ place: rowPlace, weight: z.number(), muted: z.boolean().optional() })),
  metric: z.enum(['cosine', 'cosine-centred', 'l2', 'whitened']),
  combine: z.enum(['mean', 'difference', 'max']),
  filters: z.array(
    z.union([
      z.object({
        id: z.number(),
        muted: z.boolean(),
        kind: z.literal('area'),
        name: z.string(),
        area: footprint,
      }),
      z.object({ id: z.number(), muted: z.boolean(), kind: z.literal('condition'), where: z.string() }),
    ]),
  ),
  withoutFaults: z.boolean().default(false),
  onePerCell: z.boolean(),
  apartKm: z.number().optional(),
  topK: z.number().int(),
  from: z.string().optional(),
  to: z.string().optional(),
  isAsked: z.boolean(),
})

const shown = { shown: z.boolean(), opacity: z.number() }
const style = z.object({
  palette: z.string(),
  isReversed: z.boolean(),
  range: z.tuple([z.number(), z.number()]).readonly().optional(),
  least: z.number().optional(),
  hidden: z.array(z.number()),
})
const layers = z.object({
  isFlat: z.boolean().default(false),
  footprints: z.boolean(),
  results: z.boolean(),
  labels: z.boolean(),
  borders: z.boolean(),
  graticule: z.boolean(),
  /** topmost first */
  cells: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('pca'), ...shown }),
      z.object({ kind: z.literal('column'), column: z.string(), asCategories: z.boolean(), style, ...shown }),
      z.object({ kind: z.literal('probe'), ...shown }),
      z.object({ kind: z.literal('field'), reduction: z.enum(['max', 'mean']), style, ...shown }),
    ]),
  ),
})
const labels = z.object({
  classes: z.array(z.object({ id: z.number().int(), name: z.string(), colour: z.string() })),
  labels: z.array(z.object({ place: rowPlace, classId: z.number().int() })),
  probe: z.enum(['logistic', 'ridge']),
  penalty: z.number().positive(),
  shownClass: z.number().int().optional(),
})

type KeptLayers = z.infer<typeof layers>

const rows = z.object({
  steps: z.array(z.object({ choice: rowChoice, combine: z.enum(['replace', 'add', 'subtract', 'invert']) })),
})

export function keepParts(
  { store }: ActionContext,
  needs: {
    readonly project: ProjectActions
    readonly view: ViewActions
    readonly search: SearchActions
    readonly selection: SelectionActions
    readonly rowSelection: RowSelectionActions
    readonly layers: LayerActions
    readonly labels: LabelActions
    readonly scoreField: ScoreFieldActions
  },
): void {
  const { project } = needs

  project.keep('search', {
    schema: search,
    ofRows: true,
    save: ({
      search: { examples, metric, combine, filters, withoutFaults, onePerCell, apartKm, topK, from, to, answer },
    }) => ({
      ...{ examples: [...examples], metric, combine, filters: [...filters], withoutFaults, onePerCell, topK },
      ...{ apartKm, from, to, isAsked: answer !== undefined },
    }),
    async restore({ isAsked, ...settings }) {
      patch(store, 'search', { ...settings, apartKm: settings.apartKm, from: settings.from, to: settings.to })
      if (isAsked) await needs.search.run()
    },
  })

  project.keep('rows', {
    schema: rows,
    ofRows: true,
    save: ({ rowSelection }) => (rowSelection.steps.length === 0 ? undefined : { steps: [...rowSelection.steps] }),
    async restore({ steps }) {
      for (const { choice, combine } of steps) await needs.rowSelection.again(choice, combine)
    },
  })

  project.keep('pins', {
    schema: z.array(rowPlace),
    ofRows: true,
    save: ({ pins, sets }) => pins.pinned.filter(({ setId }) => setId === sets.currentId).map(({ place }) => place),
    restore(places) {
      const { pins, sets } = store.getState()
      const setId = sets.currentId
      if (setId === undefined) return
      const others = pins.pinned.filter((pin) => pin.setId !== setId)
      patch(store, 'pins', { pinned: [...others, ...places.map((place) => ({ setId, place }))] })
    },
  })

  project.keep('labels', {
    schema: labels,
    ofRows: true,
    save: ({ labels: { classes, labels: given, probe, penalty, shownClass } }) =>
      classes.length === 0 ? undefined : { classes: [...classes], labels: [...given], probe, penalty, shownClass },
    restore: (kept) => needs.labels.putBack({ ...kept, shownClass: kept.shownClass }),
  })

  project.keep('layers', {
    schema: layers,
    save: ({ layers: { isFlat, footprints, results, labels, borders, graticule, cells } }) => ({
      ...{ isFlat, footprints, results, labels, borders, graticule },
      cells: cells.map((layer): KeptLayers['cells'][number] => {
        const { shown, opacity } = layer
        if (layer.kind === 'pca') return { kind: 'pca', shown, opacity }
        const { source } = layer
        if (source.kind === 'probe') return { kind: 'probe', shown, opacity }
        const { palette, isReversed, range, least, hidden } = layer.style
        const style = { palette, isReversed, range, least, hidden: [...hidden] }
        return source.kind === 'column'
          ? { kind: 'column', column: source.column, asCategories: source.asCategories, style, shown, opacity }
          : { kind: 'field', reduction: source.reduction, style, shown, opacity }
      }),
    }),
    async restore({ cells, ...switches }) {
      patch(store, 'layers', switches)
      const ids: string[] = []
      for (const kept of cells) {
        if (kept.kind === 'column') await needs.layers.addColumn(kept.column, kept.asCategories)
        if (kept.kind === 'field') await needs.scoreField.make(kept.reduction)
        const id = kept.kind === 'column' ? `column ${kept.column}` : kept.kind
        ids.push(id)
        needs.layers.putBack(id, kept)
      }
      needs.layers.reorder(ids)
    },
  })

  project.keep('fragment', {
    schema: z.object({ row: z.number().int() }),
    ofRows: true,
    save: ({ selection: { row } }) => (row === undefined ? undefined : { row: row.row }),
    restore: ({ row }) => needs.selection.selectRow(row),
  })

  project.keep('view', {
    schema: view,
    save: ({ view: { theme, left, leftTab, right, dock, dockTab, sizes } }) => ({
      ...{ theme, left, leftTab, right, dock, dockTab, sizes },
    }),
    restore: (kept) => needs.view.putBack(kept),
  })

  project.keep('camera', {
    schema: camera,
    save: ({ view: { camera: seen } }) => seen,
    restore: (place) => needs.view.flyTo(place),
  })
}

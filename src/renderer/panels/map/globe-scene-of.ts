// The scene of the globe as a pure function of the state.

import type { RowPlace } from '../../../shared/contract.ts'
import type { GlobeCell, GlobeLabel, GlobePoint, GlobeScene } from '../../globe/globe-scene.ts'
import { rememberLast } from '../../globe/layers/remember-last.ts'
import { closeness } from '../../state/likeness.ts'
import { selectedRows } from '../../state/row-selection.ts'
import type { AppState } from '../../state/store.ts'
import type { ViewState } from '../../state/view.ts'
import { globeMapOf } from '../layers/layer-kinds.tsx'

export type SceneParts = Pick<AppState, 'search' | 'selection' | 'rowSelection' | 'sets' | 'layers' | 'labels'> & {
  readonly view: Pick<ViewState, 'theme' | 'systemTheme' | 'flight'>
}

export function globeSceneOf({ search, selection, rowSelection, sets, layers, labels, view }: SceneParts): GlobeScene {
  const set = sets.open.find((other) => other.setId === sets.currentId)
  const { map } = sets
  return {
    theme: view.theme === 'system' ? view.systemTheme : view.theme,
    projection: layers.isFlat ? 'mercator' : 'globe',
    maps: layers.cells.flatMap((layer) => globeMapOf(layer, map) ?? []).toReversed(),
    labels: layers.labels,
    borders: layers.borders,
    graticule: layers.graticule,
    cell: layers.footprints ? cellOf(selection) : undefined,
    selectedRow: selection.loadingRow ?? selection.row?.row,
    hoveredRow: selection.hoveredRow,
    selectedPlaces: selectedRows({ rowSelection, sets })?.placesUrl,
    areaTool: rowSelection.tool,
    examples: layers.results
      ? search.examples.flatMap(({ place, weight, muted }) =>
          muted === true ? [] : pointsOf(place).map((point) => ({ ...point, weight })),
        )
      : [],
    hits: layers.results
      ? (search.answer?.hits ?? []).flatMap((hit) =>
          pointsOf(hit).map((point) => ({ ...point, similarity: closeness(hit) })),
        )
      : [],
    labelled: layers.results ? labelledPoints(labels) : [],
    activeHit: search.activeRow,
    synthetic: set?.synthetic ?? false,
    flyTo: view.flight,
  }
}

/** The cell's fragments; of several dates the ones of the selected row's date, since they lie on each other. */
function cellOf({ cell, row }: AppState['selection']): GlobeCell | undefined {
  if (cell === undefined) return undefined
  const date = row?.gridCell === cell.gridCell ? row.timestamp : undefined
  const rows = cell.rows.filter((other) => date === undefined || other.timestamp === date)
  const [first] = rows
  return { gridCell: cell.gridCell, rows, lat: first?.lat, lon: first?.lon }
}

function pointsOf({ row, lat, lon }: RowPlace): readonly GlobePoint[] {
  return lat === undefined || lon === undefined ? [] : [{ row, lat, lon }]
}

/** The same list as long as the labels are the same. */
const labelledPoints = rememberLast((labels: AppState['labels']): readonly GlobeLabel[] => {
  const inkOf = new Map(labels.classes.map(({ id, colour }) => [id, colour]))
  return labels.labels.flatMap(({ place, classId }) =>
    pointsOf(place).map((point) => ({ ...point, ink: inkOf.get(classId) ?? '#ffffff' })),
  )
})

import type { IconLayer } from '@deck.gl/layers'
import type { ShownMap } from '../cell-maps.ts'
import type { CellMap } from './cell-map.ts'
import { atZoom, type LayerView } from './data-layer.ts'
import { type Mark, markLayer } from './mark-layer.ts'
import { rememberLast } from './remember-last.ts'
import { clustersOf, type SetCluster } from './set-clusters.ts'

/** The groups of a set, found once for it. */
export const setClusters = rememberLast(clustersOf)

/** The map that is seen. */
export function topMap(cellMaps: readonly ShownMap[]): CellMap | undefined {
  return cellMaps.findLast(({ map }) => map.visible)?.cellMap
}

/** Where the cells of a small set are, seen from afar: no place to click on, what lies under it is. */
export function setMarksLayer(cellMaps: readonly ShownMap[], kmPerPx: number, view: LayerView): IconLayer<Mark> {
  const top = topMap(cellMaps)
  return markLayer('set-marks', top === undefined ? [] : setMarks(top, kmPerPx), view, { pickable: false })
}

/** A diamond in the colour of its cells, which gives way to them where they are large enough to see. */
export function setMarks(cellMap: CellMap, kmPerPx: number): readonly Mark[] {
  return setClusters(cellMap).flatMap((cluster) => {
    const { lat, lon, ink } = cluster
    const opacity = opacityOf(cluster, kmPerPx)
    if (opacity === 0) return []
    return [
      { lat, lon, icon: 'set-edge', opacity },
      { lat, lon, icon: 'set-core', ink, opacity },
    ] as const
  })
}

/** 1 where diamonds stand for every cell of the set, which then need not be grown to be seen; 0 where they do not. */
export function setMarkStrength(cellMap: CellMap, kmPerPx: number): number {
  const opacities = setClusters(cellMap).map((cluster) => opacityOf(cluster, kmPerPx))
  return opacities.length === 0 ? 0 : Math.min(...opacities)
}

const opacityOf = ({ spanKm }: SetCluster, kmPerPx: number) => atZoom(spanKm / kmPerPx, [14, 1], [20, 0])

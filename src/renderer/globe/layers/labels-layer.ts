import type { IconLayer } from '@deck.gl/layers'
import type { GlobeScene } from '../globe-scene.ts'
import type { LayerView } from './data-layer.ts'
import { type Mark, markLayer } from './mark-layer.ts'
import { rememberLast } from './remember-last.ts'

/** Labelled rows: a diamond in the colour of their class. */
export function labelsLayer({ labelled = none }: Pick<GlobeScene, 'labelled'>, view: LayerView): IconLayer<Mark> {
  return markLayer('labels', labelMarks(labelled), view)
}

const none: NonNullable<GlobeScene['labelled']> = []

const labelMarks = rememberLast((labelled: NonNullable<GlobeScene['labelled']>): readonly Mark[] =>
  labelled.flatMap(({ row, lat, lon, ink }): Mark[] => [
    { row, lat, lon, icon: 'set-edge' },
    { row, lat, lon, icon: 'set-core', ink },
  ]),
)

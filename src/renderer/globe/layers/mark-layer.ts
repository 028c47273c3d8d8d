import type { Color } from '@deck.gl/core'
import { IconLayer } from '@deck.gl/layers'
import { rgba } from '../colour.ts'
import type { GlobePlace } from '../globe-scene.ts'
import { isSameShown } from '../same-shown.ts'
import { aboveGround, atZoom, type LayerView } from './data-layer.ts'
import { type MarkIcon, markAlphaCutoff, markAtlas, markBoxPx, markMapping } from './mark-icons.ts'

/** A mark that faces the viewer; later ones are drawn over earlier ones. */
export interface Mark extends GlobePlace {
  /** absent for the bracket around the selected cell and for marks of a set */
  readonly row?: number
  readonly icon: MarkIcon
  /** `#rrggbb`, for the core of a ring or a diamond */
  readonly ink?: string
  /** 0..1, 1 if absent */
  readonly opacity?: number
}

/** Marks as images of a fixed size on the screen, a little smaller on a small globe. */
export function markLayer(
  id: string,
  marks: readonly Mark[],
  { zoom, colours }: LayerView,
  { pickable }: { readonly pickable: boolean } = { pickable: true },
): IconLayer<Mark> {
  return new IconLayer<Mark>({
    ...aboveGround,
    id,
    data: marks,
    dataComparator: isSameShown,
    pickable,
    iconAtlas: markAtlas(colours) as never,
    iconMapping: markMapping,
    // the averaged smaller image would dim the thin core
    textureParameters: { minFilter: 'linear', magFilter: 'linear', mipmapFilter: 'none' },
    alphaCutoff: markAlphaCutoff,
    sizeScale: atZoom(zoom, [0, 0.85], [3, 1]),
    getSize: markBoxPx,
    getIcon: ({ icon }) => icon,
    getPosition: ({ lon, lat }) => [lon, lat],
    getColor: ({ ink = '#ffffff', opacity = 1 }): Color => rgba(ink, opacity),
  })
}

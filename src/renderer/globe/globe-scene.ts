// What the globe shows and what it reports, as plain data: panels build a scene from the store, the globe draws it.

import type { Bbox, Footprint } from '../../shared/terms.ts'
import type { CellPaint } from './cell-paint.ts'

export type GlobeTheme = 'light' | 'dark'

/** Texture of a set with a colour for each cell: `width * height` texels at `url`, row 0 north. */
export interface GlobeMap {
  /** the same as long as it is the same layer */
  readonly id: string
  readonly url: string
  /** how the texels, which are float32 values with NaN where there is no cell, are coloured; absent: they are RGBA, alpha 0 there */
  readonly paint?: CellPaint | undefined
  readonly width: number
  readonly height: number
  /** degrees the texture covers; rows and columns are equal steps of latitude and longitude */
  readonly bbox: Bbox
  /** grid cells around the Earth in each texel row; a cell has the colour of the first texel whose centre it holds */
  readonly cellsOfRow: readonly number[]
  readonly visible: boolean
  /** 0..1 */
  readonly opacity: number
}

export interface GlobeFragment {
  readonly row: number
  readonly footprint?: Footprint | undefined
  readonly fragmentRow?: number | undefined
  readonly fragmentCol?: number | undefined
}

export interface GlobeCell {
  readonly gridCell: string
  readonly rows: readonly GlobeFragment[]
  /** shown where no row has a footprint */
  readonly lat?: number | undefined
  readonly lon?: number | undefined
}

/** A row at its centre, degrees. */
export interface GlobePoint {
  readonly row: number
  readonly lat: number
  readonly lon: number
}

export interface GlobeExample extends GlobePoint {
  /** negative pushes away; drawn hollow */
  readonly weight?: number | undefined
}

export interface GlobeHit extends GlobePoint {
  /** higher is more alike: a cosine, or minus an L2 distance */
  readonly similarity: number
}

export interface GlobeLabel extends GlobePoint {
  /** `#rrggbb` */
  readonly ink: string
}

export interface GlobeFlight {
  readonly lat: number
  readonly lon: number
  readonly zoom?: number | undefined
  /** comes to take about a third of the map's shorter side; counts where no zoom is named */
  readonly footprint?: Footprint | undefined
  /** a new id starts a flight; the same id again does nothing */
  readonly id: string | number
}

/** Moves out to show places, where the camera is near and sees next to none of them. */
export interface GlobeOverview {
  /** stays in the view */
  readonly around: GlobePlace
  readonly places: readonly GlobePlace[]
  readonly id: GlobeFlight['id']
}

/** Back to the whole globe as a new map shows it. */
export interface GlobeReturn {
  readonly whole: true
  readonly id: GlobeFlight['id']
}

/** Shows a set where the camera sees nothing of it; waits for the scene's map, which says where its cells are. */
export interface GlobeHoming {
  /** the view of the whole set; undefined for one that is as wide as the globe */
  readonly home: GlobeCamera | undefined
  readonly id: GlobeFlight['id']
}

/** Pixels of the map covered by panels or the legend; flights centre on what is left. */
export interface GlobeInsets {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

export interface GlobeScene {
  readonly theme: GlobeTheme
  readonly projection: 'globe' | 'mercator'
  /** from bottom to top */
  readonly maps: readonly GlobeMap[]
  readonly labels: boolean
  readonly borders: boolean
  readonly graticule: boolean
  /** the selected cell with its fragments */
  readonly cell?: GlobeCell | undefined
  readonly selectedRow?: number | undefined
  readonly hoveredRow?: number | undefined
  /** where the selected rows are: bytes at this address, pairs of float32, longitude and latitude */
  readonly selectedPlaces?: string | undefined
  /** a drag draws this instead of moving the globe */
  readonly areaTool?: 'box' | 'lasso' | undefined
  readonly examples: readonly GlobeExample[]
  readonly hits: readonly GlobeHit[]
  /** labelled rows in the colour of their class */
  readonly labelled?: readonly GlobeLabel[]
  /** row of the emphasised hit */
  readonly activeHit?: number | undefined
  /** true for the sample planet and everything derived from it */
  readonly synthetic: boolean
  readonly flyTo?: GlobeFlight | GlobeOverview | GlobeHoming | GlobeReturn | undefined
  readonly insets?: GlobeInsets | undefined
}

export interface GlobePlace {
  readonly lat: number
  readonly lon: number
}

export interface GlobeCamera extends GlobePlace {
  readonly zoom: number
}

export interface GlobeViewState extends GlobeCamera {
  /** ground metres of one CSS pixel at the centre */
  readonly metersPerPixel: number
}

/** All are optional; a new object on every render costs nothing. */
export interface GlobeEvents {
  /** click on the ground that hit no footprint and no mark */
  readonly onPlace?: ((place: GlobePlace) => void) | undefined
  /** pointer over the ground; undefined over space and when it leaves */
  readonly onHover?: ((place: GlobePlace | undefined) => void) | undefined
  /** click on a footprint, a result ring or an example square */
  readonly onRow?: ((row: number) => void) | undefined
  readonly onHoverRow?: ((row: number | undefined) => void) | undefined
  /** a box or a lasso was drawn around this ground; `combine` where a key was held */
  readonly onArea?: ((area: Footprint, combine: 'add' | 'subtract' | undefined) => void) | undefined
  readonly onView?: ((view: GlobeViewState) => void) | undefined
  /** an overview makes the camera leave this view */
  readonly onMovedOut?: ((from: GlobeCamera) => void) | undefined
  /** first frame with the base map drawn */
  readonly onReady?: (() => void) | undefined
}

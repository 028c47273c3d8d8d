// Everything that was put on the planet on purpose, by cell: what the renderer draws and what the truth file states.

import { plantedText } from './planted-data.ts'

export interface Planted {
  /** cells whose fields are watered by centre pivots */
  readonly pivots: readonly string[]
  readonly towns: readonly string[]
  /** metres in the cell image, from its lower left corner; burnt from `from` on */
  readonly burns: readonly {
    readonly cell: string
    readonly x: number
    readonly y: number
    readonly radius: number
    readonly from: string
  }[]
  /** fragments (row, column of 5 x 5) under cloud on one date */
  readonly clouds: readonly {
    readonly cell: string
    readonly row: number
    readonly col: number
    readonly timestamp: string
  }[]
  /** lower left cells of the 5 x 5 regions and the dates they have */
  readonly regions: readonly {
    readonly cell: string
    readonly cells: readonly string[]
    readonly timestamps: readonly string[]
  }[]
  /** the line between two swaths: metres in UTM, normal pointing to the brighter side */
  readonly seam: {
    readonly utmCrs: string
    readonly x: number
    readonly y: number
    readonly angle: number
    readonly cells: readonly string[]
  }
  /** cells of the sub-lattice whose central row is written twice */
  readonly duplicates: readonly string[]
}

export const planted: Planted = JSON.parse(plantedText) as Planted

// The marks as one image: a dark halo under a light core, so that they read on every layer in both themes. Rings are two images, for the
// core of a result has the colour of its similarity.

import type { MapColours } from '../theme.ts'

export type MarkIcon =
  | 'hit-halo'
  | 'hit-core'
  | 'hovered-halo'
  | 'hovered-core'
  | 'hit-active'
  | 'example'
  | 'example-against'
  | 'cell'
  | 'set-edge'
  | 'set-core'

/** Side of a mark's square, CSS pixels. */
export const markBoxPx = 26
/** Images are drawn at this many pixels to a CSS pixel. */
const pixelRatio = 2

type Painter = (context: CanvasRenderingContext2D, colours: MapColours) => void

const painters: Readonly<Record<MarkIcon, Painter>> = {
  'hit-halo': (context, { markHalo }) => circle(context, 4.3, markHalo, 4),
  'hit-core': (context, { markCore }) => circle(context, 4.3, markCore, 2),
  'hovered-halo': (context, { markHalo }) => circle(context, 6.2, markHalo, 5),
  'hovered-core': (context, { markCore }) => circle(context, 6.2, markCore, 2.8),
  'hit-active': (context, { markHalo, chosen }) => {
    circle(context, 7, markHalo, 5.4)
    circle(context, 7, chosen, 2.6)
    dot(context, 2, chosen)
  },
  example: (context, { markHalo, chosen }) => square(context, { half: 4.6, markHalo, edge: chosen, inside: chosen }),
  'example-against': (context, { markHalo, chosen }) =>
    square(context, { half: 4.6, markHalo, edge: chosen, inside: markHalo }),
  cell: (context, { markHalo, chosen }) => {
    brackets(context, markHalo, 5)
    brackets(context, chosen, 2.2)
  },
  'set-edge': (context, { markHalo, markCore }) => {
    diamond(context, 9, markHalo)
    diamond(context, 7.2, markCore)
  },
  'set-core': (context, { markCore }) => diamond(context, 5, markCore),
}

/** Icons that take the ink of their mark instead of their own. */
const inked: readonly MarkIcon[] = ['hit-core', 'hovered-core', 'set-core']

const icons = Object.keys(painters) as MarkIcon[]
const sidePx = markBoxPx * pixelRatio

/** Where each mark stands in the atlas, pixels of the image. */
export const markMapping = Object.fromEntries(
  icons.map((icon, column) => [
    icon,
    { x: column * sidePx, y: 0, width: sidePx, height: sidePx, mask: inked.includes(icon) },
  ]),
)

const atlases = new Map<string, ImageData>()

/** All marks side by side, drawn once for each set of colours. */
export function markAtlas(colours: MapColours): ImageData {
  const key = [colours.markHalo, colours.markCore, colours.chosen].join()
  const known = atlases.get(key)
  if (known) return known
  const canvas = document.createElement('canvas')
  canvas.width = sidePx * icons.length
  canvas.height = sidePx
  const context = canvas.getContext('2d')!
  context.scale(pixelRatio, pixelRatio)
  context.translate(markBoxPx / 2, markBoxPx / 2)
  for (const icon of icons) {
    if (!inked.includes(icon)) touchable(context)
    painters[icon](context, colours)
    context.translate(markBoxPx, 0)
  }
  const atlas = context.getImageData(0, 0, canvas.width, canvas.height)
  atlases.set(key, atlas)
  return atlas
}

/** Below this opacity a pixel of a mark is neither drawn nor picked. */
export const markAlphaCutoff = 0.003

/** The inside of a ring is picked too: a disc of the least opacity there is. */
function touchable(context: CanvasRenderingContext2D): void {
  context.beginPath()
  context.arc(0, 0, 9, 0, 2 * Math.PI)
  context.fillStyle = 'rgba(0, 0, 0, 0.004)'
  context.fill()
}

function circle(context: CanvasRenderingContext2D, radius: number, ink: string, widthPx: number): void {
  context.beginPath()
  context.arc(0, 0, radius, 0, 2 * Math.PI)
  context.strokeStyle = ink
  context.lineWidth = widthPx
  context.stroke()
}

function dot(context: CanvasRenderingContext2D, radius: number, ink: string): void {
  context.beginPath()
  context.arc(0, 0, radius, 0, 2 * Math.PI)
  context.fillStyle = ink
  context.fill()
}

interface Square {
  readonly half: number
  readonly markHalo: string
  readonly edge: string
  readonly inside: string
}

function square(context: CanvasRenderingContext2D, { half, markHalo, edge, inside }: Square): void {
  const grown = half + 1.5
  context.fillStyle = markHalo
  context.fillRect(-grown, -grown, 2 * grown, 2 * grown)
  context.fillStyle = inside
  context.fillRect(-half, -half, 2 * half, 2 * half)
  context.strokeStyle = edge
  context.lineWidth = 1.8
  context.strokeRect(-half + 0.9, -half + 0.9, 2 * half - 1.8, 2 * half - 1.8)
}

function diamond(context: CanvasRenderingContext2D, half: number, ink: string): void {
  context.beginPath()
  context.moveTo(0, -half)
  context.lineTo(half, 0)
  context.lineTo(0, half)
  context.lineTo(-half, 0)
  context.fillStyle = ink
  context.fill()
}

/** Four corners, 8.5 px from the centre. */
function brackets(context: CanvasRenderingContext2D, ink: string, widthPx: number): void {
  const [far, near] = [8.5, 4.2]
  context.strokeStyle = ink
  context.lineWidth = widthPx
  context.lineCap = 'square'
  for (const [sx, sy] of [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ] as const) {
    context.beginPath()
    context.moveTo(sx * near, sy * far)
    context.lineTo(sx * far, sy * far)
    context.lineTo(sx * far, sy * near)
    context.stroke()
  }
}

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface WindowBounds {
  /** absent: the system places the window */
  readonly x?: number
  readonly y?: number
  readonly width: number
  readonly height: number
  readonly isMaximized: boolean
}

export const defaultBounds: WindowBounds = { width: 1440, height: 900, isMaximized: false }
export const minimumSize = { width: 900, height: 600 } as const
/** of the title bar's width, so that the window can be moved back */
const visibleWidthPx = 100

const savedBounds = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(minimumSize.width),
  height: z.number().int().min(minimumSize.height),
  isMaximized: z.boolean(),
})

/** The bounds of last time, unless they are unreadable or on a screen that is gone. */
export function rememberedBounds(path: string, workAreas: readonly Rectangle[]): WindowBounds {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return defaultBounds
  }
  const saved = savedBounds.safeParse(parseJson(text))
  return saved.success && workAreas.some((area) => showsTitleBar(area, saved.data)) ? saved.data : defaultBounds
}

export function rememberBounds(path: string, bounds: Required<WindowBounds>): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.part`, JSON.stringify(bounds))
  renameSync(`${path}.part`, path)
}

function showsTitleBar(area: Rectangle, bounds: Rectangle): boolean {
  const visibleWidth = Math.min(area.x + area.width, bounds.x + bounds.width) - Math.max(area.x, bounds.x)
  return visibleWidth >= visibleWidthPx && bounds.y >= area.y && bounds.y < area.y + area.height - 30
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { defaultBounds, rememberBounds, rememberedBounds } from './window-bounds.ts'

const laptop = { x: 0, y: 0, width: 1920, height: 1040 }
const secondScreen = { x: 1920, y: 0, width: 2560, height: 1400 }
const bounds = { x: 2000, y: 50, width: 1500, height: 900, isMaximized: false }
let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bounds-'))
  file = join(folder, 'new', 'window.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('opens where the window was', () => {
  rememberBounds(file, bounds)
  expect(rememberedBounds(file, [laptop, secondScreen])).toEqual(bounds)
})

it('opens at the default when the screen of last time is gone', () => {
  rememberBounds(file, bounds)
  expect(rememberedBounds(file, [laptop])).toEqual(defaultBounds)
})

it('opens at the default when the title bar would be above the screen', () => {
  rememberBounds(file, { ...bounds, x: 10, y: -40 })
  expect(rememberedBounds(file, [laptop])).toEqual(defaultBounds)
})

it('opens at the default the first time and when the file is not what it wrote', () => {
  expect(rememberedBounds(file, [laptop])).toEqual(defaultBounds)
  for (const text of ['', '{', 'null', '{"x":1}', '{"x":0,"y":0,"width":3,"height":2,"isMaximized":false}']) {
    writeFileSync(join(folder, 'window.json'), text)
    expect(rememberedBounds(join(folder, 'window.json'), [laptop])).toEqual(defaultBounds)
  }
})

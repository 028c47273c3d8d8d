// The globe alone in a real Chromium with real WebGL: what is drawn where, read back from its pixels, against an independent reckoning
// of the camera (globe-page/perspective.ts).

import type { Browser } from 'playwright'
import { expect, test } from 'playwright/test'
import { readGolden } from '../src/main/bytes/golden-file.ts'
import { type GlobePage, openGlobePage, type Picture, type Rgb } from './globe-page/open-page.ts'
import type { PageScene } from './globe-page/page-window.ts'
import { flatPoint, type Place, screenPoint, type View } from './globe-page/perspective.ts'
import { serveGlobePage } from './globe-page/serve.ts'
import { launchChromium } from './harness/chromium.ts'

const size = { width: 700, height: 520 }
const ocean: Rgb = [12, 22, 38]
/** one texel half a degree */
const grid = { width: 720, height: 360 }
/** cividis at 1 and at 3/8, as matplotlib 3.11 prints them */
const [bestInk, worstInk]: readonly [Rgb, Rgb] = [
  [0xfe, 0xe8, 0x38],
  [0x61, 0x65, 0x6f],
]
const world = [-180, -90, 180, 90] as const
/** of the 10 km grid from the south, as the original Major TOM code gives them */
const goldenCounts = readGolden<{ full: { counts: readonly number[] } }>('grid_10km').full.counts
const goldenRows = readGolden<{
  rows: Readonly<Record<string, { lat: number; lons: readonly number[] }>>
  all_lats: readonly number[]
  all_row_names: readonly string[]
}>('grid_10km_row_longitudes')
const gridMap = {
  id: 'grid',
  url: './grid.bin',
  width: 4008,
  height: 2004,
  bbox: world,
  cellsOfRow: goldenCounts.toReversed(),
  visible: true,
  opacity: 1,
}
const evenRows = Array<number>(grid.height).fill(grid.width)

test.describe.configure({ timeout: 120_000 })

let browser: Browser
let served: Awaited<ReturnType<typeof serveGlobePage>>
let globe: GlobePage

test.beforeAll(async () => {
  const isSecondDoor = test.info().project.name === 'electron-door'
  test.skip(isSecondDoor, 'the globe alone has no door: it runs once, in the browser project')
  test.setTimeout(180_000)
  served = await serveGlobePage()
  browser = await launchChromium()
  globe = await openGlobePage(browser, {
    url: served.url,
    size,
    textures: { 'full.bin': fullTexture(), 'one.bin': oneCellTexture(), 'grid.bin': gridTexture() },
  })
  await globe.show(scene({}))
  await expect.poll(async () => (await globe.log()).ready, { timeout: 90_000 }).toBeGreaterThan(0)
})

test.afterAll(async () => {
  await browser?.close()
  await served?.close()
})

test('draws every texel of the cell map at its latitude and longitude', async () => {
  for (const [index, view] of [
    { lat: 0, lon: 0, zoom: 6.2 },
    { lat: 51.2, lon: 4.4, zoom: 6.2 },
    { lat: -33.4, lon: 151.1, zoom: 7 },
    { lat: 41.2, lon: 179.9, zoom: 6 },
    { lat: 84.6, lon: 40, zoom: 4 },
    { lat: 40.1, lon: -100.2, zoom: 11.5 },
  ].entries()) {
    await globe.show(scene({ maps: [cellMap('full.bin')], flyTo: { ...view, id: `texel-${index}` } }))
    await expect.poll(() => wrongTexels(view), { timeout: 30_000 }).toEqual([])
  }
})

test('expects the cells where the original has them', () => {
  for (const { lat, lons } of Object.values(goldenRows.rows)) {
    const inRow = (lon: number) => goldenCell({ lat: lat + 0.01, lon })
    const zero = lons.indexOf(0)
    lons.forEach((lon, index) => {
      const column = (index - zero + lons.length) % lons.length
      expect([inRow(lon + 1e-9)[1], inRow(lon - 1e-9)[1]]).toEqual([column, (column + lons.length - 1) % lons.length])
    })
  }
})

/** South-west corners of cells in rows of the 10 km grid. */
for (const [row, lon, where] of [
  ['511U', (173 * 360) / 2789, 'at mid latitude'],
  ['400U', 180, 'with a border at 180 degrees'],
  ['900U', 180, 'with a cell across 180 degrees'],
  ['946U', -30 * (360 / 352), 'near 85 N'],
  ['922D', -178.2, 'in the south'],
] as const) {
  test(`draws grid cells true to a pixel from zoom 6 to 15: row ${row}, ${where}`, async () => {
    const lat = goldenRows.all_lats[goldenRows.all_row_names.indexOf(row)]!
    for (const zoom of [6, 9, 10.5, 11.9, 12.4, 15]) {
      await globe.show(scene({ maps: [gridMap], flyTo: { lat, lon, zoom, id: `cells-${row}-${zoom}` } }))
      await expect.poll(async () => (await globe.log()).view?.zoom).toBeCloseTo(zoom, 5)
      // MapLibre keeps the end of mercator below the top of the screen
      const view = (await globe.log()).view!
      expect(Math.abs(view.lat - lat)).toBeLessThan(0.2)
      await expect.poll(() => wrongCells(view), { timeout: 30_000 }).toEqual([])
    }
  })
}

test('shows a single cell from afar at its place, and nothing elsewhere', async () => {
  const view = { lat: 10, lon: -30, zoom: 2 }
  await globe.show(scene({ maps: [cellMap('one.bin')], flyTo: { ...view, id: 'one-cell' } }))
  const cell = screenPoint({ lat: 12.25, lon: -32.75 }, view, size)!
  await expect
    .poll(async () => near((await globe.picture()).at(cell.x, cell.y), [230, 40, 200]), { timeout: 30_000 })
    .toBe(true)
  const picture = await globe.picture()
  for (const [dx, dy] of [
    [40, 0],
    [-40, 0],
    [0, 40],
    [0, -40],
  ] as const) {
    expect(picture.at(cell.x + dx, cell.y + dy)).toEqual(ocean)
  }
})

test('marks a small set from afar with a diamond in its colour, and from near not', async () => {
  const view = { lat: 10, lon: -30, zoom: 1 }
  const white = [255, 255, 255] as const
  const whiteAround = async (at: { x: number; y: number }) =>
    pixelsLike(await globe.picture(), white, (x, y) => Math.hypot(x - at.x, y - at.y) < 10)
  await globe.show(scene({ maps: [cellMap('one.bin')], flyTo: { ...view, id: 'small-far' } }))
  const cell = screenPoint({ lat: 12.25, lon: -32.75 }, view, size)!
  await expect.poll(() => whiteAround(cell), { timeout: 30_000 }).toBeGreaterThan(12)
  expect(near((await globe.picture()).at(cell.x, cell.y), [230, 40, 200])).toBe(true)

  const close = { lat: 12.25, lon: -32.75, zoom: 7 }
  const middle = { x: size.width / 2, y: size.height / 2 }
  await globe.show(scene({ maps: [cellMap('one.bin')], flyTo: { ...close, id: 'small-near' } }))
  await expect
    .poll(async () => near((await globe.picture()).at(middle.x + 20, middle.y), [230, 40, 200]), { timeout: 30_000 })
    .toBe(true)
  expect(await whiteAround(middle)).toBe(0)
})

test('draws footprints over their ground, the selected one in amber', async () => {
  const view = { lat: 24.95, lon: -40.05, zoom: 11 }
  await globe.show(scene({ cell: cellAt(24.9, -40.1), selectedRow: 13, flyTo: { ...view, id: 'footprint' } }))
  await expect.poll(async () => (await amberBox())?.left ?? 0, { timeout: 30_000 }).toBeGreaterThan(0)
  const [west, south, east, north] = fragmentBox(24.9, -40.1, 13)
  const [topLeft, bottomRight] = [
    screenPoint({ lat: north, lon: west }, view, size)!,
    screenPoint({ lat: south, lon: east }, view, size)!,
  ]
  const drawn = (await amberBox())!
  expect(Math.abs(drawn.left - topLeft.x)).toBeLessThan(3)
  expect(Math.abs(drawn.top - topLeft.y)).toBeLessThan(3)
  expect(Math.abs(drawn.right - bottomRight.x)).toBeLessThan(3)
  expect(Math.abs(drawn.bottom - bottomRight.y)).toBeLessThan(3)
})

test('a click where footprints overlap chooses the one whose centre is nearest', async () => {
  const view = { lat: 24.95, lon: -40.05, zoom: 11 }
  const [west, south, east, north] = fragmentBox(24.9, -40.1, 7)
  const inside = screenPoint({ lat: north - 0.02 * (north - south), lon: west + 0.4 * (east - west) }, view, size)!
  await globe.page.mouse.click(inside.x, inside.y + 8)
  await expect.poll(async () => (await globe.log()).rows.at(-1)).toBe(7)
  await globe.page.mouse.move(inside.x + 2, inside.y + 9)
  await expect.poll(async () => (await globe.log()).hoveredRows.at(-1)).toBe(7)
})

test('a click on the ground gives its latitude and longitude', async () => {
  const clicks: [View, Place][] = [
    [
      { lat: 5, lon: 20, zoom: 2 },
      { lat: 31.5, lon: 48.2 },
    ],
    [
      { lat: 60, lon: 179.5, zoom: 4 },
      { lat: 62, lon: -178 },
    ],
    [
      { lat: -20, lon: 25, zoom: 9 },
      { lat: -20.03, lon: 25.07 },
    ],
    [
      { lat: 84, lon: 10, zoom: 1 },
      { lat: 88.5, lon: 150 },
    ],
  ]
  for (const [index, [view, place]] of clicks.entries()) {
    await globe.show(scene({ flyTo: { ...view, id: `click-${index}` } }))
    await expect.poll(async () => (await globe.log()).view?.zoom).toBeCloseTo(view.zoom, 5)
    const { x, y } = screenPoint(place, view, size)!
    const pixel = { x: Math.round(x), y: Math.round(y) }
    const count = (await globe.log()).places.length
    await globe.page.mouse.click(pixel.x, pixel.y)
    await expect.poll(async () => (await globe.log()).places.length).toBe(count + 1)
    const clicked = screenPoint((await globe.log()).places.at(-1)!, view, size)!
    expect(Math.hypot(clicked.x - pixel.x, clicked.y - pixel.y)).toBeLessThan(0.05)
  }
})

test('a click into space means nothing', async () => {
  await globe.show(scene({ flyTo: { lat: 0, lon: 0, zoom: 1.2, id: 'space' } }))
  await expect.poll(async () => (await globe.log()).view?.zoom).toBeCloseTo(1.2, 5)
  const { places, rows } = await globe.log()
  await globe.page.mouse.click(15, 15)
  await globe.page.mouse.move(16, 16)
  await expect.poll(async () => (await globe.log()).hover).toBeUndefined()
  const after = await globe.log()
  expect([after.places.length, after.rows.length]).toEqual([places.length, rows.length])
})

test('draws results as rings and examples as squares, chosen by a click, hidden behind the limb', async () => {
  const view = { lat: 0, lon: -30, zoom: 2 }
  const hit = { row: 501, lat: 8, lon: -35, similarity: 0.9 }
  const example = { row: 77, lat: -9, lon: -22 }
  const worst = { row: 503, lat: 9, lon: -22, similarity: 0.7 }
  const far = { row: 502, lat: 0, lon: 150, similarity: 0.9 }
  await globe.show(scene({ hits: [hit, worst, far], examples: [example], flyTo: { ...view, id: 'marks' } }))
  const square = screenPoint(example, view, size)!
  await expect
    .poll(async () => near((await globe.picture()).at(square.x, square.y), [255, 178, 36]), { timeout: 30_000 })
    .toBe(true)
  const ring = screenPoint(hit, view, size)!
  const picture = await globe.picture()
  expect(near(picture.at(ring.x, ring.y), ocean)).toBe(true)
  expect(pixelsLike(picture, bestInk, (x, y) => Math.hypot(x - ring.x, y - ring.y) < 6)).toBeGreaterThan(8)
  expect(pixelsLike(picture, bestInk, (x, y) => Math.hypot(x - ring.x, y - ring.y) > 6)).toBe(0)
  const low = screenPoint(worst, view, size)!
  expect(pixelsLike(picture, worstInk, (x, y) => Math.hypot(x - low.x, y - low.y) < 6)).toBeGreaterThan(8)
  await globe.page.mouse.click(ring.x, ring.y)
  await expect.poll(async () => (await globe.log()).rows.at(-1)).toBe(501)
  await globe.page.mouse.click(square.x, square.y)
  await expect.poll(async () => (await globe.log()).rows.at(-1)).toBe(77)
  await globe.page.mouse.move(ring.x + 1, ring.y)
  await expect.poll(async () => (await globe.log()).hoveredRows.at(-1)).toBe(501)
  // right in front of the result on the far side
  const { rows, places } = await globe.log()
  await globe.page.mouse.click(size.width / 2, size.height / 2)
  await expect.poll(async () => (await globe.log()).places.length).toBe(places.length + 1)
  expect((await globe.log()).rows).toEqual(rows)
})

test('lays marks on the place MapLibre finds under a pixel, from the whole globe to the flat map', async () => {
  const pixel = { x: 620, y: 60 }
  for (const zoom of [3, 8, 11, 11.5, 12.5, 15]) {
    const view = { lat: 60, lon: 12.3, zoom, id: `place-${zoom}` }
    await globe.show(scene({ flyTo: view }))
    await expect.poll(async () => (await globe.log()).view?.zoom).toBeCloseTo(zoom, 5)
    const count = (await globe.log()).places.length
    await globe.page.mouse.click(pixel.x, pixel.y)
    await expect.poll(async () => (await globe.log()).places.length).toBe(count + 1)
    const place = (await globe.log()).places.at(-1)!
    await globe.show(scene({ flyTo: view, examples: [{ row: 6, ...place }] }))
    await expect.poll(async () => boxOffset(await amberBox(), pixel), { timeout: 30_000 }).toBeLessThan(1.5)
  }
})

test('names step aside for marks, which lie below them', async () => {
  const mali = { lat: 17.57, lon: -0.72 }
  const view = { ...mali, zoom: 3.2, id: 'names' }
  await globe.show(scene({ labels: true, flyTo: view }))
  const middle = { x: size.width / 2, y: size.height / 2 }
  await expect.poll(async () => brightest(await globe.picture(), middle, 14), { timeout: 30_000 }).toBeGreaterThan(200)
  // dark inside, so that a name across it would be seen
  await globe.show(scene({ labels: true, examples: [{ row: 3, ...mali, weight: -1 }], flyTo: view }))
  await expect.poll(async () => brightest(await globe.picture(), middle, 3), { timeout: 30_000 }).toBeLessThan(60)
  await expect.poll(async () => brightest(await globe.picture(), middle, 50), { timeout: 30_000 }).toBeGreaterThan(200)
})

test('flies to the middle of what panels leave free', async () => {
  const insets = { left: 200, right: 0, top: 0, bottom: 100 }
  const target = { lat: 35, lon: 139 }
  await globe.show(scene({ insets, examples: [{ row: 5, ...target }], flyTo: { ...target, zoom: 5, id: 'insets' } }))
  const middle = { x: (size.width + 200) / 2, y: (size.height - 100) / 2 }
  await expect
    .poll(async () => near((await globe.picture()).at(middle.x, middle.y), [255, 178, 36]), { timeout: 30_000 })
    .toBe(true)
})

test('flies to a fragment so that it is well seen, and leaves it to its outline', async () => {
  const cell = cellAt(24.9, -40.1)
  const selected = cell.rows[12]!
  const hit = { row: 12, lat: 24.948, lon: -40.052, similarity: 0.9 }
  await globe.show(scene({ hits: [hit], activeHit: 12, flyTo: { ...hit, zoom: 9, id: 'ringed' } }))
  await expect.poll(async () => boxWidth(await amberBox()), { timeout: 30_000 }).toBeGreaterThan(10)
  expect(boxWidth(await amberBox())).toBeLessThan(22)
  const flyTo = { lat: hit.lat, lon: hit.lon, footprint: selected.footprint, id: 'fragment' }
  await globe.show(scene({ cell, selectedRow: 12, hits: [hit], activeHit: 12, flyTo }))
  // 0.02 degrees take a third of the height, the line is drawn along their edge
  await expect.poll(async () => (await globe.log()).view?.zoom).toBeGreaterThan(12)
  await expect.poll(async () => Math.abs(boxHeight(await amberBox()) - size.height / 3)).toBeLessThan(4)
  const middle = { x: size.width / 2, y: size.height / 2 }
  const isNearMiddle = (x: number, y: number) => Math.hypot(x - middle.x, y - middle.y) < 30
  expect(pixelsLike(await globe.picture(), [255, 178, 36], isNearMiddle)).toBe(0)
})

test('shows no name beside the limb or on it', async () => {
  await globe.show(scene({ labels: true, flyTo: { lat: 22, lon: 12, zoom: 2, id: 'limb-near' } }))
  await expect.poll(async () => (await globe.log()).view?.zoom).toBeCloseTo(2, 5)
  const whole = { lat: 22, lon: 12, zoom: 1.6 }
  await globe.show(scene({ labels: true, flyTo: { ...whole, id: 'limb' } }))
  await expect.poll(async () => (await globe.log()).view?.zoom).toBeCloseTo(1.6, 5)
  const limb = limbPx(whole)
  const fromMiddle = (x: number, y: number) => Math.hypot(x - size.width / 2, y - size.height / 2)
  const lettersBeyond = async (least: number) =>
    pixelsBrighter(await globe.picture(), 150, (x, y) => fromMiddle(x, y) > least)
  await expect.poll(() => lettersBeyond(0), { timeout: 30_000 }).toBeGreaterThan(100)
  await expect.poll(() => lettersBeyond(limb - 4)).toBe(0)
})

test('moves out to show results that a near view does not, and leaves it where it sees them', async () => {
  const near = { lat: 25, lon: -40, zoom: 9 }
  const places = [-20, 0, 20, 40].flatMap((lat) => [-75, -50, -10].map((lon) => ({ lat, lon })))
  await globe.show(scene({ flyTo: { ...near, id: 'near' } }))
  await expect.poll(async () => (await globe.log()).view?.zoom).toBeCloseTo(9, 5)
  await globe.show(scene({ flyTo: { around: near, places, id: 'overview' } }))
  await expect.poll(async () => (await globe.log()).view?.zoom).toBeLessThan(3)
  const { view, movedFrom } = await globe.log()
  expect(movedFrom.length).toBe(1)
  for (const [key, value] of Object.entries(near)) expect(movedFrom[0]).toHaveProperty(key, expect.closeTo(value, 5))
  for (const place of [near, ...places]) {
    const point = screenPoint(place, view!, size)!
    expect(Math.min(point.x, point.y, size.width - point.x, size.height - point.y)).toBeGreaterThan(20)
  }
  await globe.show(scene({ flyTo: { around: near, places, id: 'again' } }))
  await globe.page.waitForTimeout(500)
  expect((await globe.log()).view).toEqual(view)
})

test('the keyboard moves the map and chooses the place in the middle', async () => {
  await globe.show(scene({ flyTo: { lat: 0, lon: -30, zoom: 3, id: 'keyboard' } }))
  await expect.poll(async () => (await globe.log()).view?.lon).toBeCloseTo(-30, 5)
  await globe.page.locator('canvas').focus()
  await globe.page.keyboard.press('ArrowRight')
  await expect.poll(async () => (await globe.log()).view?.lon ?? 0).toBeGreaterThan(-29)
  await globe.page.keyboard.press('Enter')
  const { view, places } = await globe.log()
  expect(places.at(-1)?.lon).toBeCloseTo(view!.lon, 3)
})

test('has asked for nothing outside its own origin and kept to a strict content security policy', () => {
  expect(globe.complaints).toEqual([])
})

test('says so when the graphics context is lost, and draws again when it is back', async () => {
  await globe.show(scene({ examples: [{ row: 5, lat: 0, lon: -30 }] }))
  const { ready } = await globe.log()
  const lost = await globe.page.evaluateHandle(() => {
    const context = document.querySelector<HTMLCanvasElement>('canvas.maplibregl-canvas')?.getContext('webgl2')
    const extension = context?.getExtension('WEBGL_lose_context')
    if (!extension)
      throw new Error(`no context to lose: ${context?.isContextLost() ? 'it is lost already' : 'none there'}`)
    extension.loseContext()
    return extension
  })
  await expect(globe.page.getByRole('alert')).toContainText('graphics processor was reset')
  await lost.evaluate((extension) => extension.restoreContext())
  await expect(globe.page.getByRole('alert')).toHaveCount(0)
  await expect.poll(async () => (await globe.log()).ready, { timeout: 60_000 }).toBeGreaterThan(ready)
})

test('says what is missing where there is no WebGL2', async () => {
  const bare = await openGlobePage(browser, {
    url: served.url,
    size,
    textures: {},
    prepare: () => {
      HTMLCanvasElement.prototype.getContext = () => null
    },
  })
  await bare.show(scene({}))
  await expect(bare.page.getByRole('alert')).toContainText('The map needs WebGL2')
  await bare.page.close()
})

function scene(part: Partial<PageScene>): PageScene {
  return {
    theme: 'dark',
    projection: 'globe',
    labels: false,
    borders: false,
    graticule: false,
    maps: [],
    examples: [],
    hits: [],
    synthetic: true,
    ...part,
  }
}

const cellMap = (name: string) => ({
  id: name,
  url: `./${name}`,
  ...grid,
  bbox: world,
  cellsOfRow: evenRows,
  visible: true,
  opacity: 1,
})

/** A colour of its own for each of any texel's neighbours. */
function texelColour(column: number, row: number): Rgb {
  return [40 + (column % 6) * 36, 40 + (row % 6) * 36, 60 + ((column * 7 + row * 3) % 5) * 40]
}

function fullTexture(): Uint8Array {
  const bytes = new Uint8Array(grid.width * grid.height * 4)
  for (let row = 0; row < grid.height; row++) {
    for (let column = 0; column < grid.width; column++) {
      bytes.set([...texelColour(column, row), 255], 4 * (row * grid.width + column))
    }
  }
  return bytes
}

/** One texel around 12.25 N 32.75 W. */
function oneCellTexture(): Uint8Array {
  const bytes = new Uint8Array(grid.width * grid.height * 4)
  bytes.set([230, 40, 200, 255], 4 * (155 * grid.width + 294))
  return bytes
}

/** Index of the grid row from the south, and of the cell from 0 degrees eastwards: its borders are multiples of the row's width. */
function goldenCell({ lat, lon }: Place): readonly [row: number, column: number] {
  const row = Math.min(Math.floor((lat + 90) / (180 / 2004)), 2003)
  const count = goldenCounts[row]!
  return [row, Math.floor(((lon + 360) % 360) / (360 / count)) % count]
}

function cellColour([row, column]: readonly [number, number]): Rgb {
  return [60 + (column % 3) * 80, 60 + (row % 2) * 120, 60 + (column % 2) * 120]
}

/** The texture of a set that has every cell: a cell fills the texels whose centre it holds. */
function gridTexture(): Uint8Array {
  const { width, height } = gridMap
  const bytes = new Uint8Array(width * height * 4)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const place = { lat: 90 - ((row + 0.5) * 180) / height, lon: -180 + ((column + 0.5) * 360) / width }
      bytes.set([...cellColour(goldenCell(place)), 255], 4 * (row * width + column))
    }
  }
  return bytes
}

/** Pixels whose colour is of no cell within one pixel. */
async function wrongCells(view: View): Promise<string[]> {
  const picture = await globe.picture()
  const pointOf = view.zoom > 12 ? flatPoint : screenPoint
  const pixelLat = (360 / 512 / 2 ** view.zoom) * Math.cos((Math.min(Math.abs(view.lat), 85.051129) * Math.PI) / 180)
  const wrong: string[] = []
  const seen = new Set<string>()
  for (let down = -size.height / 2; down < size.height / 2; down += 1.5) {
    for (let right = -size.width / 2; right < size.width / 2; right += 1.5) {
      const lat = view.lat - down * pixelLat
      const pixelLon = pixelLat / Math.cos((lat * Math.PI) / 180)
      const lon = view.lon + right * pixelLon
      const point = pointOf({ lat, lon }, view, size)
      // not under the scale bar
      if (!point || point.x < 2 || point.y < 2 || point.x > size.width - 2 || point.y > size.height - 60) continue
      const cells = [-1, 0, 1].flatMap((y) =>
        [-1, 0, 1].map((x) => goldenCell({ lat: lat + y * pixelLat, lon: lon + x * pixelLon })),
      )
      const got = picture.at(Math.floor(point.x), Math.floor(point.y))
      if (!cells.some((cell) => near(got, cellColour(cell))))
        wrong.push(
          `zoom ${view.zoom}: ${lat}, ${lon} (${point.x}, ${point.y}): ${got}, expected ${cellColour(cells[4]!)}`,
        )
      seen.add(String(cells[4]))
    }
  }
  return seen.size < 2 ? [`only ${seen.size} cells on the screen`] : wrong.slice(0, 3)
}

/** Texels whose centre is on the screen and whose pixel has another colour; land and sea do not shine through. */
async function wrongTexels(view: View): Promise<string[]> {
  const picture = await globe.picture()
  const wrong: string[] = []
  let tested = 0
  for (const { column, row, point } of texelsOnScreen(view)) {
    tested++
    const [got, expected] = [picture.at(point.x, point.y), texelColour(column, row)]
    if (!near(got, expected)) wrong.push(`texel ${column},${row}: expected ${expected}, got ${got}`)
  }
  return tested === 0 ? ['no texel on the screen'] : wrong.slice(0, 3)
}

function texelsOnScreen(view: View) {
  const texels: { column: number; row: number; point: { x: number; y: number } }[] = []
  for (let row = 0; row < grid.height; row++) {
    const lat = 90 - (row + 0.5) / 2
    if (Math.abs(lat - view.lat) > 6 || texelWidthPx(lat, view) < 7) continue
    for (let column = 0; column < grid.width; column++) {
      const point = screenPoint({ lat, lon: -180 + (column + 0.5) / 2 }, view, size)
      // not under the scale bar
      const isClear = point && point.x > 5 && point.y > 5 && point.x < size.width - 5 && point.y < size.height - 60
      if (isClear) texels.push({ column, row, point })
    }
  }
  return view.zoom > 10 ? [{ ...texelUnder(view), point: { x: size.width / 2, y: size.height / 2 } }] : texels
}

const texelWidthPx = (lat: number, view: View) =>
  (256 / 180) * 2 ** view.zoom * 0.5 * (Math.cos((lat * Math.PI) / 180) / Math.cos((view.lat * Math.PI) / 180))

const texelUnder = ({ lat, lon }: Place) => ({ column: Math.floor((lon + 180) * 2), row: Math.floor((90 - lat) * 2) })

const near = (a: Rgb, b: Rgb) => a.every((value, index) => Math.abs(value - b[index]!) <= 4)

/** Five by five fragments of 0.02 degrees, 0.019 apart; [west, south, east, north] of one. */
function fragmentBox(lat: number, lon: number, row: number): readonly [number, number, number, number] {
  const [south, west] = [lat + (4 - Math.floor(row / 5)) * 0.019, lon + (row % 5) * 0.019]
  return [west, south, west + 0.02, south + 0.02]
}

function cellAt(lat: number, lon: number) {
  const rows = Array.from({ length: 25 }, (_, row) => {
    const [west, south, east, north] = fragmentBox(lat, lon, row)
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ] as [number, number][]
    return { row, footprint: { polygons: [[ring]] } }
  })
  return { gridCell: '277U_400L', rows }
}

/** Box of the amber pixels, CSS pixels, to the middle of the line. */
async function amberBox() {
  const picture = await globe.picture()
  let box: { left: number; top: number; right: number; bottom: number } | undefined
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      if (!near(picture.at(x, y), [255, 178, 36])) continue
      box ??= { left: x, top: y, right: x, bottom: y }
      box = { left: Math.min(box.left, x), top: box.top, right: Math.max(box.right, x), bottom: y }
    }
  }
  return box
}

const boxWidth = (box: Awaited<ReturnType<typeof amberBox>>) => (box ? box.right - box.left : 0)
const boxHeight = (box: Awaited<ReturnType<typeof amberBox>>) => (box ? box.bottom - box.top : 0)

/** Radius of the outline of the globe: where a ray from the camera touches the sphere. */
function limbPx({ lat, zoom }: View): number {
  const radius = (512 * 2 ** zoom) / (2 * Math.PI * Math.cos((lat * Math.PI) / 180))
  const distance = size.height / 2 / Math.tan((36.87 * Math.PI) / 360)
  return (distance * radius) / Math.sqrt(distance ** 2 + 2 * distance * radius)
}

/** Pixels above the scale bar whose darkest channel is brighter. */
function pixelsBrighter(picture: Picture, than: number, isMeant: (x: number, y: number) => boolean): number {
  let count = 0
  for (let y = 0; y < picture.height - 60; y++) {
    for (let x = 0; x < picture.width; x++) if (isMeant(x, y) && Math.min(...picture.at(x, y)) > than) count++
  }
  return count
}

/** From the middle of a box to a point, px. */
function boxOffset(box: Awaited<ReturnType<typeof amberBox>>, { x, y }: { x: number; y: number }): number {
  if (!box) return Number.POSITIVE_INFINITY
  return Math.hypot((box.left + box.right) / 2 - x, (box.top + box.bottom) / 2 - y)
}

function brightest(picture: Picture, { x, y }: { x: number; y: number }, radius: number): number {
  let most = 0
  for (let dy = -radius; dy <= radius; dy++)
    for (let dx = -radius; dx <= radius; dx++) most = Math.max(most, Math.min(...picture.at(x + dx, y + dy)))
  return most
}

/** Pixels of about a colour above the scale bar. */
function pixelsLike(picture: Picture, colour: Rgb, isMeant: (x: number, y: number) => boolean): number {
  let count = 0
  for (let y = 0; y < picture.height - 60; y++) {
    for (let x = 0; x < picture.width; x++) {
      const isLike = picture.at(x, y).every((value, channel) => Math.abs(value - colour[channel]!) < 16)
      if (isLike && isMeant(x, y)) count++
    }
  }
  return count
}

// From an open set to places that look alike, and out as files.

import { readFile } from 'node:fs/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import type { Download, Page } from 'playwright/test'
import { type App, expect, shareWindow, test } from '../harness/app.ts'
import {
  clearAll,
  countPill,
  globe,
  goTo,
  goToCell,
  inspector,
  legend,
  openPlaces,
  placesCount,
  results,
  scaleText,
} from './screen.ts'

/** a desert cell of places.parquet with one fragment, and one with nine */
const desertCell = '267U_101R'
const cellOfNine = '283U_120R'

shareWindow(openPlaces)
test.beforeEach(async ({ app }) => clearAll(app.page))

test('a dropped embeddings file opens with its map, legend and count', async ({ app }) => {
  await expect(legend(app.page)).toContainText('PCA → RGB')
  await expect(countPill(app.page)).toHaveText(`${placesCount.rows} fragments`)
})

test('a cell name in the search box selects the cell and shows every column of its row', async ({ app }) => {
  const panel = await goToCell(app.page, desertCell)
  for (const label of [
    'Grid cell',
    'Date',
    'Product',
    'Centre',
    'UTM',
    'Pixels',
    'Unique id',
    'Geometry',
    'Embedding',
  ]) {
    await expect(panel.getByText(label, { exact: true })).toBeVisible()
  }
  await expect(panel).toContainText('S2A_MSIL2A_20200219T112111_desert')
  await expect(panel).toContainText('16 dimensions')
})

test('the inspector shows outlines rounded and copies them whole', async ({ app }) => {
  const { page } = app
  const panel = await goToCell(page, desertCell)
  const geometry = panel.locator('.fact', { hasText: 'Geometry' })
  await expect(geometry.getByRole('definition')).toHaveText(/^24\.0120–24\.0419 N\s9\.9618–9\.9945 E$/)
  await page.evaluate(() => {
    navigator.clipboard.writeText = async (text) => {
      document.title = text
    }
  })
  await geometry.getByRole('button', { name: 'Copy Geometry' }).click()
  await expect(geometry.getByRole('button', { name: 'Copied' })).toBeVisible()
  await expect(page).toHaveTitle(/^POLYGON \(\(9\.994538503549972 24\.01197604790419, /)
})

test('degrees in the search box select the nearest cell with rows and leave the keys to the globe', async ({ app }) => {
  const { page } = app
  await goTo(page, '24.3, 10')
  await expect(inspector(page)).toContainText(desertCell)
  await expect(page.getByRole('status').filter({ hasText: 'nearest cell' })).toContainText(
    /267U_101R is the nearest cell with fragments, \d\d km from 24\.3000 N 10\.0000 E/,
  )
  await page.keyboard.press('f')
  await expect(results(page)).toContainText(/exact, \d\d compared, (under 1|\d+) ms/)
})

test('a country in the search box is flown to, a name of nothing is answered', async ({ app }) => {
  const { page } = app
  await goToCell(page, desertCell)
  await expect.poll(() => scaleText(page)).toMatch(/ (5|10|20) km$/)
  await goTo(page, 'germany')
  await expect.poll(() => scaleText(page)).toMatch(/ (50|100|200) km$/)
  await expect(page.getByRole('searchbox')).toHaveValue('')
  await goTo(page, 'nowhere at all')
  await expect(page.getByRole('alert')).toContainText('expected a cell such as 277U_118L')
  await page.keyboard.press('Escape')
})

test('the search box says what can be typed, and offers what was', async ({ app }) => {
  const { page } = app
  const box = page.getByRole('searchbox', { name: 'Go to a cell or a place' })
  const places = page.getByRole('region', { name: 'Places' })
  await goToCell(page, desertCell)
  await expect(places).toBeHidden()
  await clearAll(page)
  await page.keyboard.press('/')
  await expect(places).toContainText('Latitude, longitude24.9, -11.6')
  await box.fill('nowhere at all')
  await box.press('Enter')
  await expect(places).toBeHidden()
  await page.getByRole('button', { name: 'Clear search' }).click()
  await expect(box).toHaveValue('')
  await expect(page.getByRole('alert')).toBeHidden()
  // what led nowhere is not offered again
  await expect(places.getByRole('button', { name: 'nowhere at all' })).toHaveCount(0)
  await places.getByRole('button', { name: desertCell }).click()
  await expect(inspector(page)).toContainText(desertCell)
  await expect(places).toBeHidden()
  // the keys are the globe's again
  await page.keyboard.press('f')
  await expect(results(page)).toBeVisible()
})

test('the search box is empty again once something else is selected, or nothing', async ({ app }) => {
  const { page } = app
  const box = page.getByRole('searchbox', { name: 'Go to a cell or a place' })
  await goToCell(page, desertCell)
  await expect(box).toHaveValue(desertCell)
  await page.keyboard.press('f')
  await expect(results(page)).toBeVisible()
  await expect(box).toHaveValue(desertCell)
  await page.keyboard.press('ArrowRight')
  await expect(inspector(page)).toContainText('result 1 of 60')
  await expect(inspector(page).getByRole('definition').first()).not.toHaveText(desertCell)
  await expect(box).toHaveValue('')
  await goToCell(page, cellOfNine)
  await expect(box).toHaveValue(cellOfNine)
  await clearAll(page)
  await expect(box).toHaveValue('')
})

test('a click on the globe selects the nearest cell and lists its fragments', async ({ app }) => {
  const { page } = app
  await goToCell(page, cellOfNine)
  await page.keyboard.press('Escape')
  await expect(inspector(page)).toBeHidden()
  const box = (await globe(page).boundingBox())!
  // the map takes the room of the closed panel a moment later, and its middle moves
  await expect.poll(async () => (await globe(page).locator('canvas').first().boundingBox())?.width).toBe(box.width)
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await expect(inspector(page)).toContainText(`Cell ${cellOfNine}`)
  await expect(inspector(page).getByRole('button', { name: /^Fragment r\d c\d$/ })).toHaveCount(9)
})

test('F finds what looks like the selected fragment, and a result is flown to and selected', async ({ app }) => {
  const { page } = app
  await goToCell(page, desertCell)
  await page.keyboard.press('f')
  await expect(results(page)).toContainText(/exact, 80 compared|exact, 79 compared/)
  await expect(countPill(page)).toHaveText(`60 of ${placesCount.rows} fragments`)
  await expect(legend(page)).toContainText(
    /60 results ?Rings: similarity to the example, yellow is most alike\.(−?0\.\d{3}){2}(0\.\d{3})/,
  )

  await page.getByRole('tab', { name: 'Table' }).click()
  const table = page.getByRole('grid', { name: 'Results' })
  await expect(table.getByRole('row').nth(1)).toContainText('S2A_MSIL2A_20200219T112111_desert')
  await table.getByRole('row').nth(3).click()
  await expect(inspector(page)).toContainText('result 3 of 60')
  await expect(inspector(page)).toContainText('Similarity')
  // the 3,329 m of its footprint take a third of the 387 px above the table: 96 px are 2.5 km
  await expect.poll(() => scaleText(page)).toBe('Scale: 2 km')
})

test('results of a near view are shown by moving out; one undo is back where it was asked', async ({ app }) => {
  const { page } = app
  await goToCell(page, desertCell)
  await expect.poll(() => scaleText(page)).toMatch(/ (5|10|20) km$/)
  const near = await scaleText(page)
  await page.keyboard.press('f')
  await expect(results(page)).toBeVisible()
  await expect.poll(() => scaleText(page)).toMatch(/ \d?,?\d00 km$/)
  const out = await scaleText(page)
  await page.getByText('One per cell').click()
  await expect(countPill(page)).toHaveText(`47 of ${placesCount.rows} fragments`)
  expect(await scaleText(page)).toBe(out)
  await page.keyboard.press('Control+z')
  await page.keyboard.press('Control+z')
  await expect.poll(() => scaleText(page)).toBe(near)
})

test('what is most alike and what lies nearest stand beneath a fragment, and a click looks at one', async ({ app }) => {
  const { page } = app
  await goToCell(page, desertCell)
  const alike = inspector(page).getByRole('region', { name: 'Most alike' })
  await expect(alike.getByRole('listitem')).toHaveCount(6)
  const nearest = inspector(page).getByRole('region', { name: 'Nearest on the ground' })
  await expect(nearest.getByRole('listitem').first()).toContainText(/km/)
  const other = alike.getByRole('button').first()
  const cell = (await other.getAttribute('aria-label'))!.split(',')[0]!
  expect(cell).not.toBe(desertCell)
  await other.click()
  await expect(inspector(page).getByRole('definition').first()).toHaveText(cell)
})

test('where the results lie is held against where the data lie', async ({ app }) => {
  const { page } = app
  await goToCell(page, desertCell)
  await page.keyboard.press('f')
  await results(page).getByRole('tab', { name: 'Where' }).click()
  const byContinent = results(page).getByRole('table', { name: 'By continent' })
  await expect(byContinent.getByRole('row').nth(1)).toContainText(/\d+ \d+\.\d %.*\d\.\d\d to \d/)
  await expect(results(page).getByRole('table', { name: 'By latitude' }).getByRole('row').nth(1)).toContainText(
    /to \d+ [NS]/,
  )
  await results(page).getByRole('tab', { name: 'Results' }).click()
})

test('the table sorts by any column', async ({ app }) => {
  const { page } = app
  await goToCell(page, desertCell)
  await page.keyboard.press('f')
  await page.getByRole('tab', { name: 'Table' }).click()
  const table = page.getByRole('grid', { name: 'Results' })
  await table.getByRole('columnheader', { name: 'Distance' }).click()
  const nearest = await table.getByRole('row').nth(1).textContent()
  await table.getByRole('columnheader', { name: 'Distance' }).click()
  await expect(table.getByRole('row').nth(1)).not.toHaveText(nearest ?? '')
})

test('the table shows eight rows, numbers on the right, and cells in the order of the grid', async ({ app }) => {
  const { page } = app
  await page.setViewportSize({ width: 1440, height: 900 })
  await goToCell(page, desertCell)
  await page.keyboard.press('f')
  await page.getByRole('tab', { name: 'Table' }).click()
  const table = page.getByRole('grid', { name: 'Results' })
  const bottom = async () => (await table.boundingBox())!.y + (await table.boundingBox())!.height
  const eighth = async () => (await table.getByRole('row').nth(8).boundingBox())!
  // the room for the table comes a moment after the table
  const beyond = async () => (await eighth()).y + (await eighth()).height - (await bottom())
  await expect.poll(beyond).toBeLessThanOrEqual(0)
  const similarity = table.getByRole('row').nth(1).getByRole('gridcell').nth(1)
  expect(await similarity.evaluate((cell) => getComputedStyle(cell).textAlign)).toBe('end')
  // nothing is cut but the middle of the product id, and nothing lies beyond the edge
  expect(await table.evaluate((grid) => grid.scrollWidth - grid.clientWidth)).toBe(0)
  const cut = table.getByRole('row').nth(1).locator('[role=gridcell], [role=rowheader]')
  const widths = await cut.evaluateAll((cells) =>
    cells.map((cell) => [cell.textContent, cell.scrollWidth, cell.clientWidth] as const),
  )
  expect(widths.filter(([, needed, given]) => needed > given)).toEqual([])

  await table.getByRole('columnheader', { name: 'Cell' }).click()
  await expect(table.getByRole('columnheader', { name: 'Cell' })).toHaveAttribute('aria-sort', 'ascending')
  const cells = await table.getByRole('rowheader').allTextContents()
  const places = cells.map((cell) => /^(\d+)([UD])/.exec(cell)!).map(([, n, way]) => Number(n) * (way === 'D' ? -1 : 1))
  expect(places.length).toBeGreaterThan(7)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  for (const name of ['Fragment', 'Centre']) {
    await table.getByRole('columnheader', { name }).click()
    await expect(table.getByRole('columnheader', { name })).toHaveAttribute('aria-sort', 'ascending')
  }
})

test('an L2 search has distances, the nearest first and brightest, in results, legend and export', async ({
  app,
}, testInfo) => {
  const { page } = app
  await goToCell(page, desertCell)
  await page.keyboard.press('f')
  await page.getByRole('button', { name: /Compare by/ }).click()
  await page.getByRole('option', { name: 'Euclidean (L2)' }).click()
  await expect(results(page)).toContainText('by L2 distance')
  await expect(legend(page)).toContainText(
    /60 results ?Rings: L2 distance to the example, yellow is nearest\.(\d+\.\d{3}){3}$/,
  )
  const ticks = (await legend(page).locator('.legend-ticks span').allTextContents()).map(Number)
  expect(ticks).toEqual(ticks.toSorted((a, b) => a - b))

  await page.getByRole('tab', { name: 'Table' }).click()
  const table = page.getByRole('grid', { name: 'Results' })
  await expect(table.getByRole('columnheader', { name: 'L2 distance' })).toBeVisible()
  const values = (await table.getByRole('row').allTextContents()).slice(1).map((text) => /\d\.\d{3}/.exec(text)![0])
  expect(values.map(Number)).toEqual(values.map(Number).toSorted((a, b) => a - b))
  await table.getByRole('row').nth(2).click()
  await expect(inspector(page)).toContainText('L2 distance')
  const csv = await readFile(await exportAs(app, 'CSV', testInfo.outputPath('l2.csv')), 'utf8')
  expect(csv.split('\r\n')[0]).toMatch(/,distance,/)
  expect(csv.split('\r\n')[0]).not.toMatch(/,similarity,/)
  await page.getByRole('button', { name: /Compare by/ }).click()
  await page.getByRole('option', { name: 'Cosine', exact: true }).click()
})

test('arrows step through the results; a filter asks again; undo takes the filter back', async ({ app }) => {
  const { page } = app
  await goToCell(page, desertCell)
  await page.keyboard.press('f')
  await expect(countPill(page)).toHaveText(`60 of ${placesCount.rows} fragments`)
  await page.keyboard.press('ArrowRight')
  await expect(inspector(page)).toContainText('result 1 of 60')
  await page.keyboard.press('ArrowRight')
  await expect(inspector(page)).toContainText('result 2 of 60')

  await page.getByText('One per cell').click()
  await expect(countPill(page)).toHaveText(`47 of ${placesCount.rows} fragments`)
  await page.keyboard.press('Control+z')
  await expect(countPill(page)).toHaveText(`60 of ${placesCount.rows} fragments`)
})

test('an example with negative weight pushes away what looks like it', async ({ app }) => {
  const { page } = app
  await goToCell(page, desertCell)
  await page.keyboard.press('f')
  await expect(results(page)).toBeVisible()
  await goToCell(page, cellOfNine)
  await page.keyboard.press('x')
  const query = page.getByRole('region', { name: 'Query' })
  await expect(query).toContainText('1 example, 1 against')
  await query.getByRole('button', { name: `Weight of ${cellOfNine}: −0.5` }).click()
  await page.getByRole('button', { name: 'Remove' }).click()
  await expect(query).toContainText('1 example')
  await expect(query).not.toContainText('against')
})

test('results are exported as GeoParquet, GeoJSON and CSV with the query that made them', async ({ app }, testInfo) => {
  const { page } = app
  await goToCell(page, desertCell)
  await page.keyboard.press('f')
  await expect(countPill(page)).toHaveText(`60 of ${placesCount.rows} fragments`)

  const geojson = JSON.parse(await readFile(await exportAs(app, 'GeoJSON', testInfo.outputPath('out.geojson')), 'utf8'))
  expect(geojson.features).toHaveLength(60)
  expect(geojson.features[0].properties.similarity).toBeGreaterThan(0.8)
  expect(JSON.stringify(geojson)).toContain('"top_k":60')

  const csv = await readFile(await exportAs(app, 'CSV', testInfo.outputPath('out.csv')), 'utf8')
  expect(csv).toContain('similarity')
  expect(csv.split('\n').filter((line) => /_(desert|forest|fields|steppe)/.test(line))).toHaveLength(60)

  const parquet = await exportAs(app, 'GeoParquet', testInfo.outputPath('out.parquet'))
  const connection = await (await DuckDBInstance.create()).connect()
  const answer = await connection.runAndReadAll(
    `select count(*)::int as n, min(len(embedding))::int as dimensions from '${parquet}'`,
  )
  expect(answer.getRowObjects()).toEqual([{ n: 60, dimensions: 16 }])
  const metadata = await connection.runAndReadAll(
    `select decode(value) as text from parquet_kv_metadata('${parquet}') where decode(key) = 'ground_control'`,
  )
  expect(JSON.stringify(metadata.getRowObjects())).toContain('top_k')
})

test('a NumPy export in the browser downloads the matrix and what says of each row where it is from', async ({
  app,
}) => {
  test.skip(app.electron !== undefined, 'in Electron both files are written beside each other')
  const { page } = app
  await goToCell(page, cellOfNine)
  await page.keyboard.press('e')
  const dialog = page.getByRole('dialog', { name: /^Export/ })
  await dialog.getByText('NumPy', { exact: true }).click()
  const downloads: Download[] = []
  page.on('download', (download) => downloads.push(download))
  await dialog.getByRole('button', { name: 'Export 9 rows' }).click()
  await expect.poll(() => downloads.length).toBe(2)
  const names = downloads.map((download) => download.suggestedFilename())
  expect(names).toEqual(['places-selection.npy', 'places-selection.npy.json'])
  const [matrix, about] = await Promise.all(downloads.map(async (download) => readFile(await download.path())))
  // 9 rows of 16 float32 behind a header of 128 bytes
  expect(matrix!.byteLength).toBe(128 + 9 * 16 * 4)
  expect(JSON.parse(about!.toString('utf8')).grid_cell).toEqual(Array(9).fill(cellOfNine))
  await dismissNotices(page)
})

/** Exports the results through the dialog; @returns the file written. */
async function exportAs(app: App, format: string, path: string): Promise<string> {
  const { page } = app
  if (app.electron !== undefined) app.electron.answerNextDialog({ filePath: path })
  await page.keyboard.press('e')
  const dialog = page.getByRole('dialog', { name: /^Export/ })
  await dialog.getByText(format, { exact: true }).click()
  if (app.electron !== undefined) {
    await dialog.getByRole('button', { name: 'Export 60 rows' }).click()
    await expect(page.getByRole('status').filter({ hasText: `Exported 60 rows to ${path}` })).toBeVisible()
    return path
  }
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Export 60 rows' }).click(),
  ])
  const told = page.getByRole('status').filter({ hasText: `Exported 60 rows to ${download.suggestedFilename()}` })
  await expect(told).toBeVisible()
  await download.saveAs(path)
  await dismissNotices(page)
  return path
}

async function dismissNotices(page: Page): Promise<void> {
  for (const close of await page.getByRole('button', { name: 'Close this message' }).all()) await close.click()
}

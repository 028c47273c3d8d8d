// Selecting many fragments: a drag on the globe, a condition, a list of cells; one count everywhere, undone and exported.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { expect, shareWindow, test } from '../harness/app.ts'
import { chooseFile, clearAll, globe, openPlaces, scaleText } from './screen.ts'

shareWindow(openPlaces)
test.beforeEach(async ({ app }) => {
  await clearAll(app.page)
  await showPanel(app.page)
})

/** places.parquet: 20 rows of each of four kinds, and 12 cells; the file's own script says where */
const ofEachKind = 20
const panel = (page: Page) => page.getByRole('complementary', { name: 'Selection' })
const selected = (page: Page) => panel(page).getByRole('status', { name: 'Selected' })
const headerCount = (page: Page) => page.getByRole('banner').getByRole('button', { name: /selected$/ })

async function showPanel(page: Page): Promise<void> {
  if (!(await panel(page).isVisible())) await page.getByRole('button', { name: 'Selection', exact: true }).click()
  await panel(page).getByRole('radio', { name: 'New' }).click()
}

async function choose(page: Page, field: 'Condition' | 'Cells', text: string): Promise<void> {
  const section = panel(page).getByRole('region', { name: field === 'Condition' ? 'By columns' : 'By cells' })
  await section.getByRole('textbox', { name: field }).fill(text)
  await section.getByRole('button', { name: 'Select', exact: true }).click()
}

test('a condition on the columns selects, is added to and taken from, and its count stands in the header', async ({
  app,
}) => {
  const { page } = app
  await choose(page, 'Condition', "contains(product_id, 'forest')")
  await expect(selected(page)).toHaveText(`${ofEachKind} of 80 fragments`)
  await expect(headerCount(page)).toHaveText(`${ofEachKind} selected`)
  await panel(page).getByRole('radio', { name: 'Add' }).click()
  await choose(page, 'Condition', "contains(product_id, 'steppe')")
  await expect(headerCount(page)).toHaveText('40 selected')
  await panel(page).getByRole('radio', { name: 'Take away' }).click()
  await choose(page, 'Condition', "product_id = 'S2A_MSIL2A_20200219T112111_forest'")
  await expect(headerCount(page)).toHaveText('20 selected')
  await panel(page).getByRole('button', { name: 'Invert' }).click()
  await expect(headerCount(page)).toHaveText('60 selected')
})

test('what cannot be read is answered in a sentence beside the condition', async ({ app }) => {
  const { page } = app
  await choose(page, 'Condition', "town = 'Berlin'")
  await expect(panel(page)).toContainText(/expected one of the columns unique_id, .*, got town/)
  await choose(page, 'Cells', 'Berlin')
  await expect(panel(page)).toContainText('Expected cells such as 922D_249L, got none')
  await expect(headerCount(page)).toBeHidden()
})

test('cells are selected from a pasted list and from a file, and those that are not there are named', async ({
  app,
}) => {
  const { page } = app
  await choose(page, 'Cells', '283U_120R, 267U_101R 0U_0R')
  await expect(headerCount(page)).toHaveText('10 selected')
  await expect(panel(page)).toContainText('This set has no fragment in 0U_0R.')
  const list = join(app.userDataDir, 'cells.csv')
  await writeFile(list, 'name,cell\na desert,267U_101R\n')
  await chooseFile(app, panel(page).getByRole('button', { name: 'Load a list' }), list)
  await expect(headerCount(page)).toHaveText('1 selected')
})

test('Esc clears the selection, and undo brings it back', async ({ app }) => {
  const { page } = app
  await choose(page, 'Condition', "contains(product_id, 'desert')")
  await expect(headerCount(page)).toHaveText('20 selected')
  await globe(page).locator('canvas').first().focus()
  await page.keyboard.press('Escape')
  await expect(headerCount(page)).toBeHidden()
  await page.keyboard.press('Control+z')
  await expect(headerCount(page)).toHaveText('20 selected')
  await page.keyboard.press('Control+Shift+z')
  await expect(headerCount(page)).toBeHidden()
})

test('a box with Shift held, and a lasso, select what lies in them, and the globe stays', async ({ app }) => {
  const { page } = app
  const canvas = globe(page).locator('canvas').first()
  const box = (await canvas.boundingBox())!
  const scale = await scaleText(page)
  await page.keyboard.down('Shift')
  await drag(page, [
    [box.x + 24, box.y + 24],
    [box.x + box.width - 24, box.y + box.height - 24],
  ])
  await page.keyboard.up('Shift')
  await expect(headerCount(page)).toBeVisible()
  const inBox = await headerCount(page).textContent()
  // all of the visible side is inside: going around it with the lasso selects the same
  await canvas.focus()
  await page.keyboard.press('Escape')
  await expect(headerCount(page)).toBeHidden()
  await page.keyboard.press('l')
  await expect(panel(page).getByRole('button', { name: 'Lasso' })).toHaveAttribute('aria-pressed', 'true')
  const [left, top, right, bottom] = [box.x + 24, box.y + 24, box.x + box.width - 24, box.y + box.height - 24]
  await drag(page, [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
    [left, top + 40],
  ])
  await expect(headerCount(page)).toHaveText(inBox!)
  await expect(panel(page).getByRole('button', { name: 'Lasso' })).toHaveAttribute('aria-pressed', 'false')
  expect(await scaleText(page)).toBe(scale)
})

async function drag(page: Page, path: readonly (readonly [number, number])[]): Promise<void> {
  await page.mouse.move(...path[0]!)
  await page.mouse.down()
  for (const [x, y] of path.slice(1)) await page.mouse.move(x, y, { steps: 12 })
  await page.mouse.up()
}

test('the selection is exported', async ({ app }) => {
  test.skip(app.door === 'electron', 'the download is the browser door’s')
  const { page } = app
  await choose(page, 'Condition', "contains(product_id, 'forest')")
  await expect(headerCount(page)).toHaveText('20 selected')
  await page.getByRole('banner').getByRole('button', { name: 'Export' }).click()
  const dialog = page.getByRole('dialog', { name: /^Export from/ })
  await expect(dialog.getByRole('radio', { name: 'Selected fragments' })).toBeChecked()
  await dialog.getByText('CSV', { exact: true }).click()
  const coming = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Export 20 rows' }).click()
  const download = await coming
  expect(download.suggestedFilename()).toBe('places-selection.csv')
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n')
  expect(lines.slice(1).filter((line) => line.includes('_forest'))).toHaveLength(20)
  expect(lines).toHaveLength(21)
})

test('G lists the selected fragments, and a click looks at one', async ({ app }) => {
  const { page } = app
  await choose(page, 'Cells', '283U_120R')
  await expect(headerCount(page)).toHaveText('9 selected')
  await globe(page).locator('canvas').first().focus()
  await page.keyboard.press('g')
  const table = page.getByRole('grid', { name: 'Selected fragments' })
  // the heading and the nine fragments of the cell
  await expect(table).toHaveAttribute('aria-rowcount', '10')
  await table.getByRole('row').nth(2).click()
  await expect(page.getByRole('complementary', { name: 'Fragment' })).toContainText('283U_120R')
  await page.getByRole('button', { name: 'Hide the results' }).first().click()
})

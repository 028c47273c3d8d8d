// The query as a stack of cards: examples that are muted and combined, filters that are muted and removed, pins.

import type { Page } from 'playwright/test'
import { expect, shareWindow, test } from '../harness/app.ts'
import { clearAll, globe, goToCell, inspector, openPlaces, results } from './screen.ts'

shareWindow(openPlaces)
test.beforeEach(async ({ app }) => clearAll(app.page))

/** cells of places.parquet, of two kinds with vectors that have nothing in common */
const desertCell = '267U_101R'
const kindsFarApart = 4

const panel = (page: Page) => page.getByRole('complementary', { name: 'Query, filters and layers' })
const selection = (page: Page) => page.getByRole('complementary', { name: 'Selection' })
const showExplore = (page: Page) => showPanel(page, 'Query, filters, layers')

async function showPanel(page: Page, name: 'Query, filters, layers' | 'Selection'): Promise<void> {
  const shown = name === 'Selection' ? selection(page) : panel(page)
  if (!(await shown.isVisible())) await page.getByRole('button', { name, exact: true }).click()
}

async function pick(page: Page, label: string, option: string): Promise<void> {
  await showExplore(page)
  await panel(page).getByRole('button', { name: label }).click()
  await page.getByRole('option', { name: option }).click()
}

async function searchDesert(page: Page): Promise<void> {
  await goToCell(page, desertCell)
  await globe(page).locator('canvas').first().focus()
  await page.keyboard.press('f')
  await expect(results(page)).toContainText('79 compared')
}

async function chooseCondition(page: Page, text: string, button: 'Select' | 'Filter searches'): Promise<void> {
  await showPanel(page, 'Selection')
  const section = selection(page).getByRole('region', { name: 'By columns' })
  await section.getByRole('textbox', { name: 'Condition' }).fill(text)
  await section.getByRole('button', { name: button, exact: true }).click()
}

test('what was drawn on the globe filters the search as a card', async ({ app }) => {
  const { page } = app
  const { x, y, width, height } = (await globe(page).locator('canvas').first().boundingBox())!
  // the western half of the globe, as it stands when the set has been opened
  await page.keyboard.down('Shift')
  await page.mouse.move(x + 24, y + 24)
  await page.mouse.down()
  await page.mouse.move(x + width / 2, y + height - 24, { steps: 6 })
  await page.mouse.up()
  await page.keyboard.up('Shift')
  const header = page.getByRole('banner').getByRole('button', { name: /selected$/ })
  await expect(header).toBeVisible()
  const inArea = Number.parseInt((await header.textContent())!, 10)
  expect(inArea).toBeGreaterThan(1)
  expect(inArea).toBeLessThan(79)
  await searchDesert(page)
  await showPanel(page, 'Selection')
  await selection(page).getByRole('button', { name: 'Search only in what I drew' }).click()
  // the example itself is left out where it lies in the area
  await expect(results(page)).toContainText(new RegExp(`\\b(${inArea}|${inArea - 1}) compared`))
  await showExplore(page)
  await panel(page).getByRole('button', { name: 'Remove Area 1' }).click()
  await expect(results(page)).toContainText('79 compared')
})

test('a condition filters the search as a card that is muted, removed and undone', async ({ app }) => {
  const { page } = app
  await searchDesert(page)
  await chooseCondition(page, "town = 'x'", 'Filter searches')
  await expect(selection(page)).toContainText('expected one of the columns')
  const condition = "contains(product_id, 'forest')"
  await chooseCondition(page, condition, 'Filter searches')
  await expect(results(page)).toContainText('20 compared')
  await showExplore(page)
  await panel(page)
    .getByRole('button', { name: `Mute ${condition}` })
    .click()
  await expect(results(page)).toContainText('79 compared')
  await panel(page)
    .getByRole('button', { name: `Use ${condition} again` })
    .click()
  await expect(results(page)).toContainText('20 compared')
  await panel(page)
    .getByRole('button', { name: `Remove ${condition}` })
    .click()
  await expect(results(page)).toContainText('79 compared')
  await expect(panel(page).getByRole('list', { name: 'Filter cards' })).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(results(page)).toContainText('20 compared')
  await page.getByRole('button', { name: 'Redo' }).click()
  await expect(results(page)).toContainText('79 compared')
})

test('examples of a selection are combined by their mean or by the best of each, and one is muted', async ({ app }) => {
  const { page } = app
  await searchDesert(page)
  // a second kind beside the desert: the weighted mean is like neither, the best of each like both
  await chooseCondition(page, "contains(product_id, 'forest') and centre_lat > 0 and centre_lon < -61", 'Select')
  await selection(page).getByRole('button', { name: 'Add as examples' }).click()
  await expect(results(page)).toContainText('78 compared')
  await page.getByRole('tab', { name: 'Table' }).click()
  const best = async () =>
    Number(await results(page).getByRole('row').nth(1).getByRole('gridcell').nth(1).textContent())
  await expect.poll(best).toBeLessThan(0.9)
  await pick(page, 'Combine by', 'Best of each')
  await expect.poll(best).toBeGreaterThan(0.95)
  await pick(page, 'Combine by', 'Weighted mean')
  await expect.poll(best).toBeLessThan(0.9)
  await panel(page)
    .getByRole('button', { name: `Mute ${desertCell}` })
    .click()
  await expect(results(page)).toContainText('79 compared')
  await expect.poll(best).toBeGreaterThan(0.95)
})

test('no two results lie within the distance that is chosen', async ({ app }) => {
  const { page } = app
  await searchDesert(page)
  await pick(page, 'No two within', '1000 km')
  await expect(results(page)).toContainText(`${kindsFarApart} fragments`)
  await pick(page, 'No two within', 'any distance')
  await expect(results(page)).toContainText('60 fragments')
})

test('arrows step through results and Space pins; pins outlive the query and are exported', async ({ app }) => {
  const { page } = app
  await searchDesert(page)
  await page.keyboard.press('ArrowRight')
  await expect(inspector(page)).toContainText('desert')
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Space')
  await clearAll(page)
  await showPanel(page, 'Selection')
  const pins = selection(page).getByRole('list', { name: 'Pins' }).getByRole('listitem')
  await expect(pins).toHaveCount(2)
  await page.getByRole('banner').getByRole('button', { name: 'Export' }).click()
  const dialog = page.getByRole('dialog', { name: /^Export from/ })
  await dialog.getByText('Pinned fragments').click()
  await expect(dialog.getByRole('button', { name: 'Export 2 rows' })).toBeEnabled()
  await page.keyboard.press('Escape')
  await pins
    .first()
    .getByRole('button', { name: /^Take the pin off/ })
    .click()
  await expect(pins).toHaveCount(1)
})

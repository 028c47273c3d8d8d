// Maps of a set, one over the other: columns as colours, with their legends, palettes and order.

import type { Page } from 'playwright/test'
import { expect, shareWindow, test } from '../harness/app.ts'
import { globe, goToCell, legend, openPlaces, results } from './screen.ts'

shareWindow(openPlaces)
test.beforeEach(async ({ app: { page } }) => {
  while (await removers(page).count()) await removers(page).first().click()
})

const removers = (page: Page) =>
  page.getByRole('button', { name: /^Remove (product_id|grid_row_u|Similarity|Nearness)/ })
const cards = (page: Page) => page.getByRole('grid', { name: 'Maps, topmost first' }).getByRole('row')

async function colourBy(page: Page, column: string): Promise<void> {
  await page.getByRole('button', { name: 'Colour by' }).click()
  await page.getByRole('menuitem', { name: column }).click()
  await expect(cards(page).filter({ hasText: column })).toHaveCount(1)
}

test('a column of texts colours the cells, its legend counts, and a category is taken off and put back', async ({
  app: { page },
}) => {
  await colourBy(page, 'product_id')
  await expect(cards(page)).toHaveCount(2)
  await expect(cards(page).first()).toContainText('most frequent')
  const forest = legend(page).getByRole('button', { name: /_forest 20/ })
  await expect(legend(page).getByRole('button', { pressed: true })).toHaveCount(4)
  await forest.click()
  await expect(forest).toHaveAttribute('aria-pressed', 'false')
  await page.keyboard.press('Control+z')
  await expect(forest).toHaveAttribute('aria-pressed', 'true')
})

test('a column of numbers has a range and palettes that turn around; whole numbers can stand by themselves', async ({
  app: { page },
}) => {
  await colourBy(page, 'grid_row_u')
  const card = cards(page).filter({ hasText: 'grid_row_u' })
  await expect(card).toContainText('mean of a cell')
  await card.getByRole('button', { name: /Cividis/ }).click()
  await page.getByRole('option', { name: 'Red to blue' }).click()
  await expect(card.getByRole('button', { name: /Red to blue/ })).toBeVisible()
  const swatch = legend(page).locator('.legend-similarity i').first()
  const before = await swatch.evaluate((element) => getComputedStyle(element).backgroundImage)
  await card.getByRole('button', { name: 'Turn the colours around' }).click()
  await expect.poll(() => swatch.evaluate((element) => getComputedStyle(element).backgroundImage)).not.toBe(before)
  const last = card.getByRole('slider', { name: 'Value of the last colour' })
  await last.focus()
  await last.press('Home')
  await expect(card.getByRole('button', { name: 'Reset' })).toBeHidden()
  await last.press('End')
  await expect(card.getByRole('button', { name: 'Reset' })).toBeVisible()
  await card.getByText('Every number by itself').click()
  await expect(card).toContainText('most frequent')
})

test('maps are hidden, moved by the keyboard and removed; undo brings one back', async ({ app: { page } }) => {
  await colourBy(page, 'product_id')
  await colourBy(page, 'grid_row_u')
  await expect(cards(page).first()).toContainText('grid_row_u')
  await page.getByRole('button', { name: 'Move grid_row_u', exact: true }).press('Enter')
  const below = page.getByRole('button', { name: /^Insert between product_id and PCA/ })
  while (!(await below.evaluate((target) => target === document.activeElement))) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(cards(page).first()).toContainText('product_id')
  await cards(page).getByText('PCA → RGB').click()
  await expect(legend(page)).not.toContainText('PCA → RGB')
  await page.keyboard.press('Control+z')
  await expect(legend(page)).toContainText('PCA → RGB')
  await page.getByRole('button', { name: 'Remove grid_row_u' }).click()
  await expect(cards(page)).toHaveCount(2)
  await page.keyboard.press('Control+z')
  await expect(cards(page)).toHaveCount(3)
})

test('the window itself never scrolls, however long the panel is', async ({ app: { page } }) => {
  await colourBy(page, 'product_id')
  await colourBy(page, 'grid_row_u')
  await page.getByText('Graticule').scrollIntoViewIfNeeded()
  const scrolled = await page.evaluate(() =>
    [document.documentElement, document.body, document.getElementById('root')].map((element) => [
      element?.scrollTop,
      (element?.scrollHeight ?? 0) - (element?.clientHeight ?? 0),
    ]),
  )
  expect(scrolled).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ])
})

test('the similarity of all cells is a map with a threshold in score or percent, counted and measured', async ({
  app: { page },
}) => {
  await goToCell(page, '267U_101R')
  await page.keyboard.press('f')
  await expect(results(page)).toBeVisible()
  await page.getByRole('button', { name: 'Map similarity of all cells' }).click()
  const card = cards(page).filter({ hasText: /^Similarity/ })
  await expect(card).toContainText('best of a cell')
  await expect(legend(page)).toContainText('Similarity')
  const threshold = card.getByRole('slider', { name: 'At least' })
  await threshold.focus()
  await threshold.press('PageUp')
  const above = card.getByRole('status', { name: 'Above the threshold' })
  await expect(above).toContainText(/^\d+ fragments in \d+ cells, [\d.]+ km²/)
  await card.getByRole('button', { name: 'Threshold in' }).click()
  await page.getByRole('option', { name: 'Percentile' }).click()
  await threshold.focus()
  await threshold.press('End')
  // the query itself is the most alike row; pyproj measures 11.055 km2 for its outline
  await expect(above).toContainText(/^1 fragment in 1 cell, 11\.1 km²/)
  await page.keyboard.press('Control+z')
  await expect(above).not.toContainText('1 fragment in 1 cell')
  // another way to compare is another map
  await page.getByRole('button', { name: 'Compare by' }).click()
  await page.getByRole('option', { name: 'Euclidean (L2)' }).click()
  await expect(cards(page).first()).toContainText('Nearness')
})

test('P lays the Earth flat and rounds it again, and both show the place under the pointer', async ({
  app: { page },
}) => {
  const frame = globe(page).locator('[data-projection]')
  await expect(frame).toHaveAttribute('data-projection', 'globe')
  await globe(page).locator('canvas').first().focus()
  await page.keyboard.press('p')
  await expect(frame).toHaveAttribute('data-projection', 'mercator')
  await goToCell(page, '267U_101R')
  const { x, y, width, height } = (await globe(page).locator('canvas').first().boundingBox())!
  await page.mouse.move(x + width / 2, y + height / 2)
  await expect(page.getByText(/\d+\.\d+ [NS] \d+\.\d+ [EW]/).last()).toBeVisible()
  await globe(page).locator('canvas').first().focus()
  await page.keyboard.press('p')
  await expect(frame).toHaveAttribute('data-projection', 'globe')
})

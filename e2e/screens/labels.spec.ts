// Labels by digit, the probe that learns from them at once, its map, and what to label next.

import { DuckDBInstance } from '@duckdb/node-api'
import type { Page } from 'playwright/test'
import { expect, shareWindow, test } from '../harness/app.ts'
import { globe, goToCell, inspector, legend, openPlaces } from './screen.ts'

shareWindow(openPlaces)

/** cells of places.parquet of two kinds with vectors far apart: 20 fragments each, in 12 cells */
const desert = '267U_101R'
const cellOfNine = '283U_120R'

const panel = (page: Page) => page.getByRole('complementary', { name: 'Labels' })
const classes = (page: Page) => panel(page).getByRole('list', { name: 'Class list' }).getByRole('listitem')
const probe = (page: Page) => panel(page).getByRole('region', { name: 'Probe' })

async function label(page: Page, cell: string, digit: string): Promise<void> {
  await goToCell(page, cell)
  await globe(page).locator('canvas').first().focus()
  await page.keyboard.press(digit)
}

test('two digits make two classes, a probe and its map of the whole set', async ({ app: { page } }) => {
  await page.getByRole('button', { name: 'Labels', exact: true }).click()
  await label(page, desert, '1')
  await expect(classes(page)).toHaveCount(1)
  await expect(probe(page)).toContainText('Label a fragment of another class')
  await label(page, cellOfNine, '2')
  await expect(classes(page)).toHaveCount(2)
  await expect(classes(page).first()).toContainText(/1 label\d+ fragments/)
  await expect(legend(page)).toContainText('Classes')
  // every fragment has one of the two
  const texts = await classes(page).allTextContents()
  const counts = texts.map((text) => Number(/label(\d+) fragments/.exec(text)?.[1]))
  expect(counts[0]! + counts[1]!).toBe(80)
  await expect(probe(page)).toContainText('Two labels or more of every class')
})

test('a selection is labelled at once, and the probe is judged on labels held out', async ({ app: { page } }) => {
  const byColumns = page.getByRole('region', { name: 'By columns' })
  for (const [kind, name] of [
    ['forest', 'Class 1'],
    ['desert', 'Class 2'],
  ]) {
    await page.getByRole('button', { name: 'Selection', exact: true }).click()
    await byColumns.getByRole('textbox', { name: 'Condition' }).fill(`contains(product_id, '${kind}')`)
    await byColumns.getByRole('button', { name: 'Select', exact: true }).click()
    await expect(page.getByRole('banner').getByRole('button', { name: /selected$/ })).toHaveText('20 selected')
    await page.getByRole('button', { name: 'Labels', exact: true }).click()
    await panel(page)
      .getByRole('button', { name: `Label 20 selected as ${name}` })
      .click()
  }
  await expect(classes(page).first()).toContainText('20 labels')
  await expect(probe(page)).toContainText(/^Probe.*(9\d\.\d|100\.0) % of held-out labels right/)
  await page.keyboard.press('Control+z')
  await expect(classes(page).nth(1)).not.toContainText('20 labels')
  await page.keyboard.press('Control+Shift+z')
  await expect(classes(page).nth(1)).toContainText('20 labels')
})

test('a class is named, its probability is mapped and its ground is measured', async ({ app: { page } }) => {
  await panel(page).getByRole('button', { name: 'Edit Class 1' }).click()
  await page.getByRole('dialog', { name: 'Class Class 1' }).getByRole('textbox', { name: 'Name' }).fill('Forest')
  await page.keyboard.press('Escape')
  await expect(panel(page).getByRole('button', { name: 'Edit Forest' })).toBeVisible()
  await probe(page).getByRole('button', { name: 'Map' }).click()
  await page.getByRole('option', { name: 'Probability of Forest' }).click()
  await expect(legend(page)).toContainText('Probability of Forest')
  await probe(page).getByRole('button', { name: 'Measure the ground of each class' }).click()
  await expect(classes(page).first()).toContainText(/km²/)
})

test('what the probe is least sure of is looked at next, and a label is taken away', async ({ app: { page } }) => {
  const first = panel(page).getByRole('region', { name: 'Label next' }).getByRole('listitem').first()
  const name = /^\d+[UD]_\d+[LR]/.exec((await first.textContent())!)![0]
  await globe(page).locator('canvas').first().focus()
  await page.keyboard.press('n')
  await expect(inspector(page).getByRole('definition').first()).toHaveText(name)
  await page.keyboard.press('3')
  await expect(classes(page)).toHaveCount(3)
  await expect(classes(page).nth(2)).toContainText('1 label')
  await page.keyboard.press('0')
  await expect(classes(page).nth(2)).toContainText('0 labels')
})

test('labels are exported with their fragments', async ({ app }, testInfo) => {
  test.skip(app.door === 'electron', 'the download is the browser door’s')
  const { page } = app
  await page.keyboard.press('e')
  const dialog = page.getByRole('dialog', { name: /^Export/ })
  await dialog.getByText('Labelled fragments').click()
  await dialog.getByText('GeoParquet', { exact: true }).click()
  const coming = page.waitForEvent('download')
  await dialog.getByRole('button', { name: /^Export \d+ rows/ }).click()
  const path = testInfo.outputPath('labels.parquet')
  await (await coming).saveAs(path)
  const connection = await (await DuckDBInstance.create()).connect()
  const answer = await connection.runAndReadAll(
    `select label, count(*)::int as n from '${path}' where product_id like '%forest' group by 1`,
  )
  expect(answer.getRowObjects()).toEqual([{ label: 'Forest', n: 20 }])
})

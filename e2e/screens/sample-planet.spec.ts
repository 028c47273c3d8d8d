// What a new user sees: the sample planet, a place on it, places that look alike.

import { expect, test } from '../harness/app.ts'
import { countPill, firstDrawMs, globe, goToCell, inspector, legend, results } from './screen.ts'

test('the sample planet opens with one click; a place has a thumbnail, columns and look-alikes', async ({ app }) => {
  const { page } = app
  await page.getByRole('button', { name: 'Open the sample planet' }).click()
  await expect(legend(page)).toContainText(/1[45],\d{3} cells/, { timeout: firstDrawMs })
  await expect(legend(page)).toContainText('synthetic')
  await expect(countPill(page)).toHaveText(/^2\d,\d{3} fragments$/)

  const box = (await globe(page).boundingBox())!
  await page.mouse.click(box.x + box.width / 2 - 60, box.y + box.height / 2)
  await expect(inspector(page).getByRole('img', { name: /^Thumbnail of/ })).toBeVisible({ timeout: firstDrawMs })
  await expect(inspector(page)).toContainText('rcf-64')

  await page.getByRole('button', { name: 'Find similar', exact: true }).click()
  await expect(results(page)).toContainText(/exact, 2\d,\d{3} compared/, { timeout: firstDrawMs })
  const gallery = page.getByRole('grid', { name: 'Results' })
  await expect(gallery.getByRole('row').first()).toContainText(/0\.\d{3}.*km/)
  await gallery.getByRole('row').first().click()
  await expect(inspector(page)).toContainText('result 1 of 60')
  // its 2,240 m take a third of the 486 px above the gallery: 96 px are 1.3 km
  await expect(page.getByRole('img', { name: 'Scale: 1 km' })).toBeVisible()

  // other results in the same gallery
  await goToCell(page, '511U_173R')
  await page.keyboard.press('f')
  await expect(results(page)).toContainText(/60 fragments, \d+ cells, by similarity/, { timeout: firstDrawMs })
  await expect(page.getByRole('complementary', { name: 'Query, filters and layers' })).toContainText('511U_173R')
  await expect(gallery.getByRole('row').first()).toContainText(/0\.\d{3}.*km/)
  await page.getByText('One per cell').click()
  await expect(results(page)).toContainText('60 fragments, 60 cells', { timeout: firstDrawMs })
  await goToCell(page, '253U_127R')
  await page.keyboard.press('a')
  await expect(page.getByRole('complementary', { name: 'Query, filters and layers' })).toContainText('2 examples')
  await expect(gallery.getByRole('row').first()).toContainText(/0\.\d{3}/)

  const from = page.getByRole('textbox', { name: 'From' })
  await from.fill('31/12/24')
  await from.press('Enter')
  await expect(page.getByText(/From: expected a day such as \d{4}-\d{2}-\d{2}, got "31\/12\/24"/)).toBeVisible()
})

test('the planted duplicates are counted as faults, selected, and left out of searches', async ({ app }) => {
  const { page } = app
  await page.getByRole('button', { name: 'Open the sample planet' }).click()
  await expect(legend(page)).toContainText('cells', { timeout: firstDrawMs })
  await page.getByRole('button', { name: 'Faults', exact: true }).click()
  const faults = page.getByRole('complementary', { name: 'Faults' })
  await expect(faults.getByRole('listitem').filter({ hasText: 'Repeated ids' })).toContainText('50')
  await expect(faults).toContainText('No column of this set tells of clouds')
  await faults.getByRole('button', { name: 'Select repeated ids' }).click()
  await expect(page.getByRole('banner').getByRole('button', { name: /selected$/ })).toHaveText('50 selected')
  await goToCell(page, '253U_127R')
  await page.keyboard.press('f')
  await expect(results(page)).toContainText('24,094 compared', { timeout: firstDrawMs })
  await faults.getByText('Leave them out of searches').click()
  await expect(results(page)).toContainText('24,044 compared')
})

test.describe('in a window of 1024 x 700', () => {
  test.use({ windowSize: { width: 1024, height: 700 } })

  test('one side panel shows at a time and the results are a tab of it', async ({ app }) => {
    const { page } = app
    await page.getByRole('button', { name: 'Open the sample planet' }).click()
    await expect(legend(page)).toContainText('cells', { timeout: firstDrawMs })
    const left = page.getByRole('complementary', { name: 'Query, filters and layers' })
    await expect(left).toBeVisible()
    const box = (await globe(page).boundingBox())!
    await page.mouse.click(box.x + box.width / 2 - 40, box.y + box.height / 2)
    const right = page.getByRole('complementary', { name: 'Fragment and results' })
    await expect(right).toBeVisible({ timeout: firstDrawMs })
    await expect(left).toBeHidden()
    await page.keyboard.press('f')
    await expect(right.getByRole('tab', { name: 'Results', selected: true })).toBeVisible()
    await expect(right).toContainText(/exact, 2\d,\d{3} compared/, { timeout: firstDrawMs })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1024)
  })
})

// A session as a file: what stands on the screen is saved, dropped, and comes back; and by itself at the next start.

import { readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright/test'
import { type App, expect, shareWindow, test } from '../harness/app.ts'
import { countPill, goToCell, inspector, legend, openPlaces, results } from './screen.ts'

shareWindow(openPlaces)
test.use({ expectedProblems: [/WebSocket|ERR_ABORTED/] })

// in Electron a native dialog says where it goes; project-files.test.ts shows what is written
test.beforeEach(({ app }) => test.skip(app.door === 'electron', 'the download is the browser door’s'))

const explore = (page: Page) => page.getByRole('complementary', { name: 'Query, filters and layers' })
const selected = (page: Page) => page.getByRole('banner').getByRole('button', { name: /selected$/ })

async function makeSession({ page }: App): Promise<void> {
  await page.getByRole('button', { name: 'Selection', exact: true }).click()
  const byColumns = page.getByRole('region', { name: 'By columns' })
  await byColumns.getByRole('textbox', { name: 'Condition' }).fill("contains(product_id, 'forest')")
  await byColumns.getByRole('button', { name: 'Select', exact: true }).click()
  await expect(selected(page)).toHaveText('20 selected')
  await page.getByRole('button', { name: 'Query, filters, layers', exact: true }).click()
  await page.getByRole('button', { name: 'Colour by' }).click()
  await page.getByRole('menuitem', { name: 'product_id' }).click()
  await expect(legend(page).getByRole('button', { pressed: true })).toHaveCount(4)
  await legend(page)
    .getByRole('button', { name: /_forest/ })
    .click()
  await goToCell(page, '267U_101R')
  await page.keyboard.press('f')
  await expect(countPill(page)).toHaveText('60 of 80 fragments')
  await explore(page).getByText('One per cell').click()
  await expect(countPill(page)).toHaveText('47 of 80 fragments')
}

async function expectSession(page: Page): Promise<void> {
  await expect(countPill(page)).toHaveText('47 of 80 fragments')
  await expect(selected(page)).toHaveText('20 selected')
  await expect(inspector(page)).toContainText('267U_101R')
  await expect(results(page)).toBeVisible()
  await expect(legend(page).getByRole('button', { name: /_forest/ })).toHaveAttribute('aria-pressed', 'false')
  await expect(explore(page).getByText('1 example')).toBeVisible()
}

async function closeSet(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open sets', exact: true }).click()
  await page.getByRole('button', { name: 'Close places' }).click()
  await expect(page.getByRole('region', { name: 'Welcome' })).toBeVisible()
}

const savedFile = join(tmpdir(), `ground-control-${process.pid}.groundcontrol`)
test.afterAll(() => rm(savedFile, { force: true }))

test('everything on the screen is saved as a file, and comes back when it is dropped', async ({ app }) => {
  const { page } = app
  await makeSession(app)
  const coming = page.waitForEvent('download')
  await page.keyboard.press('Control+s')
  const download = await coming
  expect(download.suggestedFilename()).toBe('places.groundcontrol')
  await download.saveAs(savedFile)
  const saved = JSON.parse(await readFile(savedFile, 'utf8'))
  expect(saved).toMatchObject({ groundControlProject: 1, current: 0, sets: [{ name: 'places', count: 80 }] })
  await closeSet(page)
  await app.dropFiles([savedFile])
  await expectSession(page)
})

test('what was not saved is offered at the next start', async ({ app }) => {
  const { page } = app
  // it is written some seconds after the last change
  await explore(page).getByText('Graticule').click()
  await page.waitForTimeout(4_000)
  await closeSet(page)
  await page.reload()
  await page.getByRole('button', { name: 'Continue where you left off' }).click()
  await expectSession(page)
  await expect(explore(page).getByRole('switch', { name: 'Graticule' })).not.toBeChecked()
})

test('a project of a newer version, and one whose set is gone, say so', async ({ app }, testInfo) => {
  const { page } = app
  const saved = JSON.parse(await readFile(savedFile, 'utf8'))
  const newer = testInfo.outputPath('newer.groundcontrol')
  await writeFile(newer, JSON.stringify({ ...saved, groundControlProject: 2 }))
  await app.dropFiles([newer])
  await expect(page.getByRole('alert')).toContainText('expected a project of version 1 or older, got version 2')
  const gone = testInfo.outputPath('gone.groundcontrol')
  const sets = [{ ...saved.sets[0], path: saved.sets[0].path.replace('places.parquet', 'gone.parquet'), name: 'gone' }]
  await writeFile(gone, JSON.stringify({ ...saved, sets }))
  await app.dropFiles([gone])
  await expect(page.getByText(/gone of this project could not be opened: .*gone\.parquet/)).toBeVisible()
})

// How a published set was made, found out in the window: a flip is planted, files are dropped, the verdict and its distributions shown.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Locator, Page } from 'playwright/test'
import { writeSampleCore } from '../../src/main/sample/imagery-files.ts'
import { imageSize, plants, publishWithFault, writeTestModel } from '../../src/main/verification/planted.ts'
import { type App, test as base, expect } from '../harness/app.ts'
import { firstDrawMs, fixture } from './screen.ts'

interface Files {
  readonly core: string
  readonly published: string
}

const test = base.extend<{ files: Files }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  files: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'verify-screen-'))
    const core = join(folder, 'core.parquet')
    await writeSampleCore({ gridCells: ['433U_629L', '100U_200R'], path: core, sizePx: imageSize })
    await writeTestModel(join(folder, 'model'), 1)
    const published = await publishWithFault(join(folder, 'published'), core, plants['a vertical flip']!, 1)
    await use({ core, published })
    rmSync(folder, { recursive: true })
  },
})

const best = 'recipe intended, flipped vertically'
const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Verify against a published set' })

/** The dialog from the library, at the model that the published vectors are of. */
async function openFromLibrary(app: App): Promise<Locator> {
  const { page, userDataDir } = app
  await writeTestModel(join(userDataDir, 'models'), 1)
  const library = page.getByRole('dialog', { name: 'Models' })
  await expect(async () => {
    await page.keyboard.press('m')
    await expect(library).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await library.getByRole('option', { name: /^honest/ }).click()
  await library.getByRole('button', { name: 'Verify against a published set' }).click()
  return dialogOf(page)
}

async function choose(page: Page, dialog: Locator, label: string, option: string): Promise<void> {
  await dialog.getByRole('button', { name: new RegExp(` ${label}$`) }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

test('a flip planted into a published set is named with its margin, and every hypothesis shows its cosines', async ({
  app,
  files,
}) => {
  const { page } = app
  const dialog = await openFromLibrary(app)
  const run = dialog.getByRole('button', { name: 'Verify', exact: true })
  await expect(dialog.getByRole('button', { name: /^honest / })).toBeVisible()
  await expect(run).toBeDisabled()

  await app.dropFiles([files.core])
  const images = dialog.getByRole('region', { name: 'Core images' })
  await expect(images.getByRole('listitem')).toHaveText(['core.parquet'])
  await expect(run).toBeDisabled()
  await app.dropFiles([files.published])
  await expect(dialog.getByRole('region', { name: 'Published embeddings' })).toContainText(basename(files.published))
  await choose(page, dialog, 'Unit of the pixels', 'reflectance × 10,000')
  await choose(page, dialog, 'Radiometric offset', '0')
  await run.click()

  const verdict = dialog.getByRole('region', { name: 'Verdict' })
  await expect(verdict).toContainText(`fits ${best}`, { timeout: firstDrawMs })
  await expect(verdict).toContainText(/above recipe/)
  await expect(verdict).toContainText('18 fragments of 2 cells')
  const hypotheses = dialog.getByRole('table', { name: 'Hypotheses', exact: true }).getByRole('row')
  // the head, ten finalists at least
  expect(await hypotheses.count()).toBeGreaterThan(10)
  await expect(hypotheses.nth(1)).toContainText(best)
  await expect(hypotheses.nth(1).getByRole('img')).toHaveAccessibleName(/^18 cosines from (0\.9999\d+|1\.0+) to /)
  await expect(dialog.getByRole('table', { name: 'Hypotheses', exact: true }).getByRole('img')).toHaveCount(
    (await hypotheses.count()) - 1,
  )
  await dialog.getByRole('button', { name: /others fit worse on the first \d+ fragments$/ }).click()
  const others = dialog.getByRole('table', { name: 'Other hypotheses' })
  await expect(others.getByRole('img').first()).toBeVisible()
  expect(await others.getByRole('img').count()).toBeGreaterThan(20)

  // back where it was opened from, and again from the tray
  await dialog.locator('.dialog-foot').getByRole('button', { name: 'Close' }).click()
  await expect(page.getByRole('dialog', { name: 'Models' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /^Jobs/ }).click()
  const job = page.getByRole('region', { name: 'Jobs' }).getByRole('listitem').filter({ hasText: 'Verifying' })
  await expect(job).toContainText(`fits ${best}: mean cosine`)
  await job.getByRole('button', { name: /^Show / }).click()
  await expect(verdict).toContainText(`fits ${best}`)
})

test('files that do not belong there are refused with a sentence, and what was chosen stays', async ({
  app,
  files,
}) => {
  const { page } = app
  const dialog = await openFromLibrary(app)
  await app.dropFiles([files.core])
  await expect(dialog.getByRole('listitem')).toHaveText(['core.parquet'])
  await app.dropFiles([fixture('screen', 'field.tif')])
  await expect(page.getByText(/expected an embeddings Parquet or a Core Parquet, got/)).toBeVisible()
  await expect(dialog.getByRole('listitem')).toHaveText(['core.parquet'])

  // vectors of another model
  await app.dropFiles([fixture('screen', 'places.parquet')])
  await dialog.getByRole('button', { name: 'Verify', exact: true }).click()
  await expect(dialog.getByRole('listitem').filter({ hasText: 'Verifying' })).toContainText(/places.*expected/, {
    timeout: firstDrawMs,
  })
  await expect(dialog.getByRole('button', { name: 'Verify', exact: true })).toBeEnabled()
  await dialog.getByRole('button', { name: 'Leave out core.parquet' }).click()
  await expect(dialog.getByRole('button', { name: 'Verify', exact: true })).toBeDisabled()
})

test('a set that is open is offered, a verification is cancelled', async ({ app, files }) => {
  const { page } = app
  await app.dropFiles([files.published])
  await page.getByRole('button', { name: 'Open sets' }).click({ timeout: firstDrawMs })
  await writeTestModel(join(app.userDataDir, 'models'), 1)
  await page.getByRole('button', { name: 'Verify how it was made' }).click()
  const dialog = dialogOf(page)
  const published = dialog.getByRole('region', { name: 'Published embeddings' })
  await expect(published).toContainText(basename(files.published))
  await choose(page, dialog, 'Model', 'honest')
  await app.dropFiles([files.core])
  await dialog.getByRole('button', { name: 'Verify', exact: true }).click()
  await dialog.getByRole('button', { name: /^Cancel Verifying/ }).click()
  await expect(dialog.getByRole('button', { name: 'Verify', exact: true })).toBeEnabled({ timeout: firstDrawMs })
  await dialog.getByRole('button', { name: 'Cancel', exact: true }).click()
  await expect(dialog).toBeHidden()
})

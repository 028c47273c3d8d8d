// Imagery dropped on the window becomes embeddings on the globe.

import { writeFile } from 'node:fs/promises'
import { encodeGeoTiff } from '../../src/main/raster/encode-geotiff.ts'
import { expect, test } from '../harness/app.ts'
import { countPill, firstDrawMs, fixture, inspector } from './screen.ts'

const field = fixture('screen', 'field.tif')

test('a dropped GeoTIFF is embedded after a dry run and opens on the globe', async ({ app }) => {
  const { page } = app
  await app.dropFiles([field])
  const dialog = page.getByRole('dialog', { name: 'Embed imagery' })
  await expect(dialog).toContainText('field.tif')
  const dryRun = dialog.getByRole('region', { name: 'Dry run' })
  await expect(dryRun).toContainText('Fragments')
  await expect(dryRun).toContainText('reflectance × 10,000', { timeout: firstDrawMs })
  await expect(dryRun).toContainText('B02 B03 B04 B08')
  await dialog.getByRole('button', { name: /^Embed \d+ fragments?$/ }).click()
  await expect(dialog).toBeHidden()
  await expect(countPill(page)).toHaveText('4 fragments', { timeout: firstDrawMs })
  await expect(inspector(page)).toContainText('rcf-64, intended recipe', { timeout: firstDrawMs })

  await page.getByRole('button', { name: /^Jobs/ }).click()
  const tray = page.getByRole('region', { name: 'Jobs' })
  await tray.getByRole('button', { name: 'Report' }).click()
  const report = tray.getByRole('listitem').filter({ hasText: 'Embedding field.tif' })
  for (const [name, value] of [
    ['Rows', '4'],
    ['Cells', '1'],
    ['Model', 'rcf-64, intended recipe'],
    ['Pixels', 'reflectance × 10,000, offset 0'],
    ['File', /rcf-64-\w+.images\.parquet$/],
  ] as const) {
    const fact = report.locator('.fact').filter({ has: page.getByText(name, { exact: true }) })
    await expect(fact.getByRole('definition')).toHaveText(value)
  }
  await expect(report.getByRole('row', { name: /^B08 0 % 0 % 0 %$/ })).toBeVisible()
})

test('another unit is asked for again in a new dry run', async ({ app }) => {
  const { page } = app
  await app.dropFiles([field])
  const dialog = page.getByRole('dialog', { name: 'Embed imagery' })
  await expect(dialog.getByRole('button', { name: /^Embed \d/ })).toBeEnabled({ timeout: firstDrawMs })
  await dialog.getByRole('button', { name: /Unit of the pixels/ }).click()
  await page.getByRole('option', { name: 'reflectance 0 to 1' }).click()
  await expect(dialog.getByRole('region', { name: 'Dry run' })).toContainText('reflectance 0 to 1 (as you chose)', {
    timeout: firstDrawMs,
  })
})

test('a run shows how far it is in the jobs, is cancelled there and leaves nothing open', async ({ app }, testInfo) => {
  const { page } = app
  const large = testInfo.outputPath('large.tif')
  await writeFile(large, image(4_000))
  await app.dropFiles([large])
  const dialog = page.getByRole('dialog', { name: 'Embed imagery' })
  await dialog.getByRole('button', { name: /^Embed \d/ }).click({ timeout: firstDrawMs })
  await dialog.getByRole('button', { name: 'Close' }).first().click()
  await page.getByRole('button', { name: /^Jobs/ }).click()
  const tray = page.getByRole('region', { name: 'Jobs' })
  await expect(tray).toContainText(/\w+, \d+ of \d+ fragments, [\d.]+ per second, .+ left/, { timeout: firstDrawMs })
  await tray.getByRole('button', { name: 'Cancel Embedding large.tif' }).click()
  await expect(tray).toContainText(/Cancelled after \d+ of \d+ fragments/)
  await expect(tray).toContainText(/Started \d\d:\d\d, took \d/)
  await expect(tray.getByRole('button', { name: 'Copy this message' })).toBeVisible()
  // choosing and running were one action
  await expect(tray.getByRole('listitem')).toHaveCount(1)
  await expect(page.getByRole('region', { name: 'Welcome' })).toBeVisible()
})

test('an embed that wrote rows and failed on others says both, with a copy button', async ({ app }, testInfo) => {
  const { page } = app
  const damaged = testInfo.outputPath('damaged.tif')
  const whole = image(400)
  await writeFile(damaged, whole.subarray(0, Math.floor(whole.byteLength * 0.6)))
  await app.dropFiles([field, damaged])
  const dialog = page.getByRole('dialog', { name: 'Embed imagery' })
  await dialog.getByRole('button', { name: /^Embed \d/ }).click({ timeout: firstDrawMs })
  const alert = page.getByRole('alert').filter({ hasText: 'Embedded 4 fragments' })
  await expect(alert).toContainText('1 failed: ', { timeout: firstDrawMs })
  await expect(alert).toContainText('damaged.tif')
  await page.getByRole('button', { name: /^Jobs/ }).click()
  const job = page
    .getByRole('region', { name: 'Jobs' })
    .getByRole('listitem')
    .filter({ hasText: 'Embedding field.tif' })
  await expect(job).toContainText(/Embedded 4 fragments .* 1 failed: /)
  await expect(job.getByRole('button', { name: 'Copy this message' })).toBeVisible()
})

/** Three bands, directory before the pixels; with a side of 4,000 several hundred fragments. */
function image(side: number): Uint8Array {
  const pixels = new Uint16Array(3 * side * side)
  for (let index = 0; index < pixels.length; index++) pixels[index] = 500 + ((index * 7919) % 2_000)
  return encodeGeoTiff({
    width: side,
    height: side,
    pixels,
    layout: 'planar',
    crs: 'EPSG:32629',
    transform: [10, 0, 500_000, 0, -10, 4_300_000],
  })
}

// What lies together where it comes from stays together: folders, and files dropped at once.

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeGeoTiff } from '../../src/main/raster/encode-geotiff.ts'
import { encodePng } from '../../src/main/raster/plain-image.ts'
import { callEngine, expect, test } from '../harness/app.ts'
import { countPill, drag, firstDrawMs, inspector, results } from './screen.ts'

const side = 256

test('a dropped folder of bands is one image', async ({ app }, testInfo) => {
  const { page } = app
  const folder = testInfo.outputPath('S2A_MSIL2A_20200219T112111_meadow')
  await mkdir(folder)
  for (const [index, band] of ['B02', 'B03', 'B04'].entries())
    await writeFile(join(folder, `${band}.tif`), bandFile(index))
  await writeFile(join(folder, '.DS_Store'), 'hidden')

  await drag(app, folder)
  const dialog = page.getByRole('dialog', { name: 'Embed imagery' })
  await expect(dialog).toContainText('S2A_MSIL2A_20200219T112111_meadow', { timeout: firstDrawMs })
  const dryRun = dialog.getByRole('region', { name: 'Dry run' })
  await expect(dryRun).toContainText('folder of bands, 1 image, B02 B03 B04', { timeout: firstDrawMs })
  await dialog.getByRole('button', { name: /^Embed \d+ fragment/ }).click()
  await expect(countPill(page)).toHaveText(/^\d+ fragments$/, { timeout: firstDrawMs })
})

test('pictures without a place can be looked at one by one and searched', async ({ app }, testInfo) => {
  const { page } = app
  const folder = testInfo.outputPath('meadows')
  await mkdir(folder)
  for (const seed of [1, 2, 3]) await writeFile(join(folder, `m${seed}.png`), picture(64, seed))
  await drag(app, folder)
  const dialog = page.getByRole('dialog', { name: 'Embed imagery' })
  await dialog.getByRole('button', { name: /^Embed \d/ }).click({ timeout: firstDrawMs })
  await expect(countPill(page)).toHaveText('3 fragments', { timeout: firstDrawMs })
  // not "images", as the file is called
  await expect(page.getByRole('banner')).toContainText('meadows')
  await expect(inspector(page)).toContainText('row 1 of 3')
  await expect(inspector(page)).not.toContainText('NaN')
  await expect(inspector(page)).not.toContainText('Centre')
  await inspector(page).getByRole('button', { name: 'Next row' }).click()
  await expect(inspector(page)).toContainText('row 2 of 3')
  await expect(inspector(page)).toContainText('m2')
  await page.keyboard.press('f')
  await expect(results(page)).toContainText('2 fragments')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.keyboard.press(']')
  await page.getByRole('button', { name: 'Show the first row' }).click()
  await expect(inspector(page)).toContainText('row 1 of 3')
})

test('a cancelled run goes on where it was, and opens whole', async ({ app }, testInfo) => {
  const { page } = app
  const folder = testInfo.outputPath('pictures')
  await mkdir(folder)
  // more small ones than a chunk of finished work holds, and behind them one that takes its time
  const names = Array.from({ length: 530 }, (_, i) => `p${String(i).padStart(3, '0')}.png`)
  await Promise.all(names.map((name, i) => writeFile(join(folder, name), picture(16, i))))
  await writeFile(join(folder, 'z.png'), picture(2_000, 7))
  await drag(app, folder)
  const dialog = page.getByRole('dialog', { name: 'Embed imagery' })
  await dialog.getByRole('button', { name: /^Embed \d/ }).click({ timeout: firstDrawMs })
  await dialog.getByRole('button', { name: 'Close' }).first().click()
  await page.keyboard.press('j')
  const tray = page.getByRole('region', { name: 'Jobs' })
  await expect(tray).toContainText(/embedding, (5[4-9]\d|6\d\d) of/, { timeout: firstDrawMs })
  await tray.getByRole('button', { name: 'Cancel Embedding pictures' }).click()
  await expect(tray).toContainText('what is done is kept')
  await tray.getByRole('button', { name: 'Resume Embedding pictures' }).click()
  await expect(countPill(page)).toHaveText(/^6\d\d fragments$/, { timeout: firstDrawMs })
  const [cancelled, resumed] = (await callEngine(app, 'jobs', {})).filter(({ kind }) => kind === 'embed')
  expect(cancelled).toMatchObject({ state: 'cancelled' })
  expect(JSON.stringify(resumed?.result)).toContain('of 531 images done in an interrupted run, kept')
})

test('cancelling while files are sent ends the job of the engine and opens nothing', async ({ app }, testInfo) => {
  test.skip(app.door === 'electron', 'in Electron a dropped file is read where it is')
  const { page } = app
  const folder = testInfo.outputPath('two')
  await mkdir(folder)
  await writeFile(join(folder, 'first.tif'), bandFile(0))
  await writeFile(join(folder, 'second.tif'), new Uint8Array(40e6))
  await page.route(/second|offset=8388608/, () => {}) // a slice that never arrives
  await drag(app, folder)
  await page.keyboard.press('j')
  const tray = page.getByRole('region', { name: 'Jobs' })
  await tray.getByRole('button', { name: 'Cancel Reading two' }).click()
  await expect(tray).toContainText('Cancelled')
  const spools = async () => (await callEngine(app, 'jobs', {})).filter(({ kind }) => kind === 'spool')
  await expect.poll(async () => (await spools()).map(({ state }) => state)).toEqual(['done', 'cancelled'])
  await expect(page.getByRole('dialog')).toBeHidden()
})

function bandFile(seed: number): Uint8Array {
  const pixels = new Uint16Array(side * side)
  for (let index = 0; index < pixels.length; index++) pixels[index] = 500 + ((index * 7919 + seed * 311) % 2_000)
  return encodeGeoTiff({
    width: side,
    height: side,
    pixels,
    layout: 'planar',
    crs: 'EPSG:32629',
    transform: [10, 0, 500_000, 0, -10, 4_300_000],
  })
}

function picture(size: number, seed: number): Uint8Array {
  const data = Uint8Array.from({ length: size * size * 3 }, (_, i) => (i * 37 + seed * 101) % 256)
  return encodePng({ width: size, height: size, channels: 3, data })
}

// An image of the user as the query, and new vectors that stand beside a set.

import { readFile, writeFile } from 'node:fs/promises'
import type { Locator } from 'playwright/test'
import { encodeGeoTiff } from '../../src/main/raster/encode-geotiff.ts'
import { type App, callEngine, expect, test } from '../harness/app.ts'
import { chooseFile, countPill, firstDrawMs, fixture, openPlaces, results } from './screen.ts'

/** pixels of a fragment of the built-in model */
const fragmentPx = 224
const query = ({ page }: App) => page.getByRole('region', { name: 'Query' })

/** Three bands whose texture differs from place to place. */
function scene(side: number, rows = side): Uint8Array {
  const pixels = new Uint16Array(3 * rows * rows)
  for (let band = 0; band < 3; band++) {
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < rows; col++) {
        const wave = Math.sin(((row * (band + 2)) / side) * 40) + Math.cos((col * col) / (side * 6))
        pixels[(band * rows + row) * rows + col] = Math.round(1_500 + 600 * wave)
      }
    }
  }
  const place = { crs: 'EPSG:32629', transform: [10, 0, 500_000, 0, -10, 4_300_000] } as const
  return encodeGeoTiff({ width: rows, height: rows, pixels, bandNames: ['B04', 'B03', 'B02'], ...place })
}

/** Embeds a scene of four fragments with the built-in model, and writes its first fragment as an image of its own. */
async function openScene(app: App, folder: (name: string) => string): Promise<string> {
  const [whole, first] = [folder('whole.tif'), folder('first.tif')]
  await writeFile(whole, scene(460))
  await writeFile(first, scene(460, fragmentPx))
  await openEmbedded(app, whole)
  return first
}

/** Embeds an image of four fragments as it is proposed; @returns the dialog, closed again */
async function openEmbedded(app: App, image: string): Promise<Locator> {
  await app.dropFiles([image])
  const dialog = app.page.getByRole('dialog', { name: 'Embed imagery' })
  await dialog.getByRole('button', { name: /^Embed \d/ }).click({ timeout: firstDrawMs })
  await expect(countPill(app.page)).toHaveText('4 fragments', { timeout: firstDrawMs })
  return dialog
}

test('an image finds the fragment that it was cut from, and an export says what was searched with', async ({
  app,
}, testInfo) => {
  const { page } = app
  const first = await openScene(app, (name) => testInfo.outputPath(name))
  await chooseFile(app, query(app).getByRole('button', { name: 'Search by image' }), first)
  const card = query(app).getByRole('region', { name: 'Image first.tif' })
  await expect(card).toContainText('rcf-64, intended recipe', { timeout: firstDrawMs })
  await expect(card).toContainText('As proposed: reflectance × 10,000')
  await expect(results(page)).toContainText('4 fragments')
  const [best] = (await callEngine(app, 'search', await asked(app, first))).hits
  expect(best).toMatchObject({ fragmentRow: 0, fragmentCol: 0 })
  expect(best?.similarity).toBeGreaterThan(0.999_99)
  await expect(page.getByRole('grid', { name: 'Results' }).getByRole('row').nth(1)).toContainText('1.000')

  const path = testInfo.outputPath('out.geojson')
  app.electron?.answerNextDialog({ filePath: path })
  await page.keyboard.press('e')
  const dialog = page.getByRole('dialog', { name: /^Export/ })
  await dialog.getByText('GeoJSON', { exact: true }).click()
  const download = app.electron === undefined ? page.waitForEvent('download') : undefined
  await dialog.getByRole('button', { name: 'Export 4 rows' }).click()
  await (await download)?.saveAs(path)
  await expect(page.getByRole('status').filter({ hasText: 'Exported 4 rows' })).toBeVisible()
  const written = await readFile(path, 'utf8')
  expect(written).toContain('"file":"first.tif"')
  expect(written).not.toContain(testInfo.outputDir)

  await card.getByRole('button', { name: 'Remove first.tif' }).click()
  await expect(results(page)).toBeHidden()
  await expect(query(app).getByRole('button', { name: 'Search by image' })).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(card).toBeVisible()
  await expect(results(page)).toContainText('4 fragments')
})

test('an image dropped on the query is searched with; an example takes its place', async ({ app }, testInfo) => {
  const { page } = app
  const first = await openScene(app, (name) => testInfo.outputPath(name))
  await app.dropFiles([first], query(app))
  const card = query(app).getByRole('region', { name: 'Image first.tif' })
  await expect(card).toBeVisible({ timeout: firstDrawMs })
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(results(page)).toBeVisible()
  await page.keyboard.press('f')
  await expect(query(app)).toContainText('1 example')
  await expect(card).toBeHidden()

  await app.dropFiles([first, fixture('screen', 'field.tif')], query(app))
  await expect(page.getByRole('alert')).toContainText('search by image: expected one image, got 2 files')
})

test('a set that does not say its model asks for one with vectors as long as its own', async ({ app }) => {
  await openPlaces(app)
  await expect(query(app)).toContainText('none on this machine gives 16 dimensions')
  await expect(query(app).getByRole('button', { name: 'Search by image' })).toBeDisabled()
})

test('imagery is embedded beside an open set as its vectors are, or refused where that cannot be', async ({
  app,
}, testInfo) => {
  const { page } = app
  const [field, threeBands] = [fixture('screen', 'field.tif'), testInfo.outputPath('three.tif')]
  await writeFile(threeBands, scene(fragmentPx))
  const dialog = await openEmbedded(app, field)
  const extend = async () => {
    await dialog.getByRole('button', { name: /Extend a set/ }).click()
    await page.getByRole('option', { name: 'field' }).click()
  }
  await app.dropFiles([threeBands])
  await extend()
  await expect(dialog.getByRole('region', { name: 'Dry run' })).toContainText(
    /expected the bands B02, B03, B04, B08 that \S+ was made of, got B04, B03, B02/,
    { timeout: firstDrawMs },
  )
  await page.keyboard.press('Escape')

  await app.dropFiles([field])
  await extend()
  await expect(dialog).toContainText('vectors of both can be compared')
  await expect(dialog.getByRole('button', { name: 'intended Recipe' })).toBeVisible({ timeout: firstDrawMs })
  await dialog.getByRole('button', { name: 'Embed 4 fragments' }).click({ timeout: firstDrawMs })
  await expect(dialog).toBeHidden({ timeout: firstDrawMs })
  await expect
    .poll(async () => (await callEngine(app, 'openSets', {})).map(({ recipe }) => recipe))
    .toEqual(['intended', 'intended'])
})

/** The query of the window again, from the image and the set on the globe. */
async function asked(app: App, image: string) {
  const [set] = await callEngine(app, 'openSets', {})
  const { setId, model = '' } = set!
  const jobs = (await callEngine(app, 'jobs', {})).filter(({ kind }) => kind === 'query')
  expect(jobs, image).toHaveLength(1)
  expect(model).toBe('rcf-64')
  return { setId, vector: (jobs[0]!.result as { vector: number[] }).vector }
}

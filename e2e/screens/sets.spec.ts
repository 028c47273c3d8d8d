// Several sets, one of them on the globe.

import { DuckDBInstance } from '@duckdb/node-api'
import type { Page } from 'playwright/test'
import { expect, test } from '../harness/app.ts'
import { countPill, firstDrawMs, goToCell, inspector, legend, placesFile, scaleText } from './screen.ts'

/** a cell of the fields of places.parquet, and one of its steppe */
const cellOfFields = '534U_22R'
const cellOfSteppe = '523U_531R'
const isNear = / (5|10|20) km$/

test('a set of which nothing is in view is moved to; a set of which something is in view is not', async ({
  app,
}, testInfo) => {
  const { page } = app
  const fields = testInfo.outputPath('fields.parquet')
  const wide = testInfo.outputPath('wide.parquet')
  await copyPlaces('fields', fields)
  // from the Amazon to Kazakhstan: too wide for any view nearer than the globe
  await copyPlaces('forest|steppe', wide)

  await app.dropFiles([fields])
  await expect(legend(page)).toContainText('12 cells', { timeout: firstDrawMs })
  await goToCell(page, cellOfFields)
  await expect.poll(() => scaleText(page)).toMatch(isNear)

  await app.dropFiles([wide])
  await expect(legend(page)).toContainText('24 cells', { timeout: firstDrawMs })
  await expect.poll(() => scaleText(page)).toMatch(/ \d?,?\d00 km$/)
  const out = await scaleText(page)

  await showSet(page, 'fields', 20)
  // a move would begin when the map's cells have come
  await page.waitForTimeout(600)
  expect(await scaleText(page)).toBe(out)

  await showSet(page, 'wide', 40)
  await goToCell(page, cellOfSteppe)
  await expect.poll(() => scaleText(page)).toMatch(isNear)
  await showSet(page, 'fields', 20)
  await expect.poll(() => scaleText(page)).toMatch(/ (50|100|200) km$/)
})

test('a set without places and one of NaN alone say so when they open', async ({ app }, testInfo) => {
  const { page } = app
  const placeless = testInfo.outputPath('placeless.parquet')
  const nan = testInfo.outputPath('nan.parquet')
  await copyPlaces('fields', placeless, 'unique_id, embedding')
  await copyPlaces('fields', nan, "* replace (list_transform(embedding, x -> 'NaN'::float) as embedding)")
  const notice = (name: string) => page.getByRole('status').filter({ hasText: `${name}: ` })

  await app.dropFiles([placeless])
  await expect(notice('placeless')).toContainText('20 rows have no place and will not be on the map')
  await expect(page.getByRole('status', { name: 'Legend' })).toContainText('No row of this file has a place')

  await app.dropFiles([nan])
  await expect(notice('nan')).toContainText('20 rows have NaN or infinity in the vector')
  await expect(page.getByRole('status', { name: 'Legend' })).toContainText('No vector of this file can be compared')
  await expect(page.getByRole('alert')).toHaveCount(0)
  await expect(inspector(page)).toContainText('16 dimensions, with NaN or infinity')
})

test('the panel of sets tells warnings from notes', async ({ app }, testInfo) => {
  const { page } = app
  const remarked = testInfo.outputPath('remarked.parquet')
  const connection = await (await DuckDBInstance.create()).connect()
  await connection.run(`copy (
    select * replace (case when unique_id = (select max(unique_id) from '${placesFile}')
      then list_transform(embedding, x -> 'NaN'::float) else embedding end as embedding) from '${placesFile}'
    union all select * from '${placesFile}' where unique_id = (select min(unique_id) from '${placesFile}')) to '${remarked}'`)
  await app.dropFiles([remarked])
  await expect(countPill(page)).toHaveText('81 fragments')
  await page.getByRole('button', { name: 'Open sets' }).click()
  const sets = page.getByRole('region', { name: 'Sets' })
  const warning = sets.locator('p', { hasText: 'Warning' })
  const note = sets.locator('p', { hasText: 'Note' })
  await expect(warning).toHaveText('Warning 1 row has NaN or infinity in the vector and will not be found by a search')
  await expect(note).toHaveText('Note 1 row repeats a unique_id that stands earlier in the file')
  const colourOf = (remark: typeof note) => remark.locator('svg').evaluate((icon) => getComputedStyle(icon).color)
  expect(await colourOf(warning)).not.toBe(await colourOf(note))
})

async function showSet(page: Page, name: string, fragments: number): Promise<void> {
  await page.getByRole('button', { name: /^Set: / }).click()
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click()
  await expect(countPill(page)).toHaveText(`${fragments} fragments`)
  await expect(legend(page)).toContainText('PCA → RGB')
}

/** Writes the rows of these kinds of place. */
async function copyPlaces(kinds: string, path: string, columns = '*'): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect()
  await connection.run(
    `copy (select ${columns} from '${placesFile}' where regexp_matches(product_id, '_(${kinds})$')) to '${path}'`,
  )
}

// The pictures of the README and docs/screenshots: the sample planet, a search from an irrigation pivot, a cell with 25 fragments.
//   SHOTS=docs/screenshots/dark node scripts/run-ts.mjs e2e/screenshot.ts --scheme dark --steps e2e/tour.ts --out docs/screenshots/dark-cell.png
// SHOTS is the beginning of the names of the pictures on the way.

import type { Page } from 'playwright'

const pivotCell = '253U_127R'
const cellOf25 = '511U_173R'
const drawMs = 120_000

export async function steps(page: Page, shot: (file: string) => Promise<void>): Promise<void> {
  const shots = process.env['SHOTS'] ?? 'screenshot'
  await page.getByRole('button', { name: 'Open the sample planet' }).waitFor()
  await page.waitForTimeout(12_000)
  await shot(`${shots}-welcome.png`)
  await page.getByRole('button', { name: 'Open the sample planet' }).click()
  await page.getByRole('region', { name: 'Legend' }).waitFor({ timeout: drawMs })
  await page.waitForTimeout(12_000)
  await shot(`${shots}-planet.png`)
  await goTo(page, pivotCell)
  await page.keyboard.press('f')
  await page.getByRole('region', { name: 'Results' }).waitFor({ timeout: drawMs })
  await page.mouse.move(760, 20)
  await page.waitForTimeout(15_000)
  await shot(`${shots}-search.png`)
  for (let times = 0; times < 3; times++) await page.keyboard.press('Escape')
  await goTo(page, cellOf25)
  await page.waitForTimeout(12_000)
}

async function goTo(page: Page, cell: string): Promise<void> {
  const box = page.getByRole('searchbox', { name: 'Go to a cell or a place' })
  await box.fill(cell)
  await box.press('Enter')
  await page.getByRole('complementary', { name: 'Fragment' }).getByText(cell).first().waitFor({ timeout: drawMs })
  await page.waitForTimeout(3000)
}

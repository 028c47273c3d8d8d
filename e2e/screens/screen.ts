// What the specs of the screens share: names of regions, and the ways into a set.

import { basename, join } from 'node:path'
import type { Locator, Page } from 'playwright/test'
import type { App } from '../harness/app.ts'
import { expect } from '../harness/app.ts'
import { root } from '../harness/engine-server.ts'

export const fixture = (...parts: readonly string[]) => join(root, 'fixtures', ...parts)
export const placesFile = fixture('screen', 'places.parquet')
/** software GL on a busy machine is slow to draw a globe for the first time */
export const firstDrawMs = 60_000
/** rows and cells of places.parquet */
export const placesCount = { rows: 80, cells: 48 }

export const legend = (page: Page) => page.getByRole('region', { name: 'Legend' })
export const inspector = (page: Page) => page.getByRole('complementary', { name: 'Fragment' })
export const results = (page: Page) => page.getByRole('region', { name: 'Results' })
export const globe = (page: Page) => page.getByRole('main', { name: 'Globe' })
export const countPill = (page: Page) => page.getByRole('status', { name: 'Fragments shown' })

/** Opens the set of four kinds of place by dropping it. */
export async function openPlaces(app: App): Promise<void> {
  await app.dropFiles([placesFile])
  await expect(legend(app.page)).toContainText(`${placesCount.cells} cells`, { timeout: firstDrawMs })
}

/** Chooses a file as the user does, through whichever dialog the door has. */
export async function chooseFile(app: App, button: Locator, path: string): Promise<void> {
  await app.electron?.knowPath(basename(path), path)
  const opened = app.page.waitForEvent('filechooser')
  await button.click()
  await (await opened).setFiles(path)
}

/** Takes back query and selection: what Esc does, results first. */
export async function clearAll(page: Page): Promise<void> {
  for (let times = 0; times < 3; times++) await page.keyboard.press('Escape')
  await expect(inspector(page)).toBeHidden()
  await expect(results(page)).toBeHidden()
}

/** Types into the search box and presses Enter. */
export async function goTo(page: Page, text: string): Promise<void> {
  const box = page.getByRole('searchbox', { name: 'Go to a cell or a place' })
  await box.fill(text)
  await box.press('Enter')
}

/** Goes to a cell through the search box and waits for its row. */
export async function goToCell(page: Page, gridCell: string): Promise<Locator> {
  await goTo(page, gridCell)
  await expect(inspector(page).getByRole('definition').first()).toHaveText(gridCell)
  return inspector(page)
}

/** Ground metres of a pixel at the centre of the map, from the scale on it; small when the map is near. */
export async function scaleText(page: Page): Promise<string> {
  return (await page.getByRole('img', { name: /^Scale/ }).getAttribute('aria-label')) ?? ''
}

/** A real drag from the file manager, as only the browser's own protocol can start it: folders come along. */
export async function drag(app: App, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) await app.electron?.knowPath(basename(path), path)
  const session = await app.page.context().newCDPSession(app.page)
  const { width, height } = app.page.viewportSize()!
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data })
  }
  await session.detach()
}

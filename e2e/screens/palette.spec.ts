// Every command by name, with Ctrl K.

import type { Page } from 'playwright/test'
import { expect, shareWindow, test } from '../harness/app.ts'
import { goTo, inspector, legend, openPlaces } from './screen.ts'

shareWindow()

const palette = (page: Page) => page.getByRole('dialog', { name: 'Commands' })

async function typeCommand(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await expect(palette(page).getByPlaceholder('A command, a set')).toBeFocused()
  await page.keyboard.type(text)
}

/** The key belongs to the window again only when the dialog has gone. */
async function closePalette(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await expect(palette(page)).toBeHidden()
}

test('before a set is open it offers what can be done then, and says when nothing has the words', async ({ app }) => {
  const { page } = app
  await typeCommand(page, 'sample planet')
  await expect(palette(page).getByRole('menuitem')).toHaveText('Open the sample planet')
  await page.keyboard.type(' zzz')
  await expect(palette(page)).toContainText('No command has these words')
  await closePalette(page)
})

test('a command is found by the beginnings of its words and runs with Enter', async ({ app }) => {
  const { page } = app
  const theme = () => page.evaluate(() => document.documentElement.dataset['theme'])
  await typeCommand(page, 'dark the')
  await page.keyboard.press('Enter')
  await expect(palette(page)).toBeHidden()
  await expect.poll(theme).toBe('dark')
  await typeCommand(page, 'theme light')
  await page.keyboard.press('Enter')
  await expect(palette(page)).toBeHidden()
  await expect.poll(theme).toBe('light')
})

test('a cell that is typed is gone to, and a layer is hidden and comes back with undo', async ({ app }) => {
  const { page } = app
  await openPlaces(app)
  const borders = page.getByRole('switch', { name: /borders/i })
  await expect(borders).toBeChecked()
  await typeCommand(page, 'hide bord')
  await page.keyboard.press('Enter')
  await expect(palette(page)).toBeHidden()
  await expect(borders).not.toBeChecked()
  await page.keyboard.press('Control+z')
  await expect(borders).toBeChecked()
  await typeCommand(page, '534U_22R')
  await expect(palette(page).getByRole('menuitem').first()).toHaveText('Go to 534U_22R')
  await page.keyboard.press('Enter')
  await expect(inspector(page)).toBeVisible()
})

test('an arrow and Enter choose another, and a click runs what it is on', async ({ app }) => {
  const { page } = app
  await typeCommand(page, 'show')
  await page.keyboard.press('ArrowDown')
  await closePalette(page)
  await typeCommand(page, 'keyboard')
  await palette(page).getByRole('menuitem', { name: 'Keyboard shortcuts' }).click()
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
})

test('a city is found by its name, and what is selected there is said', async ({ app }) => {
  const { page } = app
  // opened again it would close what is open when it has come
  if (await legend(page).isHidden()) await openPlaces(app)
  await typeCommand(page, 'paris')
  await expect(palette(page).getByRole('menuitem', { name: /Go to Paris, France/ })).toContainText('48.85')
  await closePalette(page)
  await typeCommand(page, 'go to nairo')
  await expect(palette(page).getByRole('menuitem')).toContainText('Go to Nairobi, Kenya')
  await closePalette(page)
  await goTo(page, 'Nairobi')
  await expect(page.getByRole('status').filter({ hasText: 'Nairobi, Kenya' })).toBeVisible()
})

// Before anything is open.

import { expect, shareWindow, test } from '../harness/app.ts'
import { fixture, legend, openPlaces } from './screen.ts'

shareWindow()

test('the empty state offers the sample planet, a drop zone and says where files stay', async ({ app }) => {
  const welcome = app.page.getByRole('region', { name: 'Welcome' })
  await expect(welcome.getByRole('button', { name: 'Open the sample planet' })).toBeVisible()
  await expect(welcome).toContainText('Drop embeddings or imagery here')
  await expect(welcome).toContainText('Your files stay on this machine')
})

test('T changes between light and dark, and the choice is remembered', async ({ app }) => {
  const theme = () => app.page.evaluate(() => document.documentElement.dataset['theme'])
  await expect.poll(theme).toBe('dark')
  await app.page.keyboard.press('t')
  await expect.poll(theme).toBe('light')
  await app.page.reload()
  await expect.poll(theme).toBe('light')
})

test('? shows the shortcuts and Esc closes them', async ({ app }) => {
  await app.page.keyboard.press('?')
  const sheet = app.page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet).toContainText('Find similar')
  await app.page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
})

test('a file that is neither embeddings nor imagery is refused with a sentence that can be copied', async ({ app }) => {
  await app.dropFiles([fixture('geoparquet', 'not-parquet.parquet')])
  const alert = app.page.getByRole('alert').filter({ hasText: 'not-parquet.parquet' })
  await expect(alert).toContainText('expected')
  await expect(alert.getByRole('button', { name: 'Copy this message' })).toBeVisible()
  await expect(legend(app.page)).toBeHidden()
})

test('nothing is asked of any other host', async ({ app }) => {
  const asked: string[] = []
  app.page.on('request', (request) => asked.push(request.url()))
  await app.page.reload()
  await openPlaces(app)
  const { origin } = new URL(app.page.url())
  expect(asked.length).toBeGreaterThan(3)
  expect(asked.filter((url) => !url.startsWith(origin) && !/^(blob|data):/.test(url))).toEqual([])
})

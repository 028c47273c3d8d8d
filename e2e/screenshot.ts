// Opens the application in Chromium against the real engine and writes pictures of it. Build first: `node scripts/build.mjs --if-stale`.
//   node scripts/run-ts.mjs e2e/screenshot.ts --out page.png [--size 1440x900] [--scheme dark|light] [--steps steps.ts] [--wait ms] [FOLDER...]
// The steps module exports `steps(page, shot)`: it drives Playwright's page and may call `shot(file)` for pictures on the way.

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright'
import { launchChromium } from './harness/chromium.ts'
import { startEngineServer } from './harness/engine-server.ts'

type Steps = (page: Page, shot: (file: string) => Promise<void>) => Promise<void>

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'screenshot.png' },
    size: { type: 'string', default: '1440x900' },
    scheme: { type: 'string', default: 'dark' },
    steps: { type: 'string' },
    wait: { type: 'string', default: '1000' },
    /** page of a running dev server instead of the built screen */
    url: { type: 'string' },
  },
})

const [width = 1440, height = 900] = values.size.split('x').map(Number)
const server = values.url === undefined ? await startEngineServer(positionals) : undefined
const browser = await launchChromium()
try {
  const colorScheme = values.scheme === 'light' ? 'light' : 'dark'
  const page = await browser.newPage({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' })
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      console.error(`page ${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => console.error(`page failed: ${error.stack ?? error.message}`))
  const shot = async (file: string) => {
    await page.screenshot({ path: file })
    console.error(`wrote ${file}`)
  }
  await page.goto(values.url ?? server?.url ?? '')
  await page.waitForLoadState('networkidle')
  if (values.steps !== undefined) {
    const module = (await import(pathToFileURL(resolve(values.steps)).href)) as { steps: Steps }
    await module.steps(page, shot)
  }
  await page.waitForTimeout(Number(values.wait))
  await shot(values.out)
} finally {
  await browser.close()
  await server?.stop()
  if (server !== undefined && server.errors() !== '') console.error(server.errors())
}

// A page with the globe alone, and what tests read from it: pixels, and what the globe reported.

import { decode } from 'fast-png'
import type { Browser, Page } from 'playwright'
import type { GlobeLog, GlobeWindow, PageScene } from './page-window.ts'

export type Rgb = readonly [red: number, green: number, blue: number]

export interface Picture {
  readonly width: number
  readonly height: number
  readonly at: (x: number, y: number) => Rgb
}

export interface GlobePage {
  readonly page: Page
  /** console errors, and requests to anywhere else than the page's own origin */
  readonly complaints: string[]
  show(scene: PageScene): Promise<void>
  log(): Promise<GlobeLog>
  picture(): Promise<Picture>
}

export interface OpenOptions {
  readonly url: string
  readonly size: { readonly width: number; readonly height: number }
  /** answers of `./<name>` requests */
  readonly textures: Readonly<Record<string, Uint8Array>>
  /** runs in the page before anything else */
  readonly prepare?: () => void
}

export async function openGlobePage(browser: Browser, options: OpenOptions): Promise<GlobePage> {
  const page = await browser.newPage({ viewport: options.size, reducedMotion: 'reduce' })
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(options.url)) complaints.push(`request to ${request.url()}`)
  })
  for (const [name, bytes] of Object.entries(options.textures)) {
    await page.route(`**/${name}`, (route) =>
      route.fulfill({
        body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        contentType: 'application/octet-stream',
      }),
    )
  }
  if (options.prepare) await page.addInitScript(options.prepare)
  await page.goto(options.url)
  return {
    page,
    complaints,
    show: (scene) => page.evaluate((next) => (window as unknown as GlobeWindow).showScene(next), scene),
    log: () => page.evaluate(() => (window as unknown as GlobeWindow).globeLog),
    picture: async () => pictureOf(await page.screenshot()),
  }
}

function pictureOf(png: Uint8Array): Picture {
  const { width, height, data, channels } = decode(png)
  return {
    width,
    height,
    at(x, y) {
      const at = (Math.round(y) * width + Math.round(x)) * channels
      return [Number(data[at]), Number(data[at + 1]), Number(data[at + 2])]
    },
  }
}

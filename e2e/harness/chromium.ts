import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type LaunchOptions } from 'playwright'

/** Software GL of Mesa is the only one that draws the globe without a graphics card; the rest keeps Chromium off the network. */
export const chromiumArgs = [
  '--no-sandbox',
  '--use-angle=gl-egl',
  '--ignore-gpu-blocklist',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
]

/** A Chromium of this machine: CHROMIUM_PATH, one on the PATH, else undefined (Playwright's own is used). */
export function installedChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env['CHROMIUM_PATH']) return env['CHROMIUM_PATH']
  const folders = (env['PATH'] ?? '').split(delimiter)
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    for (const folder of folders) if (existsSync(join(folder, name))) return join(folder, name)
  }
  return undefined
}

/** How every test and screenshot starts Chromium. */
export function chromiumLaunchOptions(): LaunchOptions {
  const executablePath = installedChromium()
  return { headless: true, args: chromiumArgs, ...(executablePath === undefined ? {} : { executablePath }) }
}

export const launchChromium = () => chromium.launch(chromiumLaunchOptions())

import { chromium, type LaunchOptions } from 'playwright'
import { installedChromium } from '../../scripts/chromium.mjs'

/** Without a graphics card only Mesa's software GL draws the globe; the rest keeps Chromium off the network. */
const args = [
  '--no-sandbox',
  ...(process.platform === 'linux' ? ['--use-angle=gl-egl', '--ignore-gpu-blocklist'] : []),
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
]

/** How every test and screenshot starts Chromium: the one of this machine, else Playwright's own. */
export function chromiumLaunchOptions(): LaunchOptions {
  const executablePath = installedChromium()
  return { headless: true, args, ...(executablePath === undefined ? { channel: 'chromium' } : { executablePath }) }
}

export const launchChromium = () => chromium.launch(chromiumLaunchOptions())

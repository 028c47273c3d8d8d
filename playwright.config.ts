import { defineConfig } from 'playwright/test'
import { chromiumLaunchOptions } from './e2e/harness/chromium.ts'

const isLong = process.env['GROUND_CONTROL_LONG'] === '1'

// The screens are the same page behind either door. Behind Electron's, `npm test` runs how calls, bytes, files and dropped folders come through, and
// one whole path; GROUND_CONTROL_EVERY_DOOR=1 runs every spec through both.
const electronSpecs = ['doors', 'drop', 'electron', 'electron-program', 'sample-planet']
const isEverySpec = isLong || process.env['GROUND_CONTROL_EVERY_DOOR'] === '1'
const behindElectron = isEverySpec ? '**/*.spec.ts' : electronSpecs.map((name) => `**/${name}.spec.ts`)

// The same specs run through either door; e2e/harness/app.ts gives each its `app`.
export default defineConfig({
  testMatch: '**/*.spec.ts',
  testDir: isLong ? 'e2e/long' : 'e2e',
  testIgnore: isLong ? [] : ['**/long/**'],
  outputDir: '.cache/test/e2e',
  globalSetup: './e2e/harness/build.ts',
  timeout: isLong ? 3_600_000 : 90_000,
  expect: { timeout: 15_000 },
  workers: 2,
  // machines are shared and stall: a test is tried once more, and the summary names it as flaky
  retries: 1,
  forbidOnly: true,
  reporter: 'list',
  use: { browserName: 'chromium', launchOptions: chromiumLaunchOptions() },
  projects: [
    { name: 'browser-door', testIgnore: ['**/electron*.spec.ts', ...(isLong ? [] : ['**/long/**'])] },
    // the globe's own page has no door
    {
      name: 'electron-door',
      testMatch: behindElectron,
      testIgnore: ['**/globe.spec.ts', ...(isLong ? [] : ['**/long/**'])],
    },
  ],
})

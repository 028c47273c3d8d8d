import { defineConfig } from 'vitest/config'

const isLong = process.env['GROUND_CONTROL_LONG'] === '1'

export default defineConfig({
  test: {
    include: isLong ? ['{src,scripts,bench,e2e}/**/*.long.test.ts'] : ['{src,scripts,bench,e2e}/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(isLong ? [] : ['**/*.long.test.ts'])],
    testTimeout: isLong ? 3_600_000 : 30_000,
    hookTimeout: 60_000,
    passWithNoTests: isLong,
    // workers and processes are started from dist/main, so it has to be there and fresh
    globalSetup: ['scripts/vitest-setup.mjs'],
  },
})

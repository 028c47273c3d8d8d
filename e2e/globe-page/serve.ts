import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build, type InlineConfig, preview } from 'vite'

const root = dirname(fileURLToPath(import.meta.url))

/**
 * Builds the page with the globe alone, as the application is built, and serves it on loopback. Every caller has a folder of
 * its own: workers that start together would serve what another is still writing.
 */
export async function serveGlobePage(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const outDir = mkdtempSync(join(tmpdir(), 'ground-control-globe-page-'))
  const shared: InlineConfig = { root, configFile: false, logLevel: 'error', plugins: [react()] }
  await build({
    ...shared,
    build: { outDir, emptyOutDir: true, target: 'chrome120', assetsInlineLimit: 0, chunkSizeWarningLimit: 4096 },
  })
  const server = await preview({ ...shared, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } })
  return {
    url: server.resolvedUrls?.local[0] ?? '',
    async close() {
      await server.close()
      rmSync(outDir, { recursive: true, force: true })
    },
  }
}

import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build, type InlineConfig, preview } from 'vite'

const root = dirname(fileURLToPath(import.meta.url))

/** Builds the page with the globe alone, as the application is built, and serves it on loopback. */
export async function serveGlobePage(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const outDir = join(root, '../../.cache/test/globe-page')
  const shared: InlineConfig = { root, configFile: false, logLevel: 'error', plugins: [react()] }
  await build({
    ...shared,
    build: { outDir, emptyOutDir: true, target: 'chrome120', assetsInlineLimit: 0, chunkSizeWarningLimit: 4096 },
  })
  const server = await preview({ ...shared, build: { outDir }, preview: { host: '127.0.0.1', port: 0 } })
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() }
}

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// The screen. Served by the loopback door over HTTP and by Electron's own protocol, both from the root of an origin.
export default defineConfig({
  root: 'src/renderer',
  publicDir: 'public',
  plugins: [react()],
  build: {
    outDir: '../../dist/renderer',
    emptyOutDir: true,
    target: 'chrome120',
    // files stay files: the content security policy allows no data: scripts or fonts
    assetsInlineLimit: 0,
    sourcemap: true,
    chunkSizeWarningLimit: 4096,
  },
})

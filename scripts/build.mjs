// Builds dist/main (one bundle per entry, Node), dist/preload and dist/renderer with Vite.
// `node scripts/build.mjs main` builds only the engine side.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** bundle name -> source; the door that starts it stands in src/main/shell or the module that spawns it */
export const mainEntries = {
  cli: 'src/main/shell/cli/cli.ts',
  electron: 'src/main/shell/electron/electron.ts',
  server: 'src/main/shell/http/server.ts',
  'set-worker': 'src/main/store/set-worker.ts',
  'task-worker': 'src/main/jobs/task-worker.ts',
  'pipeline-process': 'src/main/pipeline/pipeline-process.ts',
}

export async function buildMain() {
  const input = Object.fromEntries(
    Object.entries(mainEntries)
      .map(([name, source]) => [name, join(root, source)])
      .filter(([, source]) => existsSync(source)),
  )
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['electron', 'onnxruntime-node'] },
    build: {
      ssr: true,
      target: 'node20',
      outDir: join(root, 'dist/main'),
      emptyOutDir: true,
      minify: false,
      sourcemap: true,
      rollupOptions: {
        input,
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js', format: 'esm' },
      },
    },
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const only = process.argv[2]
  if (only === undefined || only === 'main') await buildMain()
}

// Builds dist/main (one bundle per entry, Node), dist/preload (sandboxed, CommonJS) and dist/renderer (the screen) with Vite.
// `node scripts/build.mjs main|preload|renderer` builds one side; `--if-stale` skips sides whose sources are older than their build.

import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildKernels } from './build-kernels.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** bundle name -> source; the door that starts it stands in src/main/shell or the module that spawns it */
export const mainEntries = {
  cli: 'src/main/shell/cli/cli.ts',
  electron: 'src/main/shell/electron/electron.ts',
  'set-worker': 'src/main/store/set-worker.ts',
  'scan-worker': 'src/main/scan/scan-worker.ts',
  'task-worker': 'src/main/jobs/task-worker.ts',
  'pipeline-process': 'src/main/pipeline/pipeline-process.ts',
  'sample-worker': 'src/main/sample/sample-worker.ts',
  'evaluation-worker': 'src/main/evaluation/threads/evaluation-worker.ts',
  'fold-worker': 'src/main/evaluation/threads/fold-worker.ts',
}

/** what each side is built from, and the file whose time says when it was built */
const sides = {
  main: {
    sources: ['src/main', 'src/shared', 'package-lock.json', 'scripts/build.mjs', 'scripts/build-kernels.mjs'],
    build: buildMain,
  },
  preload: { sources: ['src/preload', 'src/shared', 'package-lock.json', 'scripts/build.mjs'], build: buildPreload },
  renderer: {
    sources: ['src/renderer', 'src/shared', 'package-lock.json', 'vite.config.ts', 'scripts/build.mjs'],
    build: buildRenderer,
  },
}

async function buildMain(outDir) {
  const { build } = await import('vite')
  const input = Object.fromEntries(
    Object.entries(mainEntries)
      .map(([name, source]) => [name, join(root, source)])
      .filter(([, source]) => existsSync(source)),
  )
  if (Object.keys(input).length === 0) return
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['electron', 'onnxruntime-node'] },
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: true,
      minify: false,
      sourcemap: true,
      rollupOptions: {
        input,
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js', format: 'esm' },
      },
    },
  })
  await buildKernels(root, join(outDir, 'kernels.wasm'))
  // parquet-wasm is started on these bytes, beside the bundle (src/main/geoparquet/parquet-wasm.ts)
  const wasm = 'parquet_wasm_bg.wasm'
  copyFileSync(join(root, 'node_modules/parquet-wasm/esm', wasm), join(outDir, wasm))
  // image codecs are CommonJS that finds its .wasm beside itself (src/main/raster/wasm-codec.ts); .js files here are ES modules
  for (const [name, file] of [
    ['codec-openjpeg', 'openjpegwasm_decode'],
    ['codec-libjpeg-turbo-8bit', 'libjpegturbowasm_decode'],
  ]) {
    const codec = join(root, 'node_modules/@cornerstonejs', name, 'dist', file)
    copyFileSync(`${codec}.js`, join(outDir, `${file}.cjs`))
    copyFileSync(`${codec}.wasm`, join(outDir, `${file}.wasm`))
  }
}

async function buildPreload(outDir) {
  const source = join(root, 'src/preload/preload.ts')
  if (!existsSync(source)) return
  const { build } = await import('vite')
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: true,
      target: 'chrome120',
      outDir,
      emptyOutDir: true,
      minify: false,
      rollupOptions: { input: { preload: source }, output: { entryFileNames: '[name].cjs', format: 'cjs' } },
    },
  })
}

async function buildRenderer(outDir) {
  const { build } = await import('vite')
  await build({
    root: join(root, 'src/renderer'),
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir },
  })
}

function newestChange(path) {
  const info = statSync(path, { throwIfNoEntry: false })
  if (info === undefined) return 0
  if (!info.isDirectory()) return info.mtimeMs
  let newest = info.mtimeMs
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (/\.test\.tsx?$/.test(entry.name)) continue
    newest = Math.max(newest, newestChange(join(path, entry.name)))
  }
  return newest
}

/** Whether a side has to be built: a source is newer than its last complete build, or there is none. */
export function isStale(side) {
  const stamp = statSync(stampPath(side), { throwIfNoEntry: false })
  if (stamp === undefined || !existsSync(join(root, 'dist', side))) return true
  return sides[side].sources.some((source) => newestChange(join(root, source)) > stamp.mtimeMs)
}

const stampPath = (side) => join(root, 'dist', `.built-${side}`)

/** Builds the named sides one after the other; a side that failed stays as it was and counts as stale. */
export async function buildSides(names = Object.keys(sides), { onlyStale = false } = {}) {
  for (const side of names) {
    if (onlyStale && !isStale(side)) continue
    const started = new Date()
    // beside the old one, then swapped: a program that runs from dist never finds half of it
    const next = join(root, 'dist', `.next-${side}-${process.pid}`)
    try {
      await sides[side].build(next)
      if (existsSync(next)) swapInto(join(root, 'dist', side), next)
    } finally {
      rmSync(next, { recursive: true, force: true })
    }
    writeFileSync(stampPath(side), started.toISOString())
    // a source saved while the build ran makes the build stale
    utimesSync(stampPath(side), started, started)
  }
}

function swapInto(folder, next) {
  const old = `${next}-old`
  if (existsSync(folder)) renameSync(folder, old)
  renameSync(next, folder)
  rmSync(old, { recursive: true, force: true })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2)
  const names = words.filter((word) => !word.startsWith('--'))
  const unknown = names.find((name) => !(name in sides))
  if (unknown !== undefined) {
    console.error(`build: expected ${Object.keys(sides).join(', ')}, got ${unknown}`)
    process.exit(2)
  }
  try {
    await buildSides(names.length > 0 ? names : undefined, { onlyStale: words.includes('--if-stale') })
  } catch (error) {
    // the bundler's message holds file, line and excerpt; a stack of ours adds nothing
    console.error(error.message)
    process.exit(1)
  }
}

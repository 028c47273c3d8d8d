// The one-way imports of docs/architecture.md: each forbidden import is linted where it would stand, and must be refused.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome')
let folder: string
let refused: ReadonlySet<string>

/** Every case as a file of a tree of its own, linted in one run under the project's rules. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-rules-'))
  const rules = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as object
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...rules, $schema: undefined, vcs: { enabled: false } }))
  for (const [path, specifier] of [...forbidden, ...allowed]) {
    const file = join(folder, fileOf(path, specifier))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `import { something } from '${specifier}'\n\nexport const again = something\n`)
  }
  const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.']
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string; location: { path: string } }[] }
  const found = diagnostics.filter(({ category }) => category === 'lint/style/noRestrictedImports')
  refused = new Set(found.map(({ location }) => location.path))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** `src/main/grid/a.ts` and its import as one file name. */
function fileOf(path: string, specifier: string): string {
  return path.replace(/a(\.tsx?)$/, `${specifier.replace(/[^a-z]+/gi, '-')}$1`)
}

const isRefused = (path: string, specifier: string) => refused.has(fileOf(path, specifier))

const leaves = ['grid', 'raster', 'geoparquet', 'models', 'search', 'pca', 'cuda']

const forbidden: readonly (readonly [path: string, specifier: string])[] = [
  ['src/shared/a.ts', '../main/engine.ts'],
  ['src/shared/a.ts', '../renderer/state/store.ts'],
  ['src/shared/a.ts', 'node:fs'],
  ['src/shared/a.ts', 'electron'],
  ['src/shared/a.ts', 'react'],
  ['src/renderer/panels/a.tsx', '../../main/grid/grid.ts'],
  ['src/renderer/panels/a.tsx', '../../preload/preload.ts'],
  ['src/renderer/a.ts', 'node:path'],
  ['src/renderer/a.ts', 'electron'],
  ['src/main/a.ts', '../renderer/main.tsx'],
  ['src/main/a.ts', 'electron'],
  ['src/main/shell/http/a.ts', 'electron'],
  ['src/main/shell/cli/a.ts', 'electron'],
  ['src/main/store/a.ts', 'react'],
  ['src/main/a.ts', './shell/cli/run-cli.ts'],
  ['src/main/store/a.ts', '../shell/engine-port.ts'],
  ['src/main/shell/electron/a.ts', '../../../renderer/main.tsx'],
  ...leaves.flatMap((leaf) => [
    [`src/main/${leaf}/a.ts`, '../store/read-set.ts'] as const,
    [`src/main/${leaf}/a.ts`, '../scenes/cell-image.ts'] as const,
    [`src/main/${leaf}/a.ts`, '../engine.ts'] as const,
    [`src/main/${leaf}/deeper/a.ts`, '../../pipeline/plan-embed.ts'] as const,
    [`src/main/${leaf}/a.ts`, leaf === 'grid' ? '../raster/geotiff.ts' : '../grid/grid.ts'] as const,
    [`src/main/${leaf}/a.ts`, 'electron'] as const,
  ]),
]

const allowed: readonly (readonly [path: string, specifier: string])[] = [
  ['src/shared/a.ts', './terms.ts'],
  ['src/renderer/panels/a.tsx', '../../shared/contract.ts'],
  ['src/main/shell/electron/a.ts', 'electron'],
  ['src/preload/a.ts', 'electron'],
  ['src/main/shell/cli/a.ts', '../../engine.ts'],
  ['src/main/store/a.ts', '../grid/grid.ts'],
  ...leaves.flatMap((leaf) => [
    [`src/main/${leaf}/a.ts`, '../../shared/errors.ts'] as const,
    [`src/main/${leaf}/a.ts`, '../bytes/byte-source.ts'] as const,
    [`src/main/${leaf}/a.ts`, './beside.ts'] as const,
    [`src/main/${leaf}/deeper/a.ts`, '../above.ts'] as const,
    [`src/main/${leaf}/deeper/a.ts`, '../../../shared/errors.ts'] as const,
    [`src/main/${leaf}/deeper/a.ts`, '../../bytes/byte-source.ts'] as const,
  ]),
]

describe('the linter', () => {
  it.each(forbidden)('refuses in %s an import of %s', (path, specifier) => {
    expect(isRefused(path, specifier)).toBe(true)
  })

  it.each(allowed)('allows in %s an import of %s', (path, specifier) => {
    expect(isRefused(path, specifier)).toBe(false)
  })
})

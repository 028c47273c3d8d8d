import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

/** Which of the named libraries the loader of this system finds: in LD_LIBRARY_PATH, or in the cache of ldconfig. */
export async function systemLibraries(names: readonly string[]): Promise<ReadonlySet<string>> {
  const cached = cachedLibraries(await loaderCache())
  const folders = (process.env['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return new Set(names.filter((name) => cached.has(name) || folders.some((folder) => existsSync(join(folder, name)))))
}

/** Names of the x86-64 libraries in what `ldconfig -p` prints. */
export function cachedLibraries(cache: string): ReadonlySet<string> {
  const lines = cache.matchAll(/^\s*(\S+)\s+\(([^)]*)\)\s+=>/gm)
  return new Set([...lines].filter(([, , kind]) => kind?.includes('x86-64')).map(([, name]) => name!))
}

/** Empty where there is no ldconfig. */
async function loaderCache(): Promise<string> {
  for (const program of ['ldconfig', '/sbin/ldconfig', '/usr/sbin/ldconfig']) {
    const printed = await promisify(execFile)(program, ['-p'], { maxBuffer: 1 << 24 }).catch(() => undefined)
    if (printed !== undefined) return printed.stdout
  }
  return ''
}

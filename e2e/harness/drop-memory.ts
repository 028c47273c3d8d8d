import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type App, callEngine, expect, test } from './app.ts'

/** Resident memory of a process. */
function residentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

/** Resident memory of the page's own process and the engine's, as the highest of samples taken while `work` runs. */
async function peakDuring(pid: number, work: () => Promise<void>): Promise<number> {
  let peak = 0
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid))
  }, 20)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return peak
}

/**
 * Drops a file of zeros on the window and waits until the engine has all of it.
 * @returns how much the engine's and the page's memory grew at most, and the spooled file
 */
export async function dropLargeFile(app: App, byteLength: number) {
  test.skip(!existsSync('/proc/self/status'), 'memory of another process is read from /proc')
  const folder = mkdtempSync(join(tmpdir(), 'drop-'))
  const path = join(folder, 'large.tif')
  const file = openSync(path, 'w')
  ftruncateSync(file, byteLength)
  closeSync(file)
  try {
    await callEngine(app, 'status', {})
    const before = residentBytes(app.pid)
    const heapBefore = await pageHeap(app)
    const peak = await peakDuring(app.pid, async () => {
      await app.dropFiles([path])
      await expect
        .poll(() => spooledBytes(app, basename(path)), { timeout: 600_000, intervals: [100] })
        .toBe(byteLength)
    })
    return {
      engineGrowth: peak - before,
      pageGrowth: (await pageHeap(app)) - heapBefore,
      spooled: spooledPath(app, basename(path)) ?? '',
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function pageHeap(app: App): Promise<number> {
  return app.page.evaluate(() => (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0)
}

function spooledPath(app: App, name: string): string | undefined {
  const found = readdirSync(app.userDataDir, { recursive: true, encoding: 'utf8' }).find(
    (path) => basename(path) === name,
  )
  return found === undefined ? undefined : join(app.userDataDir, found)
}

function spooledBytes(app: App, name: string): number {
  const path = spooledPath(app, name)
  return path === undefined ? 0 : statSync(path).size
}

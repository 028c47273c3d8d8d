import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A folder for what lives only as long as this process, inside `userDataDir/spool`; folders of processes that have ended
 * without tidying up are removed.
 */
export function createSpoolFolder(userDataDir: string): string {
  const root = join(userDataDir, 'spool')
  mkdirSync(root, { recursive: true })
  for (const name of readdirSync(root)) {
    if (!isAlive(Number(name.split('-')[0]))) rmSync(join(root, name), { recursive: true, force: true })
  }
  const folder = join(root, `${process.pid}-${Math.random().toString(36).slice(2, 10)}`)
  mkdirSync(folder)
  return folder
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface EngineServer {
  /** start address with the token */
  readonly url: string
  readonly origin: string
  readonly token: string
  readonly pid: number
  readonly userDataDir: string
  /** what the process has written to stderr */
  readonly errors: () => string
  stop(): Promise<void>
}

/** Starts `serve` of the built command line with a user-data folder of its own. */
export async function startEngineServer(
  folders: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<EngineServer> {
  const userDataDir = mkdtempSync(join(tmpdir(), 'ground-control-'))
  const child = spawn(
    process.execPath,
    [join(root, 'dist/main/cli.js'), 'serve', '--no-open', '--port', '0', ...folders],
    { env: { ...process.env, ...environment, GROUND_CONTROL_DATA: userDataDir }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let errors = ''
  child.stderr?.on('data', (data: Buffer) => {
    errors += data.toString()
  })
  const url = await printedUrl(child, () => errors)
  return {
    url,
    origin: new URL(url).origin,
    token: new URL(url).searchParams.get('token') ?? '',
    pid: child.pid ?? 0,
    userDataDir,
    errors: () => errors,
    stop: async () => {
      await ended(child)
      rmSync(userDataDir, { recursive: true, force: true })
    },
  }
}

function printedUrl(child: ChildProcess, errors: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString()
      const url = /http:\/\/\S+\?token=\S+/.exec(text)?.[0]
      if (url !== undefined) resolve(url)
    })
    child.once('exit', (code) => reject(new Error(`serve: expected an address, got exit code ${code}: ${errors()}`)))
  })
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const kill = setTimeout(() => child.kill('SIGKILL'), 5_000)
    child.once('exit', () => {
      clearTimeout(kill)
      resolve()
    })
    child.kill('SIGTERM')
  })
}

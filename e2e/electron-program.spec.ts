// The real Electron program, where this machine has it. Never `require('electron')`: that would download it.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from 'playwright'
import { expect, test } from './harness/app.ts'
import { root } from './harness/engine-server.ts'

const folder = join(root, 'node_modules/electron')
const pathFile = join(folder, 'path.txt')
const program = existsSync(pathFile) ? join(folder, 'dist', readFileSync(pathFile, 'utf8')) : undefined

function whyNot(): string | undefined {
  if (program === undefined || !existsSync(program)) return 'the Electron program is not in node_modules/electron/dist'
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'])
    return 'there is no display'
  return process.getuid?.() === 0 ? 'Electron does not run as root' : undefined
}

test('the real program opens the window and answers', async () => {
  const reason = whyNot()
  if (reason !== undefined) console.log(`skipped: ${reason}`)
  test.skip(reason !== undefined, reason)
  const userDataDir = mkdtempSync(join(tmpdir(), 'ground-control-'))
  const application = await _electron.launch({
    executablePath: program ?? '',
    args: [root],
    env: { ...(process.env as Record<string, string>), GROUND_CONTROL_DATA: userDataDir },
  })
  try {
    const page = await application.firstWindow()
    await expect(page).toHaveTitle(/Ground Control/)
    const reply = await page.evaluate(() => window.groundControl?.call({ id: 1, call: 'status', input: {} }))
    expect(reply).toMatchObject({ ok: true, value: { door: 'electron' } })
    expect(await page.evaluate(() => 'process' in window)).toBe(false)
  } finally {
    await application.close()
    rmSync(userDataDir, { recursive: true, force: true })
  }
})

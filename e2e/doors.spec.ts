// Both doors: the page is the same, the engine answers, nothing of the machine is in reach of the page.

import { join } from 'node:path'
import { callEngine, expect, test } from './harness/app.ts'
import { root } from './harness/engine-server.ts'

test('the page opens and the engine answers through it', async ({ app }) => {
  await expect(app.page).toHaveTitle(/Ground Control/)
  const status = await callEngine(app, 'status', {})
  expect(status.door).toBe(app.door)
  expect(status.threads).toBeGreaterThan(0)
})

test('the token is not left in the address bar', async ({ app }) => {
  expect(app.page.url()).not.toContain('token')
  expect(await app.page.evaluate(() => document.cookie)).toBe('')
})

test('the page has no Node and no Electron in it', async ({ app }) => {
  const reachable = await app.page.evaluate(() =>
    ['process', 'require', 'module', 'Buffer', 'electron', 'ipcRenderer'].filter((name) => name in window),
  )
  expect(reachable).toEqual([])
})

test('an error of the engine arrives as its sentence', async ({ app }) => {
  await expect(callEngine(app, 'openSet', { path: '/nowhere/file.parquet' })).rejects.toThrow(
    /\/nowhere\/file.parquet: expected/,
  )
})

test.describe('the content security policy', () => {
  test.use({ expectedProblems: [/Content Security Policy|Refused to|ERR_BLOCKED|Failed to load|violates/] })

  test('blocks inline scripts, eval and everything remote', async ({ app }) => {
    const outcome = await app.page.evaluate(async () => {
      const script = document.createElement('script')
      script.textContent = 'window.wasRun = true'
      document.body.append(script)
      const evaluates = () => {
        try {
          return new Function('return true')() as boolean
        } catch {
          return false
        }
      }
      const fetches = await fetch('http://127.0.0.1:9/').then(
        () => true,
        () => false,
      )
      const image = await new Promise<boolean>((resolve) => {
        const element = new Image()
        element.onload = () => resolve(true)
        element.onerror = () => resolve(false)
        element.src = 'https://example.invalid/picture.png'
      })
      return { inline: 'wasRun' in window, eval: evaluates(), fetches, image }
    })
    expect(outcome).toEqual({ inline: false, eval: false, fetches: false, image: false })
  })
})

test.describe('files of the machine', () => {
  test.use({ expectedProblems: [/404/] })

  test('outside the built screen are not served', async ({ app }) => {
    const statuses = await app.page.evaluate(async () => {
      const paths = ['/..%2fmain/cli.js', '/%2e%2e/main/cli.js', '/etc/passwd', '/package.json']
      return Promise.all(paths.map(async (path) => (await fetch(path)).status))
    })
    expect(statuses).toEqual([404, 404, 404, 404])
  })
})

test('files are dropped on the window', async ({ app }) => {
  const names = app.page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        window.addEventListener(
          'drop',
          (event) => resolve([...(event.dataTransfer?.files ?? [])].map((file) => `${file.name} ${file.size > 0}`)),
          { once: true, capture: true },
        )
      }),
  )
  await app.page.waitForTimeout(100)
  await app.dropFiles([join(root, 'package.json')])
  expect(await names).toEqual(['package.json true'])
})

// What only the Electron door does; through the double of the `electron` module.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { electronChannels } from '../src/shared/electron-channels.ts'
import type { ElectronDouble } from './electron-double/launch.ts'
import { callEngine, expect, test } from './harness/app.ts'
import { root } from './harness/engine-server.ts'

const payloadOf = (electron: ElectronDouble | undefined, kind: string) =>
  electron?.notes.find((note) => note.kind === kind)?.payload as Record<string, unknown> | undefined

const chips = join(root, '../shared/data/terramesh/S2L2A')

test('the window is sandboxed, isolated and without Node', async ({ app }) => {
  expect(app.electron?.notes.some(({ kind }) => kind === 'sandbox')).toBe(true)
  expect(payloadOf(app.electron, 'open-window')).toMatchObject({
    url: 'ground-control://app/',
    webPreferences: {
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    },
  })
})

test('the menu has the usual roles', async ({ app }) => {
  const menu = payloadOf(app.electron, 'menu') as unknown as { role?: string; label?: string }[]
  expect(menu.map(({ role, label }) => role ?? label)).toEqual(
    expect.arrayContaining(['File', 'editMenu', 'View', 'windowMenu']),
  )
})

test('navigation, new windows, permissions and requests elsewhere are denied', async ({ app }) => {
  const { electron } = app
  for (const url of [
    'https://example.com/',
    'file:///etc/passwd',
    'ground-control://other/',
    'javascript:alert(1)',
    'data:text/html,x',
  ]) {
    expect(await electron?.ask('mayNavigate', { windowId: 1, url }), url).toBe(false)
    expect(await electron?.ask('mayOpen', { windowId: 1, url }), url).toBe(false)
  }
  for (const url of ['https://example.com/x.js', 'http://127.0.0.1:80/', 'file:///etc/passwd', 'ws://127.0.0.1/']) {
    expect(await electron?.ask('mayRequest', { url }), url).toBe(false)
  }
  for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'fileSystem', 'clipboard-read']) {
    expect(await electron?.ask('mayUse', { permission }), permission).toBe(false)
  }
  expect(await electron?.ask('mayUse', { permission: 'clipboard-sanitized-write' })).toBe(true)
})

test('messages of another page or of a frame inside the page are refused', async ({ app }) => {
  const invoke = (frameUrl: string, isMainFrame: boolean) =>
    app.electron?.ask('invoke', {
      windowId: 1,
      frameUrl,
      isMainFrame,
      channel: electronChannels.call,
      args: [{ id: 1, call: 'status', input: {} }],
    })
  expect(await invoke('https://example.com/', true)).toHaveProperty('error')
  expect(await invoke('ground-control://other/', true)).toHaveProperty('error')
  expect(await invoke('ground-control://app/', false)).toHaveProperty('error')
  expect(await invoke('ground-control://app/', true)).toMatchObject({ value: { ok: true } })
})

test('files named by the system or a second start reach the page', async ({ app }) => {
  const received = app.page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const all: string[] = []
        const bridge = window.groundControl
        bridge?.onOpenFiles((paths: readonly string[]) => {
          all.push(...paths)
          if (all.length === 2) resolve(all)
        })
      }),
  )
  await app.page.waitForTimeout(100)
  const readme = join(root, 'README.md')
  const manifest = join(root, 'package.json')
  await app.electron?.ask('openFile', { path: readme })
  await app.electron?.ask('secondInstance', {
    argv: ['electron', root, '--flag', 'package.json', 'absent.parquet'],
    workingDir: root,
  })
  expect(await received).toEqual([readme, manifest])
})

test('dropped and chosen files have the path that Electron tells', async ({ app }) => {
  await app.electron?.knowPath('a.parquet', '/data/a.parquet')
  const paths = await app.page.evaluate(() => {
    const bridge = window.groundControl
    return [new File([], 'a.parquet'), new File([], 'made-in-page.txt')].map((file) => bridge?.pathForFile(file))
  })
  expect(paths).toEqual(['/data/a.parquet', ''])
})

test('native dialogs answer with paths, and with nothing when closed', async ({ app }) => {
  const choose = () =>
    app.page.evaluate(async () => {
      const bridge = window.groundControl
      const files = await bridge?.chooseFiles({
        title: 'Open',
        filters: [{ name: 'Embeddings', extensions: ['parquet'] }],
      })
      return { files, save: await bridge?.chooseSavePath({ title: 'Export', defaultName: 'rows.csv' }) }
    })
  app.electron?.answerNextDialog({ canceled: false, filePaths: ['/data/a.parquet'] })
  app.electron?.answerNextDialog({ canceled: false, filePath: '/data/rows.csv' })
  expect(await choose()).toEqual({ files: ['/data/a.parquet'], save: '/data/rows.csv' })
  expect(await choose()).toMatchObject({ files: [] })
})

test('the window closes at once when nothing runs, remembers its place, and the program ends', async ({ app }) => {
  const { electron } = app
  const userDataDir = electron?.userDataDir ?? ''
  await electron?.ask('closeWindow', { windowId: 1 })
  expect(await electron?.exited).toBe(0)
  expect(electron?.dialogs).toEqual([])
  expect(JSON.parse(readFileSync(join(userDataDir, 'window.json'), 'utf8'))).toMatchObject({ width: 1440, height: 900 })
})

test('the window asks before closing while a job runs', async ({ app }) => {
  skipWithoutImagery()
  const { electron } = app
  const { jobId } = await callEngine(app, 'embed', { inputs: [chips], model: 'rcf-64' })
  await electron?.ask('closeWindow', { windowId: 1 })
  await expect.poll(() => electron?.dialogs.length).toBe(1)
  expect(electron?.dialogs[0]?.options['message']).toMatch(/is still running/)
  expect((await callEngine(app, 'jobs', {})).some((job) => job.jobId === jobId)).toBe(true)
  expect(electron?.child.exitCode).toBe(null)
})

test('the pipeline runs in a utility process', async ({ app }) => {
  skipWithoutImagery()
  const { jobId } = await callEngine(app, 'planEmbed', { inputs: [chips], model: 'rcf-64' })
  const job = async () => (await callEngine(app, 'jobs', {})).find((each) => each.jobId === jobId)
  await expect.poll(async () => (await job())?.state, { timeout: 60_000 }).not.toBe('running')
  expect(await job()).toMatchObject({ state: 'done' })
  expect(String(payloadOf(app.electron, 'utility-process')?.['entry'])).toMatch(/pipeline-process\.js$/)
})

function skipWithoutImagery(): void {
  const isMissing = !existsSync(chips)
  const reason = 'needs imagery at ../shared/data/terramesh'
  if (isMissing) console.log(`skipped: ${reason}`)
  test.skip(isMissing, reason)
}

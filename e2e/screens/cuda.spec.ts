// The CUDA libraries in the window, against a host that stands for NuGet and PyPI and has no file of NVIDIA's.

import type { Page } from 'playwright/test'
import { pinnedWheels } from '../../src/main/cuda/cuda-packages.ts'
import { installedRuntime, whyUnsupported } from '../../src/main/cuda/installed-runtime.ts'
import { standIns } from '../../src/main/cuda/stand-in-feeds.ts'
import { FileServer } from '../../src/main/downloads/file-server.ts'
import { test as base, expect } from '../harness/app.ts'
import { firstDrawMs } from './screen.ts'

const runtime = installedRuntime()
const unsupported = whyUnsupported(runtime)
const provider = standIns(runtime.version).paths.get('Microsoft.ML.OnnxRuntime.Gpu.Linux')!

const test = base.extend<{ server: FileServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  server: async ({}, use) => {
    const server = await FileServer.start(Buffer.alloc(0))
    const { files } = standIns(runtime.version)
    for (const { name, file } of pinnedWheels) {
      const listing = { files: [{ filename: file, url: `/packages/${file}`, hashes: {} }] }
      files.set(`/simple/${name}/`, Buffer.from(JSON.stringify(listing)))
      files.delete(`/packages/${file}`)
    }
    server.files = files
    await use(server)
    await server.stop()
  },
  environment: async ({ server }, use) => use({ GROUND_CONTROL_PACKAGES: server.address }),
})

async function openDialog(page: Page) {
  const library = page.getByRole('dialog', { name: 'Models' })
  await expect(async () => {
    await page.keyboard.press('m')
    await expect(library).toBeVisible({ timeout: 1_000 })
  }).toPass()
  await library.getByRole('button', { name: 'NVIDIA GPU' }).click()
  return page.getByRole('dialog', { name: 'NVIDIA GPU' })
}

test('CUDA libraries name their licences, are downloaded, cancelled, gone on with, fail with a sentence, and are removed', async ({
  app,
  server,
}) => {
  test.skip(unsupported !== undefined, unsupported)
  const { page } = app
  const dialog = await openDialog(page)
  const row = (name: string) => dialog.getByRole('row', { name: new RegExp(`^${name}`) })
  await expect(row('cuBLAS')).toContainText('NVIDIA CUDA Toolkit End User License Agreement')
  await expect(row('cuDNN 9')).toContainText(
    'NVIDIA Software Development Kits License Agreement with the cuDNN supplement',
  )
  await expect(row('cuDNN 9')).toContainText('707 MB')
  expect(server.requests).toEqual([])

  server.mishapsOf.set(provider, [{ stallAfter: 30_000 }])
  await dialog.getByRole('button', { name: /^Accept the licences and download [\d.]+ GB and more$/ }).click()
  await expect(dialog.getByRole('listitem')).toContainText(/fetching ONNX Runtime for CUDA 12, 30 kB of 1\.7 GB/)
  await dialog.getByRole('button', { name: 'Cancel Fetching CUDA libraries' }).click()
  await expect(row('ONNX Runtime')).toContainText('30 kB here')
  await dialog.getByRole('button', { name: /^Accept the licences and go on/ }).click()
  await expect(dialog.getByRole('listitem')).toContainText(
    /package nvidia-cuda-runtime-cu12 12\.8\.90: expected a file at .*, got 404 Not Found/,
  )
  expect(server.requests.filter(({ path }) => path === provider).map(({ range }) => range)).toEqual([
    undefined,
    'bytes=30000-',
  ])
  await expect(row('ONNX Runtime')).toContainText('here')

  await dialog.getByRole('button', { name: 'Remove' }).click()
  await dialog.getByRole('button', { name: /^Remove \d+ kB$/ }).click()
  await expect(row('ONNX Runtime')).toContainText('not here')
  await expect(dialog.getByRole('region', { name: 'What inference runs on' })).toContainText(/runs on/, {
    timeout: firstDrawMs,
  })
  await dialog.getByRole('button', { name: 'Models' }).click()
  await expect(page.getByRole('dialog', { name: 'Models' })).toBeVisible()
})

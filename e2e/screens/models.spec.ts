// The library of models: get one from a host, build it, embed with it, remove it; add a network of one's own.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright/test'
import { FileServer } from '../../src/main/downloads/file-server.ts'
import { type App, test as base, callEngine, expect } from '../harness/app.ts'
import { chooseFile, countPill, firstDrawMs, fixture, inspector } from './screen.ts'

const weights = fixture('networks', 'dinov2-published.safetensors')
const field = fixture('screen', 'field.tif')
const test = base.extend<{ server: FileServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright wants the pattern
  server: async ({}, use) => {
    const server = await FileServer.start(readFileSync(weights))
    await use(server)
    await server.stop()
  },
  environment: async ({ server }, use) => use({ HF_ENDPOINT: server.address }),
})

/** A small network with a card in the user's folder, its weights at the host. */
function writeTinyCard({ userDataDir }: App): void {
  const { builder, options } = JSON.parse(readFileSync(fixture('networks', 'dinov2-42.json'), 'utf8')) as {
    builder: string
    options: object
  }
  const card = {
    id: 'tiny-dinov2',
    name: 'Tiny DINOv2',
    source: 'fixtures/networks, seeded',
    licence: 'Apache-2.0',
    bands: ['B04', 'B03', 'B02'],
    unit: 'reflectance-1e4',
    fragment: { size: 224 },
    recipes: [
      {
        name: 'intended',
        reason: 'for tests',
        steps: [
          { step: 'scale', divide: 10_000 },
          { step: 'resize-bicubic', size: 42, values: 'float' },
        ],
      },
    ],
    input: { name: 'pixels', size: 42 },
    output: { name: 'embedding', dimensions: 32 },
    onnx: { kind: 'build', builder, options },
    weights: { repository: 'some/tiny', file: 'tiny.safetensors', bytes: 188_696, howToGet: 'from its host' },
    verified: false,
    verification: 'a network of tests',
  }
  mkdirSync(join(userDataDir, 'models'), { recursive: true })
  writeFileSync(join(userDataDir, 'models', 'tiny-dinov2.json'), JSON.stringify(card))
}

const library = (page: Page) => page.getByRole('dialog', { name: 'Models' })

/** With its key, which does nothing before the window listens. */
async function openLibrary(page: Page): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('m')
    await expect(library(page)).toBeVisible({ timeout: 1_000 })
  }).toPass()
}

async function openModel(page: Page, name: string): Promise<Locator> {
  await openLibrary(page)
  await library(page)
    .getByRole('option', { name: new RegExp(`^${name}`) })
    .click()
  return library(page).getByRole('region', { name })
}

async function embedWith(app: App, name: string): Promise<void> {
  await app.dropFiles([field])
  const dialog = app.page.getByRole('dialog', { name: 'Embed imagery' })
  await dialog.getByRole('button', { name: / Model$/ }).click({ timeout: firstDrawMs })
  await app.page.getByRole('option', { name: new RegExp(`^${name}`) }).click()
  await dialog.getByRole('button', { name: /^Embed \d/ }).click({ timeout: firstDrawMs })
  await expect(dialog).toBeHidden({ timeout: firstDrawMs })
}

test('a model is downloaded, cancelled, gone on with, built, embeds imagery, and is removed', async ({
  app,
  server,
}) => {
  const { page } = app
  writeTinyCard(app)
  server.mishaps = [{ stallAfter: 100_000 }]
  const model = await openModel(page, 'Tiny DINOv2')
  await expect(model).toContainText('Not downloaded, 189 kB')
  await expect(model).toContainText('Not verified a network of tests')
  const host = new URL(server.address).host
  await expect(model).toContainText(`Downloads tiny.safetensors (189 kB) from ${host} and the servers it refers to`)
  expect(server.requests).toEqual([])
  await model.getByRole('button', { name: 'Download and build' }).click()
  await expect(model.getByRole('listitem')).toContainText('100 kB of 189 kB')
  await model.getByRole('button', { name: 'Cancel Fetching tiny-dinov2' }).click()
  await expect(model).toContainText('Partly downloaded, 100 kB of 189 kB')
  await model.getByRole('button', { name: 'Go on' }).click()
  await expect(model.getByText('Ready', { exact: true })).toBeVisible()
  expect(server.requests.at(-1)?.range).toBe('bytes=100000-')
  await library(page).getByRole('button', { name: 'Close' }).last().click()

  await embedWith(app, 'Tiny DINOv2')
  await expect(countPill(page)).toHaveText('4 fragments', { timeout: firstDrawMs })
  await expect(inspector(page)).toContainText('tiny-dinov2, intended recipe', { timeout: firstDrawMs })

  await openModel(page, 'Tiny DINOv2')
  await model.getByRole('button', { name: 'Remove' }).click()
  const question = model.getByRole('alertdialog', { name: 'Remove Tiny DINOv2' })
  await expect(question).toContainText(/Deletes \d+ kB from this machine/)
  await question.getByRole('button', { name: 'Keep' }).click()
  await model.getByRole('button', { name: 'Remove' }).click()
  await question.getByRole('button', { name: /^Remove \d+ kB$/ }).click()
  await expect(model).toContainText('Not downloaded, 189 kB')
})

test.describe('with weights in a folder that was named at start', () => {
  test.use({ folders: [fixture('networks')] })

  test('a network that is built in two precisions runs in the one that is chosen', async ({ app }) => {
    const { page } = app
    writeTinyCard(app)
    for (const precision of ['float32', 'float16'] as const) {
      await callEngine(app, 'buildModel', { model: 'tiny-dinov2', file: weights, precision })
    }
    const isBuilt = async () => (await callEngine(app, 'jobs', {})).map(({ state }) => state)
    await expect.poll(isBuilt).toEqual(['done', 'done'])

    await app.dropFiles([field])
    const dialog = page.getByRole('dialog', { name: 'Embed imagery' })
    const dryRun = dialog.getByRole('region', { name: 'Dry run' })
    await expect(dialog.getByRole('button', { name: /^Embed \d/ })).toBeEnabled({ timeout: firstDrawMs })
    // the built-in model has one only
    await expect(dialog.getByRole('button', { name: /Precision/ })).toBeHidden()
    await dialog.getByRole('button', { name: / Model$/ }).click()
    await page.getByRole('option', { name: /^Tiny DINOv2/ }).click()
    await expect(dryRun).toContainText('tiny-dinov2.onnx', { timeout: firstDrawMs })
    await dialog.getByRole('button', { name: 'Automatic Precision of the network' }).click()
    await page.getByRole('option', { name: 'float16' }).click()
    await expect(dryRun).toContainText('tiny-dinov2-float16.onnx', { timeout: firstDrawMs })
    await dialog.getByRole('button', { name: /^Embed \d/ }).click()
    await expect(countPill(page)).toHaveText('4 fragments', { timeout: firstDrawMs })
    const [run] = (await callEngine(app, 'jobs', {})).filter(({ kind }) => kind === 'embed')
    expect(run?.result).toMatchObject({ network: 'tiny-dinov2-float16.onnx', precision: 'float16' })
  })
})

test('a download that fails says why, and a file of the user is taken instead', async ({ app, server }) => {
  const { page } = app
  writeTinyCard(app)
  server.mishaps = [{ status: 404 }]
  const model = await openModel(page, 'Tiny DINOv2')
  await model.getByRole('button', { name: 'Download and build' }).click()
  await expect(model.getByRole('listitem')).toContainText('tiny.safetensors')
  await expect(model.getByRole('button', { name: 'Copy this message' })).toBeVisible()
  const choose = model.getByRole('button', { name: 'Choose a weights file' })
  await chooseFile(app, choose, fixture('networks', 'softcon.safetensors'))
  await expect(model.getByRole('listitem')).toContainText(/softcon\.safetensors.*expected/)
  await chooseFile(app, choose, weights)
  await expect(model.getByText('Ready', { exact: true })).toBeVisible()
  expect(server.requests).toHaveLength(1)
})

test('weights that have changed under the same name are refused, and taken when the user says so', async ({
  app,
  server,
}) => {
  const { page } = app
  writeTinyCard(app)
  const model = await openModel(page, 'Tiny DINOv2')
  await model.getByRole('button', { name: 'Download and build' }).click()
  await expect(model.getByText('Ready', { exact: true })).toBeVisible()
  await model.getByRole('button', { name: 'Remove' }).click()
  await model.getByRole('button', { name: /^Remove \d+ kB$/ }).click()
  await expect(model).toContainText('Not downloaded, 189 kB')

  // another value in the last tensor
  const changed = Buffer.from(server.content)
  changed[changed.length - 3]! ^= 1
  server.content = changed
  server.etag = '"two"'
  await model.getByRole('button', { name: 'Download and build' }).click()
  await expect(model.getByRole('listitem')).toContainText('the weights have changed under the same name')
  const offer = model.getByRole('region', { name: 'Changed weights' })
  await expect(offer).toContainText('Embeddings made with the new weights do not compare with those you have')
  await expect(model.getByRole('button', { name: 'Go on' })).toBeHidden()
  server.requests.length = 0
  await offer.getByRole('button', { name: 'Take the changed weights' }).click()
  await expect(model.getByText('Ready', { exact: true })).toBeVisible()
  await expect(offer).toBeHidden()
  expect(server.requests).toEqual([])
})

test('models that cannot run are greyed in the embed dialog, which comes back from the library', async ({ app }) => {
  const { page } = app
  await app.dropFiles([field])
  const embed = page.getByRole('dialog', { name: 'Embed imagery' })
  await embed.getByRole('button', { name: / Model$/ }).click({ timeout: firstDrawMs })
  const option = page.getByRole('option', { name: /^DINOv2 ViT-B/ })
  await expect(option).toHaveAttribute('aria-disabled', 'true')
  await expect(option).toContainText('Not downloaded, network of 346 MB')
  await expect(page.getByRole('option', { name: /^SigLIP .*text/i })).toHaveCount(0)
  await page.keyboard.press('Escape')
  await embed.getByRole('button', { name: 'Model library' }).click()
  await expect(embed).toBeHidden()
  await library(page).getByRole('button', { name: 'Close' }).last().click()
  await expect(embed.getByRole('button', { name: /^Embed \d/ })).toBeEnabled({ timeout: firstDrawMs })
})

test('a network of the user gets a card, is judged field by field, and embeds imagery', async ({ app }) => {
  const { page } = app
  await openLibrary(page)
  const add = library(page).getByRole('button', { name: 'Add an ONNX network' })
  await chooseFile(app, add, fixture('models', 'tiny-rgb.onnx'))
  const editor = page.getByRole('dialog', { name: 'Add tiny-rgb.onnx' })
  await expect(editor).toContainText('takes pixels (n, 3, 16, 16) and gives embedding (n, 12)')
  await expect(editor.getByRole('textbox', { name: 'Dimensions' })).toHaveValue('12')
  await editor.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(editor.getByRole('textbox', { name: 'Bands' })).toHaveAccessibleDescription(
    /bands: expected a list with at least 1 entry/,
  )
  await expect(editor).toContainText('expected the field unit (one of reflectance-1e4, 0-1, linear, db, u8)')

  await editor.getByRole('textbox', { name: 'Source' }).fill('fixtures/models')
  await editor.getByRole('textbox', { name: 'Licence' }).fill('Apache-2.0')
  await editor.getByRole('textbox', { name: 'Bands' }).fill('B04, B03')
  await editor.getByRole('button', { name: / Unit$/ }).click()
  await page.getByRole('option', { name: 'reflectance × 10,000' }).click()
  await expect(editor.getByRole('alert')).toContainText('expected "pixels" of shape (n, 2, 16, 16) as its card says')
  await editor.getByRole('textbox', { name: 'Bands' }).fill('B04, B03, B02')
  await expect(editor.getByRole('alert')).toBeHidden()

  await addStep(editor, page, 1, 'clip')
  await addStep(editor, page, 2, 'scale')
  await addStep(editor, page, 3, 'normalise')
  const step = (number: number) => editor.getByRole('listitem', { name: `Step ${number}` })
  await step(2)
    .getByRole('textbox', { name: /^Divide/ })
    .fill('10000')
  await step(2).getByRole('button', { name: 'Move step 2 up' }).click()
  await expect(step(1).getByRole('textbox', { name: /^Divide/ })).toHaveValue('10000')
  await step(3).getByRole('textbox', { name: /^Mean/ }).fill('0.1, 0.2')
  await step(3).getByRole('textbox', { name: /^Std/ }).fill('many')
  await expect(step(3)).toContainText('got "many"')
  await step(3).getByRole('button', { name: 'Remove step 3' }).click()
  await editor.getByRole('button', { name: 'Add', exact: true }).click()

  const model = library(page).getByRole('region', { name: 'tiny-rgb' })
  await expect(model.getByText('Ready', { exact: true })).toBeVisible()
  const card = JSON.parse(readFileSync(join(app.userDataDir, 'models', 'tiny-rgb.json'), 'utf8'))
  expect(card.recipes[0].steps).toEqual([
    { step: 'scale', divide: 10_000, multiply: 1 },
    { step: 'clip', low: 0, high: 1 },
  ])
  await library(page).getByRole('button', { name: 'Close' }).last().click()
  await embedWith(app, 'tiny-rgb')
  await expect(inspector(page)).toContainText('tiny-rgb, intended recipe', { timeout: firstDrawMs })
})

test('a network dropped on the open library begins its card, and a known card takes no other network', async ({
  app,
}) => {
  const { page } = app
  await openModel(page, 'MobileNet')
  await app.dropFiles([fixture('models', 'tiny-tokens.onnx')])
  const editor = page.getByRole('dialog', { name: 'Add tiny-tokens.onnx' })
  await expect(editor).toContainText('gives embedding (n, 16, 12)')
  await expect(editor.getByRole('button', { name: 'Choose Pooling' })).toBeVisible()
  await editor.getByRole('button', { name: 'Back' }).click()
  const model = library(page).getByRole('region', { name: 'MobileNet' })
  await chooseFile(app, model.getByRole('button', { name: 'Choose its ONNX file' }), fixture('models', 'tiny-rgb.onnx'))
  await expect(model.getByRole('listitem')).toContainText(/tiny-rgb\.onnx: expected the network of mobilenet-v1/)
})

async function addStep(editor: Locator, page: Page, number: number, name: string): Promise<void> {
  await editor.getByRole('button', { name: 'Add a step' }).click()
  const step = editor.getByRole('listitem', { name: `Step ${number}` })
  await step.getByRole('button', { name: / Step$/ }).click()
  await page.getByRole('option', { name: new RegExp(`^${name}`) }).click()
}

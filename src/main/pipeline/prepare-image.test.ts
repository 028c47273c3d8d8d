import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../bytes/fixture-vectors.ts'
import { readModelCard } from '../models/read-card.ts'
import type { CellImage } from '../scenes/cell-image.ts'
import { heldImage } from '../scenes/open-image.ts'
import { type PreparedImage, prepareImage } from './prepare-image.ts'

const root = join(import.meta.dirname, '../../..')
const mobilenet = await readModelCard('mobilenet-v1', [join(root, 'models')])
const tiny = await readModelCard(join(root, 'fixtures/models/tiny-rgb.json'), [])
const radar = await readModelCard(join(root, 'fixtures/models/tiny-vv-vh.json'), [])

function image(width: number, height: number, change: Partial<CellImage> = {}): CellImage {
  const bandNames = change.bandNames ?? ['B02', 'B03', 'B04']
  return {
    ...{ productId: 'p', timestamp: null, width, height, bandNames, unit: 'reflectance-1e4', radiometricOffset: 0 },
    pixels: Float32Array.from({ length: bandNames.length * width * height }, (_, i) => i),
    ...change,
  }
}
interface Options {
  readonly windowBytes?: number
  readonly nodataLimit?: number
}

async function prepare(card: typeof tiny, one: CellImage, { windowBytes, nodataLimit = 1 }: Options = {}) {
  const held = heldImage(one, { name: 'a.tif', nodataLimit })
  return await prepareImage(held, { card, recipe: card.recipes[0]!, windowBytes })
}

/** Everything an image gives, windows read one after the other. */
async function prepared(card: typeof tiny, one: CellImage, options: Options = {}) {
  const found = (await prepare(card, one, options)) as PreparedImage
  const inputs: number[][] = []
  let windowCount = 0
  for await (const window of found.windows()) {
    windowCount++
    for (const index of window.fragments.keys()) {
      const input = new Float32Array(found.bands.length * found.inputSize ** 2)
      window.writeInput(index, input)
      inputs.push([...input])
    }
  }
  const boxes = found.fragments.map((fragment) => fragment.pixelBbox)
  return { ...found, boxes, inputs, windowCount, counts: found.counts() }
}

describe('prepareImage', () => {
  it('puts the bands in the order of the card, cuts and scales', async () => {
    const { bands, boxes, inputs } = await prepared(tiny, image(20, 20))
    expect(bands).toEqual(['B04', 'B03', 'B02'])
    expect(boxes).toEqual([
      ...[
        [0, 0, 16, 16],
        [0, 4, 16, 20],
        [4, 0, 20, 16],
        [4, 4, 20, 20],
      ],
    ])
    const input = inputs[3]!
    const firstPixel = 4 * 20 + 4
    expect([input[0], input[256], input[512]]).toEqual(
      [800 + firstPixel, 400 + firstPixel, firstPixel].map((value) => Math.fround(value / 1e4)),
    )
  })

  it('cuts an image that is smaller than the fragment into squares of its shorter side, where the card allows it', async () => {
    const { boxes, inputs } = await prepared(mobilenet, image(150, 64, { unit: 'u8' }))
    expect(boxes.map((box) => box.slice(0, 2))).toEqual([
      [0, 0],
      [0, 86],
    ])
    expect(inputs[0]!.every((value) => value >= -1 && value < 1)).toBe(true)
    await expect(prepare(tiny, image(20, 10))).rejects.toThrow(
      'a.tif: expected at least 16 x 16 px for model tiny-rgb, got 20 x 10; choose a model with smaller fragments',
    )
  })

  it('counts nodata and gives pixels without a value one that networks can take', async () => {
    const pixels = new Float32Array(2 * 224 * 224).fill(-15)
    pixels[7] = Number.NaN
    pixels[224 * 224 + 8] = Number.NEGATIVE_INFINITY
    const one = image(224, 224, { bandNames: ['vv', 'vh'], unit: 'db', pixels })
    const { counts, inputs } = await prepared(radar, one)
    expect(counts.map(({ nodata, low, high }) => [nodata, low, high])).toEqual([
      [2, 0, 0],
      [2, 0, 0],
    ])
    expect(inputs[0]!.every(Number.isFinite)).toBe(true)
  })

  it('tells pixels that no fragment covers', async () => {
    expect((await prepared(tiny, image(22, 22))).warnings).toEqual([])
    const card = { ...tiny, fragment: { ...tiny.fragment, size: 16, targetOverlap: 0 } }
    expect((await prepared(card, image(38, 38))).warnings[0]).toMatch(/leave 6 of 38 px uncovered/)
  })

  /** Reflectance beyond 0..1 on both sides, holes in some bands and nodata in all of them. */
  function speckled(width: number, height: number): CellImage {
    const draw = mulberry32(5)
    const length = width * height
    const pixels = Float32Array.from({ length: 3 * length }, () => Math.round((draw() * 1.4 - 0.2) * 1e4))
    const nodataMask = Uint8Array.from({ length }, () => (draw() < 0.1 ? 1 : 0))
    for (let i = 0; i < pixels.length; i += 17) pixels[i] = Number.NaN
    return image(width, height, { pixels, nodataMask })
  }

  it.each([
    ['with overlap', 0.1, 61, 47],
    ['that leave gaps', 0, 38, 70],
    ['of one row', 0.1, 200, 16],
  ])('gives the same inputs and counts window by window, fragments %s', async (_, targetOverlap, width, height) => {
    const clipped = {
      ...tiny.recipes[0]!,
      steps: [...tiny.recipes[0]!.steps, { step: 'clip', low: 0, high: 1 } as const],
    }
    const card = { ...tiny, recipes: [clipped], fragment: { ...tiny.fragment, targetOverlap } }
    const whole = await prepared(card, speckled(width, height))
    expect(whole.windowCount).toBe(1)
    expect(whole.counts.every(({ low, high, nodata }) => low > 0 && high > 0 && nodata > 0)).toBe(true)
    const windowCounts = []
    for (const rows of [1, 16, 33, 40]) {
      const windowBytes = rows * (rows === 1 ? 1 : width) * 3 * 4
      const cut = await prepared(card, speckled(width, height), { windowBytes })
      windowCounts.push(cut.windowCount)
      expect(cut.counts).toEqual(whole.counts)
      expect(cut.inputs).toEqual(whole.inputs)
    }
    expect(windowCounts[0]).toBe(whole.fragments.length)
    expect(windowCounts.at(-1)).toBeLessThanOrEqual(windowCounts[1]!)
  })

  it('leaves out an image that is nodata in every window, and keeps one with a valid pixel in the last', async () => {
    const nodataLimit = 1 - Number.EPSILON
    const nodataMask = new Uint8Array(20 * 60).fill(1)
    const windowBytes = 16 * 20 * 3 * 4
    expect(await prepare(tiny, image(20, 60, { nodataMask }), { windowBytes, nodataLimit })).toEqual({
      skipped: 'a.tif: 100 % of its pixels are nodata',
    })
    nodataMask[20 * 60 - 1] = 0
    const kept = await prepared(tiny, image(20, 60, { nodataMask }), { windowBytes, nodataLimit })
    const whole = await prepared(tiny, image(20, 60, { nodataMask }))
    expect(kept.windowCount).toBeGreaterThan(1)
    expect(kept.counts.map(({ nodata }) => nodata)).toEqual([1199, 1199, 1199])
    expect(kept.inputs).toEqual(whole.inputs)
  })
})

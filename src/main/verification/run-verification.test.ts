import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeSampleCore } from '../sample/imagery-files.ts'
import type { Progress } from '../threads/thread-calls.ts'
import {
  imageSize,
  type Plant,
  plants,
  publishWithFault,
  rewriteSet,
  verifyPublished,
  writeTestModel,
} from './planted.ts'
import { encodeMeanNetwork } from './test-network.ts'

const cells = ['433U_629L', '100U_200R']
const seed = 1
let folder = ''
let part = ''
let model = ''
let honest = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'verification-'))
  part = join(folder, 'core.parquet')
  await writeSampleCore({ gridCells: cells, path: part, sizePx: imageSize })
  model = await writeTestModel(join(folder, 'model'), seed)
  honest = await publish('nothing')
})
afterAll(() => rm(folder, { recursive: true }))

function publish(name: string, plant: Plant = plants[name]!): Promise<string> {
  return publishWithFault(join(folder, name.replaceAll(/\W/g, '-')), part, plant, seed)
}

/** the largest value of the test network's vectors becomes 127, more or less */
const toInt8 = (x: number) => Math.max(-128, Math.min(127, Math.round(x * 90)))
const verify = (published: string, images = [part]) => verifyPublished(published, { model, images })

// every fault, twenty times: plant-faults.long.test.ts
describe('verification', () => {
  it.each(['fragments column-row', 'a horizontal flip', 'batch norm in training mode'])(
    'names %s',
    async (name) => {
      const { verdict, hypotheses, others, fragments } = await verify(await publish(name))
      expect(verdict).toMatchObject({ best: plants[name]!.expected, isFit: true })
      expect(verdict.meanCosine).toBeGreaterThan(0.9999999)
      expect(fragments).toBe(18)
      expect(hypotheses[0]).toMatchObject({ count: 18, mean: expect.any(Number), median: expect.any(Number) })
      expect(hypotheses.length).toBeGreaterThanOrEqual(10)
      expect(others.length).toBeGreaterThan(20)
    },
    120_000,
  )

  it('names two faults at once', async () => {
    const plant = { ...plants['B8A and B09 exchanged']!, change: plants['fragments column-row']!.change! }
    const { verdict } = await verify(await publish('two', plant))
    expect(verdict.best).toBe('recipe intended, bands B8A and B09 exchanged, fragments column-row')
  }, 120_000)

  it('compares vectors rounded to whole numbers, and says that they are', async () => {
    const path = join(folder, 'int8.parquet')
    await rewriteSet(await publish('red and blue exchanged'), path, { value: toInt8 })
    const { verdict, precision } = await verify(path)
    expect(precision).toBe('integers')
    expect(verdict.best).toBe('recipe intended, bands B02 and B04 exchanged')
    expect(verdict.meanCosine).toBeLessThan(0.99999)
  }, 120_000)

  it('says what a network cannot tell', async () => {
    const blind = join(folder, 'blind')
    const card = await writeTestModel(blind, seed)
    const bytes = encodeMeanNetwork({ seed, bandCount: 5 })
    for (const name of ['honest', 'honest-batch', 'honest-tanh']) await writeFile(join(blind, `${name}.onnx`), bytes)
    const published = await publish('blind', { expected: '', bytes })
    const { verdict } = await verifyPublished(published, { model: card, images: [part] })
    expect(verdict.best).toBe('recipe intended')
    const same = verdict.indistinguishable.filter(({ because }) => because === 'same-vectors')
    expect(same.map(({ hypothesis }) => hypothesis)).toContain('recipe intended, flipped vertically')
    expect(verdict.sentence).toMatch(/cannot be told apart from .*: they give the same vectors/)
  }, 120_000)

  it('says when none of the hypotheses made the vectors', async () => {
    const other = await publishWithFault(join(folder, 'other'), part, plants['nothing']!, 99)
    const { verdict } = await verify(other)
    expect(verdict.isFit).toBe(false)
    expect(verdict.sentence).toMatch(/fits none of \d+ hypotheses/)
  }, 120_000)

  it('tells the order of the footprints apart from that of the vectors', async () => {
    const { geometry, warnings, verdict } = await verify(honest)
    expect({ geometry, warnings }).toEqual({ geometry: 'as-released', warnings: [] })
    expect(verdict).toMatchObject({ best: 'recipe intended', isFit: true })
  }, 120_000)

  it('counts cells without images, images without rows, and rows that it cannot use', async () => {
    const few = join(folder, 'few.parquet')
    await writeSampleCore({ gridCells: [cells[0]!, '120U_210R'], path: few, sizePx: imageSize })
    const broken = join(folder, 'broken.parquet')
    await rewriteSet(honest, broken, {
      box: (box) => (box[0] === 0 && box[1] === 0 ? [1, 1, 65, 65] : box),
    })
    const report = await verify(broken, [few])
    expect(report.cells).toEqual({ published: 2, images: 2, shared: 1, compared: 1 })
    expect(report.fragments).toBe(8)
    expect(report.warnings).toEqual([
      'left out: published cells without an image among those given (1)',
      'left out: images without published rows (1)',
      'left out: published rows that repeat a fragment or are none of this model (1)',
    ])
  }, 120_000)

  it('leaves out a variant whose network is not on this machine, and says so', async () => {
    const poor = join(folder, 'poor')
    const card = await writeTestModel(poor, seed)
    await rm(join(poor, 'honest-tanh.onnx'))
    const { warnings, verdict } = await verifyPublished(honest, { model: card, images: [part] })
    expect(warnings).toEqual([
      'the hypothesis "tanh GELU" is not tried: model honest: expected honest-tanh.onnx, got no such file on this machine',
    ])
    expect(verdict.best).toBe('recipe intended')
  }, 120_000)

  it('stops between batches when cancelled', async () => {
    const controller = new AbortController()
    const seen: Progress[] = []
    const onProgress = (progress: Progress) => {
      seen.push(progress)
      if (progress.done > 20) controller.abort()
    }
    const running = verifyPublished(honest, { model, images: [part] }, { signal: controller.signal, onProgress })
    await expect(running).rejects.toThrow(/abort/)
    expect(seen.at(-1)).toMatchObject({ stage: 'recipes, flips and fragment orders' })
  })
})

describe('files that do not belong together are refused in a sentence', () => {
  it('no cell in common', async () => {
    const elsewhere = join(folder, 'elsewhere.parquet')
    await writeSampleCore({ gridCells: ['120U_210R'], path: elsewhere, sizePx: imageSize })
    await expect(verify(honest, [elsewhere])).rejects.toThrow(
      /expected a cell and product of the 1 images, got none: the file has cell .* of SYN_.*, the images cell 120U_210R of SYN_.*; give the Core part/,
    )
  })

  it('the cells of another product', async () => {
    const path = join(folder, 'product.parquet')
    await rewriteSet(honest, path, { productId: (id) => `${id}_X` })
    await expect(verify(path)).rejects.toThrow(/got cell \S+ of another product: SYN_\S+_X in the file, SYN_\S+ in the/)
  })

  it('vectors of other dimensions', async () => {
    const rcf = join(import.meta.dirname, '../../../models/rcf-64.json')
    await expect(verifyPublished(honest, { model: rcf, images: [part] })).rejects.toThrow(
      /published\.parquet: expected vectors of 64 dimensions as model rcf-64 gives, got 32/,
    )
  })

  it('pixel boxes of another model', async () => {
    const path = join(folder, 'boxes.parquet')
    await rewriteSet(honest, path, { box: ([row, col]) => [row, col, row + 224, col + 224] })
    await expect(verify(path)).rejects.toThrow(
      /expected pixel boxes of model honest \(\[0, 0, 64, 64\], \[0, 46, 64, 110\] and so on\), got \[0, 0, 224, 224\]/,
    )
  })

  it('rows without a finite vector', async () => {
    const path = join(folder, 'nan.parquet')
    await rewriteSet(honest, path, { value: () => Number.NaN })
    await expect(verify(path)).rejects.toThrow(/expected vectors in the rows of the images, got none that is finite/)
  })

  it('a file without pixel boxes', async () => {
    const generic = join(import.meta.dirname, '../../../fixtures/geoparquet/float32.parquet')
    await expect(verify(generic)).rejects.toThrow(
      /expected the column .*pixel_bbox.*, without which its rows cannot be/,
    )
  })

  it('an image file that is not there', async () => {
    await expect(verify(honest, [join(folder, 'nowhere.parquet')])).rejects.toThrow(/nowhere\.parquet: expected a file/)
  })
})

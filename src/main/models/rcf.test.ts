import { readFileSync } from 'node:fs'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { EngineError } from '../../shared/errors.ts'
import { buildRcf, encodeRcf, rcfParameters } from './rcf.ts'
import { shippedRcfBank } from './rcf-bank.ts'
import { rcfFeatures } from './rcf-features.ts'

const allBands = shippedRcfBank().bands
const fixture = JSON.parse(readFileSync(new URL('../../../fixtures/rcf/rcf.json', import.meta.url), 'utf8')) as {
  kernels: number
  bands: number
  kernelSize: number
  rows: number
  cols: number
} & Record<'weights' | 'biases' | 'projection' | 'shift' | 'images' | 'features' | 'embedding', number[]>

async function run(model: Uint8Array, pixels: Float32Array, dims: number[]): Promise<Float32Array> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1 })
  const { embedding } = await session.run({ pixels: new Tensor('float32', pixels, dims) })
  await session.release()
  return embedding?.data as Float32Array
}

describe('the built-in model', () => {
  it("is torchgeo's RCF formula on the same kernels (numpy)", async () => {
    const { kernels, bands, kernelSize, rows, cols } = fixture
    const model = encodeRcf({
      bands: ['B04', 'B03', 'B02'],
      bandCount: bands,
      kernelCount: kernels,
      kernelSize,
      weights: Float32Array.from(fixture.weights),
      biases: Float32Array.from(fixture.biases),
      projection: Float32Array.from(fixture.projection),
      shift: Float32Array.from(fixture.shift),
    })
    const got = await run(model, Float32Array.from(fixture.images), [2, bands, rows, cols])
    const bound = 1e-4 * Math.max(1, ...fixture.embedding.map(Math.abs))
    fixture.embedding.forEach((value, i) => {
      expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(bound)
    })
    expect(
      cosine(got.subarray(0, 2 * kernels), Float32Array.from(fixture.embedding.slice(0, 2 * kernels))),
    ).toBeGreaterThan(0.99999)
  })

  it('stays under 300 kB and gives 64 finite values for all bands at any size', async () => {
    const model = buildRcf({ bands: allBands })
    expect(model.byteLength).toBeLessThan(300_000)
    for (const [rows, cols] of [
      [5, 5],
      [64, 48],
      [224, 224],
    ] as const) {
      const pixels = Float32Array.from({ length: 13 * rows * cols }, (_, i) => (i % 97) / 97)
      const got = await run(model, pixels, [1, 13, rows, cols])
      expect(got).toHaveLength(64)
      expect(got.every(Number.isFinite)).toBe(true)
    }
  }, 30_000)

  it('tells images apart and gives the same bytes for the same bands', async () => {
    const bands = ['B04', 'B03', 'B02']
    const model = buildRcf({ bands })
    expect(Buffer.compare(model, buildRcf({ bands }))).toBe(0)
    const dark = await run(model, new Float32Array(3 * 16 * 16).fill(0.04), [1, 3, 16, 16])
    const noisy = await run(
      model,
      Float32Array.from({ length: 768 }, (_, i) => ((i * 7919) % 101) / 140),
      [1, 3, 16, 16],
    )
    expect(cosine(dark, noisy)).toBeLessThan(0.999)
    const mean = dark.reduce((sum, value) => sum + value, 0) / 64
    expect(Math.sqrt(dark.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 64)).toBeGreaterThan(0.01)
  })

  it('agrees with its plain TypeScript features on the bank itself', async () => {
    const parameters = rcfParameters(['B02', 'B08', 'B12'], shippedRcfBank())
    const size = 12
    const roots = Float32Array.from({ length: 3 * size * size }, (_, i) => ((i * 31) % 53) / 60)
    const features = rcfFeatures(roots, size, parameters)
    const logs = features.map((value) => Math.log(value + 0.05))
    const expected = Float32Array.from({ length: 64 }, (_, to) => {
      return logs.reduce((sum, log, from) => sum + log * parameters.projection[from * 64 + to]!, parameters.shift[to]!)
    })
    const got = await run(
      encodeRcf(parameters),
      roots.map((root) => root ** 2),
      [1, 3, size, size],
    )
    expect(cosine(got, expected)).toBeGreaterThan(0.99999)
  })

  it('refuses bands that it has no kernels for', () => {
    for (const bands of [
      ['B04', 'B03'],
      ['B04', 'B04', 'B02'],
      ['B04', 'B03', 'red'],
    ]) {
      expect(() => buildRcf({ bands })).toThrow(EngineError)
    }
  })
})

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = a.reduce((sum, value, i) => sum + value * b[i]!, 0)
  return dot / (Math.hypot(...a) * Math.hypot(...b))
}

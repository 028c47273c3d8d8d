import { describe, expect, it } from 'vitest'
import { mulberry32 } from '../bytes/fixture-vectors.ts'
import { nearestCodes, selected, selectionBytes, startSelection } from './code-selection.ts'
import { createKernelMemory, hasWasm, type KernelMemory, Places } from './kernel-memory.ts'
import { type Kernels, kernelsOn } from './kernels.ts'
import { halfToFloat, plainKernels } from './plain-kernels.ts'

/** Below one SIMD lane, odd, one 64-bit word and a bit, a usual one, a wide one with a tail. */
const sizes = [1, 3, 7, 8, 31, 64, 65, 127, 768, 2051]

function twoMemories(byteLength: number) {
  const wasm = createKernelMemory(byteLength)
  const plain: KernelMemory = { buffer: new SharedArrayBuffer(wasm.buffer.byteLength), wasm: undefined }
  const sides: [KernelMemory, Kernels][] = [
    [wasm, kernelsOn(wasm)],
    [plain, plainKernels(plain.buffer)],
  ]
  return { wasm, plain, sides }
}

const floats = (memory: KernelMemory, at: number, length: number) => new Float32Array(memory.buffer, at, length)

describe('kernels', () => {
  it('are WebAssembly here', () => expect(hasWasm()).toBe(true))

  for (const dimensions of sizes) {
    it(`agree with plain TypeScript on ${dimensions} dimensions`, () => {
      const count = 13
      const places = new Places(64)
      const rows = places.take(count * dimensions * 4)
      const [query, dots, distances] = [places.take(dimensions * 4), places.take(count * 4), places.take(count * 4)]
      const codes = places.take(Math.ceil(dimensions / 64) * 8 * count)
      const { wasm, plain, sides } = twoMemories(places.end)
      const draw = mulberry32(dimensions)
      const values = Float32Array.from({ length: (count + 1) * dimensions }, () => draw() - 0.5)
      values[2 * dimensions] = Number.NaN
      for (const [memory, kernels] of sides) {
        floats(memory, rows, count * dimensions).set(values.subarray(0, count * dimensions))
        floats(memory, query, dimensions).set(values.subarray(count * dimensions))
        kernels.dotRows(rows, count, dimensions, query, dots)
        kernels.squaredDistances(rows, count, dimensions, query, distances)
        kernels.encodeCodes(rows, count, dimensions, query, codes)
      }
      for (let row = 0; row < count; row++) {
        for (const at of [dots, distances]) {
          const [got, truth] = [floats(wasm, at, count)[row]!, floats(plain, at, count)[row]!]
          expect(Number.isNaN(truth)).toBe(row === 2)
          if (row === 2) expect(got).toBeNaN()
          else expect(Math.abs(got - truth)).toBeLessThan(1e-6 * (1 + Math.abs(truth)))
        }
      }
      for (const [, kernels] of sides) kernels.subtractFromRows(rows, count, dimensions, query)
      expect(floats(wasm, rows, count * dimensions)).toEqual(floats(plain, rows, count * dimensions))
      const length = Math.ceil(dimensions / 64) * 8 * count
      expect(new Uint8Array(wasm.buffer, codes, length)).toEqual(new Uint8Array(plain.buffer, codes, length))
    })

    it(`keep the nearest of ${dimensions}-bit codes, whatever the filter and the blocks`, () => {
      const count = 1000
      const words = Math.ceil(dimensions / 64)
      const places = new Places(64)
      const codes = places.take(count * words * 8)
      const query = places.take(words * 8)
      const mask = places.take(Math.ceil(count / 32) * 4)
      const { sides } = twoMemories(places.end + selectionBytes(count, dimensions))
      const draw = mulberry32(dimensions + 1)
      const bits = Uint8Array.from({ length: (count + 1) * dimensions }, () => (draw() < 0.5 ? 1 : 0))
      const isIn = Uint8Array.from({ length: count }, (_, row) => (draw() < 0.3 && (row < 300 || row > 420) ? 1 : 0))
      for (const [memory, kernels] of sides) {
        const bytes = new Uint8Array(memory.buffer)
        for (let row = 0; row <= count; row++) {
          for (let i = 0; i < dimensions; i++) {
            bytes[codes + row * words * 8 + (i >> 3)]! |= bits[row * dimensions + i]! << (i & 7)
          }
        }
        bytes.copyWithin(query, codes + count * words * 8, codes + (count + 1) * words * 8)
        isIn.forEach((bit, row) => {
          bytes[mask + (row >> 3)]! |= bit << (row & 7)
        })
        for (const masked of [false, true]) {
          for (const depth of [1, 10, 400, 1000]) {
            const truth = sortedByDistance(bits, count, dimensions, masked ? isIn : undefined).slice(0, depth)
            const state = startSelection(memory, new Places(places.end), depth, dimensions)
            let compared = 0
            for (const [first, length] of [
              [0, 320],
              [320, 32],
              [352, 648],
            ] as const) {
              compared += kernels.scanCodes(codes, first, length, words, query, masked ? mask : 0, 5000, state)
            }
            expect(compared).toBe(masked ? isIn.reduce((sum, bit) => sum + bit, 0) : count)
            const found = selected(memory, state)
            expect([...found.rows]).toEqual(truth.map(({ row }) => row + 5000))
            expect([...found.distances]).toEqual(truth.map(({ distance }) => distance))
          }
        }
      }
    })
  }

  it('keep the first rows when all codes are alike', () => {
    const { sides } = twoMemories(1 << 20)
    for (const [memory, kernels] of sides) {
      const state = startSelection(memory, new Places(1 << 18), 10, 64)
      kernels.scanCodes(64, 0, 5000, 1, 64, 0, 0, state)
      expect([...selected(memory, state).rows]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  })

  it('widen every float16 to the same float32', () => {
    const { sides } = twoMemories(64 + 65536 * 6)
    const [wasm, plain] = sides.map(([memory, kernels]) => {
      new Uint16Array(memory.buffer, 64, 65536).set(Uint16Array.from({ length: 65536 }, (_, half) => half))
      kernels.widenHalf(64, 65533, 64 + 65536 * 2)
      return floats(memory, 64 + 65536 * 2, 65536)
    })
    expect(wasm).toEqual(plain)
  })

  it('know the float16 values of IEEE 754', () => {
    for (const [half, value] of [
      [0x3c00, 1],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x0001, 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x7c00, Number.POSITIVE_INFINITY],
    ] as const) {
      expect(halfToFloat(half)).toBe(value)
    }
    expect(halfToFloat(0x7e00)).toBeNaN()
  })

  it('widen int8 rows by the scale of each', () => {
    for (const dimensions of [3, 8, 21]) {
      const { sides } = twoMemories(4096)
      for (const [memory, kernels] of sides) {
        const values = Int8Array.from({ length: 2 * dimensions }, (_, i) => ((i * 37) % 255) - 127)
        new Int8Array(memory.buffer, 64, values.length).set(values)
        floats(memory, 512, 2).set([0.5, 4])
        kernels.widenBytes(64, 2, dimensions, 512, 1024)
        const truth = Array.from(values, (value, i) => value * (i < dimensions ? 0.5 : 4))
        expect([...floats(memory, 1024, values.length)]).toEqual(truth)
      }
    }
  })
})

describe('nearestCodes', () => {
  it('merges what several threads found', () => {
    const found = nearestCodes(
      [
        { rows: Uint32Array.of(7, 2, 9), distances: Uint32Array.of(3, 1, 3) },
        { rows: Uint32Array.of(5, 1), distances: Uint32Array.of(3, 0) },
        { rows: new Uint32Array(), distances: new Uint32Array() },
      ],
      4,
    )
    expect(found).toEqual({ rows: Uint32Array.of(1, 2, 5, 7), distances: Uint32Array.of(0, 1, 3, 3) })
    expect(nearestCodes([], 4).rows).toHaveLength(0)
  })
})

function sortedByDistance(bits: Uint8Array, count: number, dimensions: number, isIn: Uint8Array | undefined) {
  const rows = Array.from({ length: count }, (_, row) => {
    let distance = 0
    for (let i = 0; i < dimensions; i++) {
      distance += Number(bits[row * dimensions + i] !== bits[count * dimensions + i])
    }
    return { row, distance }
  })
  return rows
    .filter(({ row }) => isIn === undefined || isIn[row] === 1)
    .sort((a, b) => a.distance - b.distance || a.row - b.row)
}

// Truth: fixtures/state-dict, written by torch and safetensors with the values that they themselves read back.

import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memorySource } from '../../bytes/byte-source.ts'
import { type OpenStateDictOptions, openStateDict, readStateDict } from './open-state-dict.ts'
import type { StateDictType } from './state-dict.ts'

interface ExpectedTensor {
  readonly type: StateDictType
  readonly shape: readonly number[]
  readonly values: readonly (number | string)[]
}

const folder = join(import.meta.dirname, '../../../../fixtures/state-dict')
const fixture = (name: string) => join(folder, name)
const expected = JSON.parse(readFileSync(fixture('expected.json'), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, ExpectedTensor>>>
>
const optionsOf: Readonly<Record<string, OpenStateDictOptions>> = { 'satclip.ckpt': { stubUnknown: true } }

let scratch: string
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'state-dict-'))
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

function scratchFile(name: string, bytes: Uint8Array | string): string {
  writeFileSync(join(scratch, name), bytes)
  return join(scratch, name)
}

describe.each(Object.keys(expected))('%s', (name) => {
  it('has the tensors that torch reads, to the last bit', async () => {
    const dict = await openStateDict(fixture(name), optionsOf[name])
    const tensors = expected[name]!
    expect([...dict.entries.keys()].sort()).toEqual(Object.keys(tensors).sort())
    for (const [key, { type, shape, values }] of Object.entries(tensors)) {
      const numbers = values.map(Number)
      expect(dict.entries.get(key), key).toMatchObject({ type, shape })
      expect(await dict.readFloat64(key), key).toEqual(Float64Array.from(numbers))
      expect(await dict.readFloat32(key), key).toEqual(Float32Array.from(numbers))
    }
    await dict.close()
  })
})

describe('names', () => {
  it('lose the first prefix that they begin with', async () => {
    const dict = await openStateDict(fixture('wrapped.pth'), { prefixes: ['module.encoder_q.', 'module.'] })
    expect([...dict.entries.keys()]).toEqual(['conv.weight', 'fc.bias', 'queue'])
    await dict.close()
  })

  it('may meet when they stand for the same tensor', async () => {
    const prefixes = ['model.location.', 'model.']
    const dict = await openStateDict(fixture('satclip.ckpt'), { prefixes, stubUnknown: true })
    expect([...dict.entries.keys()]).toEqual(['logit_scale', 'nnet.layers.0.weight'])
    await dict.close()
  })

  it('may not meet otherwise', async () => {
    const bytes = safetensors({ 'a.w': entry(0, 4), 'b.w': entry(4, 8) }, 8)
    await expect(readStateDict(memorySource('two', bytes), { prefixes: ['a.', 'b.'] })).rejects.toThrow(
      'weights two: expected one tensor "w", got two that differ once the prefixes a., b. are cut off',
    )
  })

  it('that are not there are said with some that are', async () => {
    const dict = await openStateDict(fixture('module.pth'))
    await expect(dict.readFloat32('2.weight')).rejects.toThrow(
      /module\.pth: expected a tensor "2\.weight", got 7 others \(0\.weight, 0\.bias, 1\.weight, \.\.\.\)$/,
    )
    await dict.close()
  })
})

describe('what a checkpoint holds beside tensors', () => {
  it('is readable by its path, classes as their attributes', async () => {
    const dict = await openStateDict(fixture('mmearth.pth'))
    expect(dict.readPlain(['epoch'])).toBe(199)
    expect(dict.readPlain(['args'])).toEqual({
      ...{ model: 'convnextv2_atto', patch_size: 8, blr: 1.5e-4, data_dir: {}, sparse: true, resume: null },
      inp_modalities: { sentinel2: ['B1', 'B2'] },
    })
    expect(dict.readPlain(['args', 'patch_size'])).toBe(8)
    expect(dict.readPlain(['model', 'mask_token'])).toBeUndefined()
    expect(dict.readPlain(['nothing', 'there'])).toBeUndefined()
    await dict.close()
  })

  it('gives the hyper-parameters of a Lightning file', async () => {
    const dict = await openStateDict(fixture('satclip.ckpt'), { stubUnknown: true })
    expect(dict.readPlain(['hyper_parameters'])).toEqual({
      ...{ le_type: 'sphericalharmonics', legendre_polys: 10, embed_dim: 256, min_radius: 0.01 },
      ...{ harmonics_calculation: 'analytic', air_temp_data_path: null, frozen: true, sizes: [1, 2], big: 2 ** 40 },
    })
    expect(dict.readPlain(['callbacks', 'ModelCheckpoint', 'extra', 'a'])).toBe(1)
    await dict.close()
  })

  it('is found where the caller says', async () => {
    const dict = await openStateDict(fixture('mmearth.pth'), { at: ['optimizer', 'state'] }).catch((error) => error)
    expect(dict.message).toMatch(/expected a dict of tensors at optimizer\.state, got the keys model, optimizer, epoch/)
    const inner = await openStateDict(fixture('mmearth.pth'), { at: ['model'] })
    expect(inner.entries.size).toBe(2)
    await inner.close()
  })

  it('is the metadata of a safetensors', async () => {
    const dict = await openStateDict(fixture('types.safetensors'))
    expect(dict.readPlain(['__metadata__', 'format'])).toBe('pt')
    expect(dict.readPlain(['__metadata__', 'constructor'])).toBeUndefined()
    await dict.close()
  })
})

describe('a file that must not be trusted', () => {
  const sentences: Readonly<Record<string, RegExp>> = {
    'bad-class.pth':
      /bad-class\.pth: archive\/data\.pkl: expected nothing but tensors and plain containers, got "posix\.system".*opcode GLOBAL \(0x63\), byte \d+$/,
    'bad-class-legacy.pth': /got "posix\.system".*opcode GLOBAL \(0x63\), byte \d+$/,
    'bad-opcode.pth': /expected an instruction that torch\.save writes.*opcode FRAME \(0x95\), byte 2$/,
    'bad-inst.pth': /opcode INST \(0x69\), byte 12$/,
    'bad-whole-module.pth': /got "torch\.nn\.modules\.linear\.Linear"/,
    'satclip.ckpt': /got "lightning_like\.Monitor"/,
    'bad-torchscript.pth': /expected weights, got a TorchScript program/,
    'bad-pickle-cut.pth': /expected the pickle to go on behind byte 60/,
    'bad-storage-short.pth': /entry "archive\/data\/0": expected 96 bytes for 24 values of float32, got 92/,
    'bad-storage-missing.pth': /expected the entry "archive\/data\/0" with 24 values, got none/,
    'bad-past-storage.pth': /tensor "w": expected a place in its storage, got elements up to 30 of a storage of 24/,
    'bad-no-pickle.pth': /expected one entry NAME\/data\.pkl/,
    'bad-compressed.pth': /entry "archive\/.*": expected it as torch\.save stores it, got it compressed/,
    'bad-cut.pth': /expected the directory at its end, got none; the file is cut short/,
    'bad-cut-legacy.pth': /storage \d+: expected \d+ bytes from \d+ on, the file ends at 2105; it is cut short/,
    'bad-plain-pickle.pth': /got a plain Python pickle/,
    'bad-cut.safetensors': /expected \d+ bytes of values, got \d+: it is cut short at tensor "[a-z0-9]+"/,
    'bad-cut-header.safetensors': /expected a header of \d+ bytes, the file ends after 192 of them/,
    'bad-overlap.safetensors': /tensor "b": expected it to begin at 8, got 4, inside the tensor before it/,
    'bad-hole.safetensors': /tensor "b": expected it to begin at 8, got 12, behind a gap/,
    'bad-shape.safetensors': /tensor "a": expected 12 bytes for F32 \[3\], got offsets 0 to 8/,
    'bad-type.safetensors': /tensor "a": expected a type of F64, F32, .*, got F8_E4M3/,
    'bad-longer.safetensors': /expected 8 bytes of values, got 12/,
    'bad-json.safetensors': /expected a JSON header, got/,
    'bad-offsets.safetensors': /tensor "a": expected 8 bytes for F32 \[2\], got offsets 8 to 0/,
    'bad-huge-shape.safetensors': /tensor "a": expected 4\.8\d+e\+24 bytes/,
  }

  it.each(Object.entries(sentences))('%s is refused in a sentence', async (name, sentence) => {
    await expect(openStateDict(fixture(name))).rejects.toMatchObject({
      name: 'EngineError',
      code: expect.stringMatching(/unreadable-file|unsupported-format/),
      message: expect.stringMatching(sentence),
    })
  })

  it('of every kind that make.py breaks is in that list', () => {
    const broken = readdirSync(folder).filter((name) => name.startsWith('bad-'))
    expect(broken.filter((name) => sentences[name] === undefined)).toEqual([])
  })

  it.each([
    ['an empty file', ''],
    ['a web page', '<!doctype html><html><body>Sign in</body></html>'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'],
    ['other bytes', 'weights'],
  ])('that is %s is called so', async (kind, text) => {
    await expect(openStateDict(scratchFile('other', text))).rejects.toMatchObject({
      code: 'unsupported-format',
      message: expect.stringContaining(`expected a safetensors file or a PyTorch checkpoint, got ${kind}`),
    })
  })

  it('is refused wherever it is cut', async () => {
    for (const name of ['types.pth', 'types-legacy.pth', 'types.safetensors']) {
      const whole = readFileSync(fixture(name))
      for (let length = 0; length < whole.length; length += 97) {
        await expect(
          readStateDict(memorySource('cut', whole.subarray(0, length))),
          `${name} ${length}`,
        ).rejects.toThrow(/expected/)
      }
    }
  })

  it('never fails with anything but a sentence, whatever byte is damaged', async () => {
    for (const name of ['views.pth', 'views-legacy.pth', 'types.safetensors', 'mmearth.pth']) {
      const whole = readFileSync(fixture(name))
      for (let at = 0; at < whole.length; at += 3) {
        const damaged = Uint8Array.from(whole)
        damaged[at]! ^= 1 << (at % 8)
        const failure = await readAll(damaged).catch((error: unknown) => error)
        if (failure !== undefined) expect(failure, `${name} ${at}`).toMatchObject({ name: 'EngineError' })
      }
    }
  })
})

describe('large files', () => {
  it('are read by the ranges that are asked for, beyond 4 GiB too', async () => {
    // a sparse file: 5 GB of zeros that occupy nothing, then one tensor
    const far = 5_000_000_000
    const header = Buffer.from(JSON.stringify({ far: entry(far, far + 8), zeros: entry(0, far) }))
    const path = scratchFile('large.safetensors', Buffer.concat([lengthOf(header), header]))
    const start = 8 + header.length
    truncateSync(path, start + far + 8)
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.from(Float32Array.of(1.5, -2).buffer), 0, 8, start + far)
    closeSync(file)
    const before = process.memoryUsage().arrayBuffers
    const dict = await openStateDict(path)
    expect(await dict.readFloat32('far')).toEqual(Float32Array.of(1.5, -2))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
    await dict.close()
  })

  it('are not read to be opened', async () => {
    const whole = readFileSync(fixture('many.pth'))
    let bytesRead = 0
    const source = memorySource('many', whole)
    const counting = {
      ...source,
      slice: async (start: number, end: number) => {
        const bytes = await source.slice(start, end)
        bytesRead += bytes.length
        return bytes
      },
    }
    const dict = await readStateDict(counting)
    bytesRead = 0
    await dict.readFloat32('layer.7.weight')
    expect(bytesRead).toBe(30 + 4)
  })
})

async function readAll(bytes: Uint8Array): Promise<void> {
  const dict = await readStateDict(memorySource('damaged', bytes))
  for (const name of dict.entries.keys()) await dict.readFloat32(name)
  dict.readPlain([])
}

function entry(begin: number, end: number) {
  return { dtype: 'F32', shape: [(end - begin) / 4], data_offsets: [begin, end] }
}

function lengthOf(header: Uint8Array): Buffer {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  return length
}

function safetensors(header: object, dataBytes: number): Uint8Array {
  const text = Buffer.from(JSON.stringify(header))
  return Buffer.concat([lengthOf(text), text, Buffer.alloc(dataBytes)])
}

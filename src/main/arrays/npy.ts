// NumPy's .npy (numpy.lib.format, versions 1.0 to 3.0): magic, a Python dict as header, then the numbers.

import { EngineError } from '../../shared/errors.ts'
import type { ByteSource } from '../bytes/byte-source.ts'
import { bytesOfType, floatsOf, isNumberType, type NumberType } from './number-types.ts'

export interface NpyArray {
  /** what to call it in messages */
  readonly name: string
  readonly dtype: NumberType
  readonly shape: readonly number[]
  /** @returns values `[start, end)` of the flattened array, in C order */
  read(start: number, end: number, signal?: AbortSignal): Promise<Float32Array<ArrayBuffer>>
}

const magic = '\u0093NUMPY'
const maxHeaderBytes = 1024 * 1024

export function isNpy(head: Uint8Array): boolean {
  return Buffer.from(head).toString('latin1', 0, 6) === magic
}

/**
 * Reads the header. The caller closes `source`.
 * @throws EngineError `unsupported-format` for pickled objects, records, text and Fortran order, `unreadable-file` for damage
 */
export async function openNpy(source: ByteSource, signal?: AbortSignal): Promise<NpyArray> {
  const { name } = source
  const { header, dataStart } = await readHeader(source, signal)
  const descr = /'descr'\s*:\s*('[^']*'|\[)/.exec(header)?.[1]
  const shapeText = /'shape'\s*:\s*\(([^)]*)\)/.exec(header)?.[1]
  if (descr === undefined || shapeText === undefined) throw damaged(name, `the header ${header.slice(0, 80)}`)
  const { dtype, isLittle } = numberTypeOf(name, descr.replaceAll("'", ''))
  const shape = shapeText.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]))
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
    throw damaged(name, `the shape (${shapeText})`)
  }
  if (/'fortran_order'\s*:\s*True/.test(header) && shape.length > 1) {
    throw unsupported(name, 'an array in C order', 'one in Fortran order', 'numpy.ascontiguousarray')
  }
  const size = bytesOfType(dtype)
  const count = shape.reduce((product, length) => product * length, 1)
  if (dataStart + count * size > source.byteLength) {
    throw damaged(
      name,
      `${source.byteLength - dataStart} bytes of numbers where its header says ${count * size} (shape ${shape.join(' x ')})`,
    )
  }
  return {
    name,
    dtype,
    shape,
    async read(start, end, readSignal) {
      const bytes = await source.slice(dataStart + start * size, dataStart + end * size, readSignal)
      return floatsOf(bytes, dtype, isLittle)
    },
  }
}

async function readHeader(source: ByteSource, signal: AbortSignal | undefined) {
  const head = Buffer.from(await source.slice(0, 12, signal))
  const major = head[6]
  if (!isNpy(head) || head.length < 12 || major === undefined || major < 1 || major > 3) {
    throw damaged(source.name, 'another beginning')
  }
  const [start, length] = major === 1 ? [10, head.readUInt16LE(8)] : [12, head.readUInt32LE(8)]
  if (length > maxHeaderBytes || start + length > source.byteLength)
    throw damaged(source.name, 'a header that ends early')
  const header = Buffer.from(await source.slice(start, start + length, signal)).toString('latin1')
  return { header, dataStart: start + length }
}

function numberTypeOf(name: string, descr: string): { dtype: NumberType; isLittle: boolean } {
  if (/O/.test(descr)) {
    throw unsupported(
      name,
      'an array of numbers',
      'pickled Python objects, which can run code when they are opened',
      'numpy.stack(list(array))',
    )
  }
  const kind = /^([<>|=])([iuf])([1248])$/.exec(descr)
  const letter = { i: 'int', u: 'uint', f: 'float' }[kind?.[2] ?? '']
  const dtype = `${letter}${Number(kind?.[3]) * 8}`
  if (!isNumberType(dtype)) {
    throw unsupported(
      name,
      'an array of numbers',
      descr === '[' ? 'records' : `the type ${descr}`,
      'array.astype("float32")',
    )
  }
  return { dtype, isLittle: kind![1] !== '>' }
}

function unsupported(name: string, expected: string, got: string, remedy: string): EngineError {
  return new EngineError('unsupported-format', `${name}: expected ${expected}, got ${got}; save it again as ${remedy}`)
}

function damaged(name: string, got: string): EngineError {
  return new EngineError(
    'unreadable-file',
    `${name}: expected an intact NumPy array, got ${got}; copy or save it again`,
  )
}

// The beginning of a card: what a network says of itself. Bands, unit and recipe are nowhere in an ONNX file.

import type { CardDraft } from '../../shared/contract.ts'
import type { OnnxPort, OnnxShape } from './onnx-shape.ts'

/** @param name of the file, without its ending; @param takenIds ids of other models */
export function draftCard(name: string, { inputs, outputs }: OnnxShape, takenIds: ReadonlySet<string>): CardDraft {
  const input = imageInput(inputs[0])
  return {
    id: freeId(name, takenIds),
    name,
    source: '',
    licence: '',
    bands: [],
    unit: '',
    fragment: { ...(input.size === 'any' ? {} : sizeOf(input.size)), targetOverlap: 0.1 },
    recipes: [{ name: 'intended', reason: 'As given when the network was added', steps: [] }],
    input: { name: inputs[0]?.name ?? '', layout: input.layout, ...sizeOf(input.size) },
    output: embeddingOutput(outputs[0]),
  }
}

type Size = number | 'any' | undefined

const sizeOf = <S extends Size>(size: S) => (size === undefined ? {} : { size })

/** Bands are few and stand first (NCHW) or last (NHWC). */
function imageInput(port: OnnxPort | undefined): { readonly layout: string; readonly size: Size } {
  const [, second, third, fourth] = port?.shape ?? []
  const isSmaller = typeof fourth === 'number' && fourth <= 16 && !(typeof second === 'number' && second <= fourth)
  const isLast = isSmaller && third !== fourth
  const [rows, cols] = isLast ? [second, third] : [third, fourth]
  const layout = isLast ? 'nhwc' : 'nchw'
  if (typeof rows === 'number' && rows === cols && rows > 0) return { layout, size: rows }
  return { layout, size: typeof rows === 'string' && typeof cols === 'string' ? 'any' : undefined }
}

/** Three axes are tokens, of which the first or the mean may be meant: only its maker knows. */
function embeddingOutput(port: OnnxPort | undefined): CardDraft['output'] {
  const shape = port?.shape ?? []
  const name = port?.name ?? ''
  const isMap = shape.length === 4 && !shape.slice(2).every((axis) => axis === 1)
  const pooling = shape.length === 3 && shape[2] !== 1 ? '' : isMap ? 'mean-space' : 'none'
  const dimensions = pooling === '' ? shape[2] : shape[1]
  return { name, pooling, ...(typeof dimensions === 'number' && dimensions > 0 ? { dimensions } : {}) }
}

/** `My Net.v2` -> `my-net.v2`, with a number behind it while that is taken. */
function freeId(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[^a-z0-9]+|[-.]+$/g, '')
  const id = plain === '' ? 'network' : plain
  let free = id
  for (let number = 2; taken.has(free); number++) free = `${id}-${number}`
  return free
}

// Whether a network's input and output are what its card says; found at open, not in the middle of a run.

import { EngineError } from '../../shared/errors.ts'
import type { ModelCard } from '../models/model-card.ts'

/** One input or output as ONNX Runtime describes it; a string is a free dimension. */
export interface PortShape {
  readonly name: string
  readonly type: string
  readonly shape: readonly (number | string)[]
}

export interface NetworkShape {
  readonly inputs: readonly PortShape[]
  readonly outputs: readonly PortShape[]
}

/**
 * @param place what to call the model in the message
 * @returns the batch size when the network has a fixed one
 * @throws EngineError `model-mismatch` with expected, got and what to do
 */
export function checkFit(place: string, card: ModelCard, bandCount: number, network: NetworkShape): number | undefined {
  const input = portNamed(place, 'input', card.input.name, network.inputs)
  const others = network.inputs.filter((port) => port !== input)
  if (others.length > 0) fail(place, 'one input', `${network.inputs.length} (${names(network.inputs)})`)
  const size = card.input.size === 'any' ? undefined : card.input.size
  const rest = card.input.layout === 'nchw' ? [bandCount, size, size] : [size, size, bandCount]
  matchShape(place, input, [undefined, ...rest])
  const output = portNamed(place, 'output', card.output.name, network.outputs)
  matchOutput(place, card, output)
  const batch = input.shape[0]
  return typeof batch === 'number' && batch > 0 ? batch : undefined
}

/** @param shape of what the network returned for one image, batch first */
export function checkOutputShape(place: string, card: ModelCard, shape: readonly number[]): void {
  matchOutput(place, card, { name: card.output.name, type: 'float32', shape })
}

function matchOutput(place: string, card: ModelCard, output: PortShape): void {
  matchShape(place, output, expectedOutput(card, output.shape.length))
}

function expectedOutput({ output }: ModelCard, rank: number): readonly (number | undefined)[] {
  if (output.pooling === 'mean-space') return [undefined, output.dimensions, undefined, undefined]
  if (output.pooling !== 'none') return [undefined, undefined, output.dimensions]
  return [undefined, output.dimensions, ...new Array<number>(Math.max(0, rank - 2)).fill(1)]
}

function matchShape(place: string, port: PortShape, expected: readonly (number | undefined)[]): void {
  if (port.type !== 'float32') fail(place, `"${port.name}" of type float32`, port.type)
  const same =
    port.shape.length === expected.length &&
    port.shape.every((got, axis) => typeof got === 'string' || got <= 0 || (expected[axis] ?? got) === got)
  if (!same) fail(place, `"${port.name}" of shape ${text(expected)}`, text(port.shape))
}

function portNamed(place: string, kind: string, name: string, ports: readonly PortShape[]): PortShape {
  const found = ports.find((port) => port.name === name)
  return found ?? fail(place, `an ${kind} named "${name}"`, names(ports) || 'none')
}

function fail(place: string, expected: string, got: string): never {
  throw new EngineError(
    'model-mismatch',
    `model ${place}: expected ${expected} as its card says, got ${got}; give the card that belongs to this file`,
  )
}

const names = (ports: readonly PortShape[]) => ports.map((port) => `"${port.name}"`).join(', ')
const text = (shape: readonly (number | string | undefined)[]) =>
  `(${shape.map((axis) => (axis === undefined || typeof axis === 'string' ? 'n' : axis)).join(', ')})`

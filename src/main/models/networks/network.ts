// A network as data: its parameters, how published files name them, and the graph that is made of them.

import type { Graph } from '../onnx/graph.ts'
import type { Weights } from './weights.ts'

export interface Network {
  /** all of them, by the names that `build` asks for */
  readonly parameters: readonly Parameter[]
  /** how files name the parameters; random weights take the first */
  readonly layouts: readonly WeightLayout[]
  /** whether its values stay in the range and accuracy of float16 from input to output */
  readonly fitsFloat16: boolean
  build(weights: Weights): Promise<Graph>
}

export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  /** how random weights are drawn, so that a network of them is neither constant nor unbounded */
  readonly init: Initialisation
}

export type Initialisation =
  | { readonly kind: 'normal'; readonly mean: number; readonly std: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }

export interface WeightLayout {
  /** who names tensors so, for messages */
  readonly name: string
  source(parameter: Parameter): Source
  /** tensors of the file that this network does not need */
  readonly ignored?: RegExp
}

/** Where the values of a parameter stand in a file. */
export type Source =
  | {
      /** joined along their first axis */
      readonly parts: readonly FileTensor[]
      /** from the order of the joined parts to the parameter's own; absent where they are the same */
      readonly arrange?: (values: Float32Array) => Float32Array
    }
  /** the published file never holds it */
  | { readonly value: number }

export interface FileTensor {
  readonly name: string
  readonly shape: readonly number[]
}

/** The parameter under another name, in the same or another shape of as many values. */
export function renamed(name: string, shape: readonly number[]): Source {
  return { parts: [{ name, shape }] }
}

/** The parameter cut along its first axis into tensors of equal size. */
export function joined(names: readonly string[], shape: readonly number[]): Source {
  const [rows = 0, ...rest] = shape
  return { parts: names.map((name) => ({ name, shape: [rows / names.length, ...rest] })) }
}

export function normal(std: number, mean = 0): Initialisation {
  return { kind: 'normal', mean, std }
}

export function uniform(low: number, high: number): Initialisation {
  return { kind: 'uniform', low, high }
}

/** A matrix or kernel whose output is about as large as its input. */
export function weight(name: string, shape: readonly number[], gain = 1): Parameter {
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1)
  return { name, shape, init: normal(gain / Math.sqrt(fanIn)) }
}

export function bias(name: string, size: number): Parameter {
  return { name, shape: [size], init: normal(0.1) }
}

/** `<name>.weight` as PyTorch keeps it, (outputs, inputs), and `<name>.bias`. */
export function linear(name: string, outputs: number, inputs: number): Parameter[] {
  return [weight(`${name}.weight`, [outputs, inputs]), bias(`${name}.bias`, outputs)]
}

/** `<name>.weight` and `<name>.bias` of a normalisation. */
export function norm(name: string, size: number): Parameter[] {
  return [{ name: `${name}.weight`, shape: [size], init: normal(0.1, 1) }, bias(`${name}.bias`, size)]
}

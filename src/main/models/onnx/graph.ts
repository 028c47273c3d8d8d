// A small ONNX graph in memory: inputs, constants, nodes, outputs. `encodeModel` turns it into bytes.

export type ElementType = 'float32' | 'float16' | 'int64' | 'int32' | 'uint8' | 'int8' | 'bool'
/** a number, or the name of a size that is known only when the model runs */
export type Dimension = number | string

export interface Tensor {
  readonly type: ElementType
  readonly shape: readonly number[]
  /** row-major; float16 as its 16 bits */
  readonly values: Float32Array | Uint16Array | BigInt64Array | Int32Array | Uint8Array | Int8Array
}

/** Whole numbers are written as ints unless wrapped with `float()`. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }

export interface GraphNode {
  readonly opType: string
  readonly name: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

export interface GraphValue {
  readonly name: string
  readonly type: ElementType
  readonly shape: readonly Dimension[]
}

export interface Graph {
  readonly name: string
  readonly inputs: readonly GraphValue[]
  readonly outputs: readonly GraphValue[]
  readonly constants: readonly { readonly name: string; readonly tensor: Tensor }[]
  readonly nodes: readonly GraphNode[]
}

/** Attributes as plain values: text, whole numbers and lists of them; fractions and tensors as they are. */
export type AttributeInput = number | string | readonly number[] | Tensor | Attribute

/** Collects a graph in the order it is computed; a value is known by its name. */
export class GraphBuilder {
  readonly #name: string
  readonly #inputs: GraphValue[] = []
  readonly #outputs: GraphValue[] = []
  readonly #constants: { name: string; tensor: Tensor }[] = []
  readonly #nodes: GraphNode[] = []
  readonly #names = new Set<string>()

  constructor(name: string) {
    this.#name = name
  }

  input(name: string, shape: readonly Dimension[], type: ElementType = 'float32'): string {
    this.#inputs.push({ name: this.#claim(name), type, shape })
    return name
  }

  constant(name: string, tensor: Tensor): string {
    const expected = tensor.shape.reduce((product, size) => product * size, 1)
    if (tensor.values.length !== expected) {
      throw new Error(
        `graph ${this.#name}: constant "${name}" has ${tensor.values.length} values, expected ${expected}`,
      )
    }
    this.#constants.push({ name: this.#claim(name), tensor })
    return name
  }

  /** Adds a node with one output. @returns the output's name, `outputName` or one made from the operator */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
    outputName?: string,
  ): string {
    for (const name of inputs) {
      if (name !== '' && !this.#names.has(name)) {
        throw new Error(
          `graph ${this.#name}: ${opType} reads "${name}", which no earlier node, input or constant makes`,
        )
      }
    }
    const output = this.#claim(outputName ?? `${opType.toLowerCase()}_${this.#nodes.length}`)
    const named = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attributeOf(value)]))
    this.#nodes.push({ opType, name: output, inputs, outputs: [output], attributes: named })
    return output
  }

  output(name: string, shape: readonly Dimension[], type: ElementType = 'float32'): void {
    if (!this.#names.has(name)) throw new Error(`graph ${this.#name}: output "${name}" is not made by any node`)
    this.#outputs.push({ name, type, shape })
  }

  finish(): Graph {
    return {
      name: this.#name,
      inputs: this.#inputs,
      outputs: this.#outputs,
      constants: this.#constants,
      nodes: this.#nodes,
    }
  }

  #claim(name: string): string {
    if (this.#names.has(name)) throw new Error(`graph ${this.#name}: two values are called "${name}"`)
    this.#names.add(name)
    return name
  }
}

export function float32Tensor(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor {
  return { type: 'float32', shape, values: values instanceof Float32Array ? values : Float32Array.from(values) }
}

export function int64Tensor(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return { type: 'int64', shape, values: BigInt64Array.from(values, BigInt) }
}

/** A float attribute whose value happens to be whole. */
export function float(value: number): Attribute {
  return { kind: 'float', value }
}

function attributeOf(value: AttributeInput): Attribute {
  if (typeof value === 'number') return Number.isInteger(value) ? { kind: 'int', value } : { kind: 'float', value }
  if (typeof value === 'string') return { kind: 'text', value }
  if ('kind' in value) return value
  if ('shape' in value) return { kind: 'tensor', value }
  return value.every(Number.isInteger) ? { kind: 'ints', value } : { kind: 'floats', value }
}

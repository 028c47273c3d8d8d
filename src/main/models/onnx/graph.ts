// A small ONNX graph in memory: inputs, constants, nodes, outputs. `encodeModel` turns it into bytes.

export type ElementType = 'float64' | 'float32' | 'float16' | 'int64' | 'int32' | 'uint8' | 'int8' | 'bool'
/** a number, or the name of a size that is known only when the model runs */
export type Dimension = number | string

/** row-major; float16 as its 16 bits */
export type TensorValues =
  | Float64Array
  | Float32Array
  | Uint16Array
  | BigInt64Array
  | Int32Array
  | Uint8Array
  | Int8Array

export interface Tensor {
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly values: TensorValues
}

/** A tensor that is read when the model is written, so that the weights of a large network are never all in memory. */
export interface LazyTensor {
  readonly type: ElementType
  readonly shape: readonly number[]
  read(): Promise<TensorValues>
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
  /** absent for the operators of the ONNX standard */
  readonly domain?: string
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

export interface GraphConstant {
  readonly name: string
  readonly tensor: Tensor | LazyTensor
}

export interface Graph {
  readonly name: string
  readonly inputs: readonly GraphValue[]
  readonly outputs: readonly GraphValue[]
  readonly constants: readonly GraphConstant[]
  readonly nodes: readonly GraphNode[]
}

/** Attributes as plain values: text, whole numbers and lists of them; fractions and tensors as they are. */
export type AttributeInput = number | string | readonly number[] | Tensor | Attribute

/** Collects a graph in the order it is computed; a value is known by its name. */
export class GraphBuilder {
  readonly #name: string
  readonly #inputs: GraphValue[] = []
  readonly #outputs: GraphValue[] = []
  readonly #constants: GraphConstant[] = []
  readonly #nodes: GraphNode[] = []
  readonly #names = new Set<string>()

  constructor(name: string) {
    this.#name = name
  }

  input(name: string, shape: readonly Dimension[], type: ElementType = 'float32'): string {
    this.#inputs.push({ name: this.#claim(name), type, shape })
    return name
  }

  constant(name: string, tensor: Tensor | LazyTensor): string {
    if ('values' in tensor) checkLength(`graph ${this.#name}: constant "${name}"`, tensor.shape, tensor.values)
    this.#constants.push({ name: this.#claim(name), tensor })
    return name
  }

  /**
   * Adds a node with one output.
   * @param opType operator; those outside the standard with their domain, `com.microsoft.MultiHeadAttention`
   * @returns the output's name, `outputName` or one made from the operator
   */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>> = {},
    outputName?: string,
  ): string {
    return this.#add(opType, inputs, attributes, [outputName ?? this.#freshName(opType)])[0]!
  }

  /** Adds a node with several outputs. @returns their names, in the operator's order */
  nodeWithOutputs(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>>,
    outputCount: number,
  ): readonly string[] {
    const stem = this.#freshName(opType)
    const names = Array.from({ length: outputCount }, (_, i) => `${stem}_${i}`)
    return this.#add(opType, inputs, attributes, names)
  }

  #freshName(opType: string): string {
    return `${operatorOf(opType).opType.toLowerCase()}_${this.#nodes.length}`
  }

  #add(
    qualified: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeInput>>,
    outputNames: readonly string[],
  ): readonly string[] {
    const { domain, opType } = operatorOf(qualified)
    for (const name of inputs) {
      if (name !== '' && !this.#names.has(name)) {
        throw new Error(
          `graph ${this.#name}: ${opType} reads "${name}", which no earlier node, input or constant makes`,
        )
      }
    }
    const outputs = outputNames.map((name) => this.#claim(name))
    const named = Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attributeOf(value)]))
    const standard = { opType, name: outputs[0]!, inputs, outputs, attributes: named }
    this.#nodes.push(domain === undefined ? standard : { domain, ...standard })
    return outputs
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

/** Number of values of a tensor of that shape; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** @throws Error naming `place` when there are more or fewer values than the shape holds */
export function checkLength(place: string, shape: readonly number[], values: TensorValues): void {
  const expected = elementCount(shape)
  if (values.length !== expected) throw new Error(`${place} has ${values.length} values, expected ${expected}`)
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

function operatorOf(qualified: string): { readonly domain?: string; readonly opType: string } {
  const dot = qualified.lastIndexOf('.')
  if (dot === -1) return { opType: qualified }
  return { domain: qualified.slice(0, dot), opType: qualified.slice(dot + 1) }
}

function attributeOf(value: AttributeInput): Attribute {
  if (typeof value === 'number') return Number.isInteger(value) ? { kind: 'int', value } : { kind: 'float', value }
  if (typeof value === 'string') return { kind: 'text', value }
  if ('kind' in value) return value
  if ('shape' in value) return { kind: 'tensor', value }
  return value.every(Number.isInteger) ? { kind: 'ints', value } : { kind: 'floats', value }
}

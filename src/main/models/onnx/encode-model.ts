// Graph -> ONNX ModelProto (onnx.proto3, IR version 8). Field numbers are those of the specification.

import type { Attribute, ElementType, Graph, GraphNode, GraphValue, Tensor } from './graph.ts'
import { littleEndianBytes, ProtobufWriter } from './protobuf-writer.ts'

export interface EncodeOptions {
  /** default operator set; 17 has everything that ViT and ResNet need */
  readonly opset?: number
  readonly producer?: string
  /** shown by tools; e.g. what the weights are */
  readonly metadata?: Readonly<Record<string, string>>
  /** Tensors of at least `minBytes` go to a second file, which stands beside the model under `file`. */
  readonly external?: { readonly file: string; readonly minBytes: number }
}

export interface EncodedModel {
  readonly model: Uint8Array<ArrayBuffer>
  /** to be written one after the other to the external file; empty without one */
  readonly externalChunks: readonly Uint8Array[]
}

const elementTypes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
}
const attributeTypes: Readonly<Record<Attribute['kind'], number>> = {
  float: 1,
  int: 2,
  text: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
}
/** External tensors start on pages, so that they can be mapped into memory. */
const externalAlignment = 4096

/** Bytes of a model file, and the external data when asked for. */
export function encodeModel(graph: Graph, options: EncodeOptions = {}): EncodedModel {
  const external = options.external === undefined ? undefined : new ExternalData(options.external)
  const writer = new ProtobufWriter()
  writer
    .int(1, 8)
    .text(2, options.producer ?? 'ground-control')
    .message(7, (inner) => writeGraph(inner, graph, external))
    .message(8, (inner) => inner.text(1, '').int(2, options.opset ?? 17))
  for (const [key, value] of Object.entries(options.metadata ?? {})) {
    writer.message(14, (inner) => inner.text(1, key).text(2, value))
  }
  return { model: writer.finish(), externalChunks: external?.chunks ?? [] }
}

class ExternalData {
  readonly chunks: Uint8Array[] = []
  readonly file: string
  readonly minBytes: number
  #offset = 0

  constructor({ file, minBytes }: { file: string; minBytes: number }) {
    this.file = file
    this.minBytes = minBytes
  }

  /** @returns the offset at which the bytes will stand in the file */
  add(bytes: Uint8Array): number {
    const padding = (externalAlignment - (this.#offset % externalAlignment)) % externalAlignment
    if (padding > 0) this.chunks.push(new Uint8Array(padding))
    const start = this.#offset + padding
    this.chunks.push(bytes)
    this.#offset = start + bytes.length
    return start
  }
}

function writeGraph(writer: ProtobufWriter, graph: Graph, external: ExternalData | undefined): void {
  for (const node of graph.nodes) writer.message(1, (inner) => writeNode(inner, node))
  writer.text(2, graph.name)
  for (const { name, tensor } of graph.constants) {
    writer.message(5, (inner) => writeTensor(inner, tensor, { name, external }))
  }
  for (const value of graph.inputs) writer.message(11, (inner) => writeValue(inner, value))
  for (const value of graph.outputs) writer.message(12, (inner) => writeValue(inner, value))
}

function writeNode(writer: ProtobufWriter, node: GraphNode): void {
  for (const name of node.inputs) writer.text(1, name)
  for (const name of node.outputs) writer.text(2, name)
  writer.text(3, node.name).text(4, node.opType)
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => writeAttribute(inner, name, attribute))
  }
}

function writeAttribute(writer: ProtobufWriter, name: string, attribute: Attribute): void {
  writer.text(1, name)
  if (attribute.kind === 'float') writer.float(2, attribute.value)
  if (attribute.kind === 'int') writer.int(3, attribute.value)
  if (attribute.kind === 'text') writer.text(4, attribute.value)
  if (attribute.kind === 'tensor') writer.message(5, (inner) => writeTensor(inner, attribute.value, {}))
  if (attribute.kind === 'floats') writer.packedFloats(7, attribute.value)
  if (attribute.kind === 'ints') writer.packedInts(8, attribute.value)
  writer.int(20, attributeTypes[attribute.kind])
}

function writeTensor(
  writer: ProtobufWriter,
  tensor: Tensor,
  { name, external }: { name?: string; external?: ExternalData | undefined },
): void {
  writer.packedInts(1, tensor.shape).int(2, elementTypes[tensor.type]).text(8, name)
  const bytes = littleEndianBytes(tensor.values)
  if (external === undefined || bytes.length < external.minBytes) {
    writer.bytes(9, bytes)
    return
  }
  const entries = { location: external.file, offset: String(external.add(bytes)), length: String(bytes.length) }
  for (const [key, value] of Object.entries(entries)) {
    writer.message(13, (inner) => inner.text(1, key).text(2, value))
  }
  writer.int(14, 1)
}

function writeValue(writer: ProtobufWriter, value: GraphValue): void {
  writer.text(1, value.name).message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.int(1, elementTypes[value.type]).message(2, (shape) => {
        for (const size of value.shape) {
          shape.message(1, (dimension) => (typeof size === 'number' ? dimension.int(1, size) : dimension.text(2, size)))
        }
      })
    }),
  )
}

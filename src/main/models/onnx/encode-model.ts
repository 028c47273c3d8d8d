// Graph -> ONNX ModelProto (onnx.proto3, IR version 10). Field numbers are those of the specification.

import type { ExternalData } from './external-data.ts'
import type { Attribute, ElementType, Graph, GraphNode, GraphValue, LazyTensor, Tensor } from './graph.ts'
import { littleEndianBytes, ProtobufWriter } from './protobuf-writer.ts'

export interface EncodeOptions {
  /** default operator set; 20 has Gelu and LayerNormalization */
  readonly opset?: number
  readonly producer?: string
  /** shown by tools; e.g. what the weights are */
  readonly metadata?: Readonly<Record<string, string>>
  /** constants whose values stand in the file beside the model */
  readonly external?: ExternalData | undefined
}

const elementTypes: Readonly<Record<ElementType, number>> = {
  float64: 11,
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
/** the version that every operator of ONNX Runtime's own domain has */
const foreignOpset = 1

/**
 * Bytes of a model file.
 * @throws Error naming a constant that has yet to be read and is not in `external`
 */
export function encodeModel(graph: Graph, options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter()
  writer
    .int(1, 10)
    .text(2, options.producer ?? 'ground-control')
    .message(7, (inner) => writeGraph(inner, graph, options.external))
    .message(8, (inner) => inner.text(1, '').int(2, options.opset ?? 20))
  for (const domain of foreignDomains(graph)) {
    writer.message(8, (inner) => inner.text(1, domain).int(2, foreignOpset))
  }
  for (const [key, value] of Object.entries(options.metadata ?? {})) {
    writer.message(14, (inner) => inner.text(1, key).text(2, value))
  }
  return writer.finish()
}

function foreignDomains(graph: Graph): ReadonlySet<string> {
  return new Set(graph.nodes.flatMap(({ domain }) => domain ?? []))
}

function writeGraph(writer: ProtobufWriter, graph: Graph, external: ExternalData | undefined): void {
  for (const node of graph.nodes) writer.message(1, (inner) => writeNode(inner, node))
  writer.text(2, graph.name)
  for (const { name, tensor } of graph.constants) {
    writer.message(5, (inner) => writeConstant(inner, name, tensor, external))
  }
  for (const value of graph.inputs) writer.message(11, (inner) => writeValue(inner, value))
  for (const value of graph.outputs) writer.message(12, (inner) => writeValue(inner, value))
}

function writeNode(writer: ProtobufWriter, node: GraphNode): void {
  for (const name of node.inputs) writer.text(1, name)
  for (const name of node.outputs) writer.text(2, name)
  writer.text(3, node.name).text(4, node.opType).text(7, node.domain)
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => writeAttribute(inner, name, attribute))
  }
}

function writeAttribute(writer: ProtobufWriter, name: string, attribute: Attribute): void {
  writer.text(1, name)
  if (attribute.kind === 'float') writer.float(2, attribute.value)
  if (attribute.kind === 'int') writer.int(3, attribute.value)
  if (attribute.kind === 'text') writer.text(4, attribute.value)
  if (attribute.kind === 'tensor') writer.message(5, (inner) => writeTensor(inner, attribute.value))
  if (attribute.kind === 'floats') writer.packedFloats(7, attribute.value)
  if (attribute.kind === 'ints') writer.packedInts(8, attribute.value)
  writer.int(20, attributeTypes[attribute.kind])
}

function writeConstant(
  writer: ProtobufWriter,
  name: string,
  tensor: Tensor | LazyTensor,
  external: ExternalData | undefined,
): void {
  const place = external?.places.get(name)
  if (external !== undefined && place !== undefined) {
    writeTensorType(writer, tensor, name)
    const entries = { location: external.file, offset: String(place.offset), length: String(place.length) }
    for (const [key, value] of Object.entries(entries)) {
      writer.message(13, (inner) => inner.text(1, key).text(2, value))
    }
    writer.int(14, 1)
  } else if ('values' in tensor) {
    writeTensor(writer, tensor, name)
  } else {
    throw new Error(`constant "${name}": expected its values, got a tensor that has yet to be read`)
  }
}

function writeTensor(writer: ProtobufWriter, tensor: Tensor, name?: string): void {
  writeTensorType(writer, tensor, name)
  writer.bytes(9, littleEndianBytes(tensor.values))
}

function writeTensorType(writer: ProtobufWriter, { type, shape }: Tensor | LazyTensor, name: string | undefined): void {
  writer.packedInts(1, shape).int(2, elementTypes[type]).text(8, name)
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

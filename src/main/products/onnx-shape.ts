// Inputs and outputs of an ONNX model, read from the file without its weights: protobuf fields that do not matter are
// skipped by their length (onnx.proto3: ModelProto 1 ir_version, 7 graph; GraphProto 5 initializer, 11 input, 12 output).

import type { ByteSource } from '../bytes/byte-source.ts'
import {
  broken,
  bytesIn,
  bytesOf,
  fieldsOf,
  findField,
  messageOf,
  type Part,
  type Range,
  textIn,
} from '../models/onnx/protobuf-reader.ts'

export interface OnnxPort {
  readonly name: string
  readonly type: string
  /** a text is a free dimension; undefined when the model states no shape */
  readonly shape: readonly (number | string)[] | undefined
}

export interface OnnxShape {
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  /** files beside the model that hold weights, as it names them */
  readonly dataFiles: readonly string[]
}

/** Whether bytes begin like a ModelProto: its IR version, then another of its fields. */
export function looksLikeOnnx(head: Uint8Array): boolean {
  const isVersion = head[0] === 0x08 && head[1] !== undefined && head[1] >= 1 && head[1] <= 20
  // fields 2 to 8, 14, 20, 25 follow, in any order
  return isVersion && [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72].includes(head[2] ?? 0)
}

/** @throws EngineError `unreadable-file` when the file ends early or has no graph */
export async function readOnnxShape(source: ByteSource, signal?: AbortSignal): Promise<OnnxShape> {
  const graph = await findField(source, { start: 0, end: source.byteLength }, 7, signal)
  if (graph === undefined) throw broken(source, 'no graph')
  const inputs: OnnxPort[] = []
  const outputs: OnnxPort[] = []
  const weights = new Set<string>()
  const dataFiles = new Set<string>()
  for await (const field of fieldsOf(source, graph, signal)) {
    if (field.number === 11) inputs.push(portOf(await bytesOf(source, field, signal)))
    if (field.number === 12) outputs.push(portOf(await bytesOf(source, field, signal)))
    if (field.number === 5) {
      const { name, dataFile } = await initializerAt(source, field, signal)
      weights.add(name)
      if (dataFile !== undefined) dataFiles.add(dataFile)
    }
  }
  // Before IR version 4 every weight was listed as an input too.
  return { inputs: inputs.filter(({ name }) => !weights.has(name)), outputs, dataFiles: [...dataFiles] }
}

/** TensorProto 8 name, 13 external data as pairs of 1 key and 2 value; raw data (9) and typed data are skipped. */
async function initializerAt(
  source: ByteSource,
  range: Range,
  signal?: AbortSignal,
): Promise<{ name: string; dataFile?: string }> {
  let name = ''
  let dataFile: string | undefined
  for await (const field of fieldsOf(source, range, signal)) {
    if (field.number === 8) name = Buffer.from(await bytesOf(source, field, signal)).toString('utf8')
    if (field.number !== 13) continue
    const pair = messageOf(await bytesOf(source, field, signal))
    if (textIn(pair, 1) === 'location') dataFile = textIn(pair, 2)
  }
  return { name, ...(dataFile === undefined ? {} : { dataFile }) }
}

const elementTypes = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
]

/** ValueInfoProto 1 name, 2 type; TypeProto 1 tensor; Tensor 1 element type, 2 shape; Shape 1 dim; Dim 1 value, 2 name. */
function portOf(bytes: Uint8Array): OnnxPort {
  const info = messageOf(bytes)
  const tensor = messageOf(bytesIn(messageOf(bytesIn(info, 2)), 1))
  const shape = tensor.find((field) => field.number === 2)?.bytes
  const dims =
    shape &&
    messageOf(shape).flatMap((field) => (field.bytes === undefined ? [] : [dimensionOf(messageOf(field.bytes))]))
  const type = tensor.find((field) => field.number === 1)?.value ?? 0
  return { name: textIn(info, 1), type: elementTypes[type] ?? `type ${type}`, shape: dims }
}

function dimensionOf(fields: readonly Part[]): number | string {
  return fields.find((field) => field.number === 1)?.value ?? (textIn(fields, 2) || '?')
}

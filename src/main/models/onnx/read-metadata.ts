import { openFileSource } from '../../bytes/byte-source.ts'
import { fieldsOf, messageOf, textIn } from './protobuf-reader.ts'

/**
 * The `metadata_props` of an ONNX file (ModelProto 14: pairs of 1 key and 2 value).
 * @throws EngineError `not-found`, `unreadable-file` when the file ends early
 */
export async function readOnnxMetadata(path: string): Promise<ReadonlyMap<string, string>> {
  const source = await openFileSource(path)
  try {
    const metadata = new Map<string, string>()
    for await (const { number, start, end } of fieldsOf(source, { start: 0, end: source.byteLength })) {
      if (number !== 14) continue
      const pair = messageOf(await source.slice(start, end))
      metadata.set(textIn(pair, 1), textIn(pair, 2))
    }
    return metadata
  } finally {
    await source.close()
  }
}

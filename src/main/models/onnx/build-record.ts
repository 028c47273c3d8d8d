// What a network that was built here says of its making, in the metadata of its ONNX file.

import { readOnnxMetadata } from './read-metadata.ts'

/** Raised with every change that makes another graph of the same weights. */
export const builderVersion = '1'

/** Where the weights of a network are from. */
export interface WeightsRecord {
  /** `owner/name/file@revision`, an address, the name of the user's file, or which random ones */
  readonly source: string
  /** of the weights' file; absent for random ones */
  readonly sha256?: string | undefined
}

export interface BuildRecord extends WeightsRecord {
  readonly builder: string
  readonly builderVersion: string
}

export function buildRecordMetadata({ source, sha256, builder, builderVersion }: BuildRecord): Record<string, string> {
  return {
    weights_source: source,
    ...(sha256 === undefined ? {} : { weights_sha256: sha256 }),
    builder,
    builder_version: builderVersion,
  }
}

/** Undefined for a network that was not built here, or by a version that did not write it. */
export async function readBuildRecord(path: string): Promise<BuildRecord | undefined> {
  const metadata = await readOnnxMetadata(path)
  const [source, sha256] = [metadata.get('weights_source'), metadata.get('weights_sha256')]
  const [builder, version] = [metadata.get('builder'), metadata.get('builder_version')]
  if (source === undefined || builder === undefined || version === undefined) return undefined
  const isHash = sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256)
  return { source, ...(isHash ? { sha256 } : {}), builder, builderVersion: version }
}

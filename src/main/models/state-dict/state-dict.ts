// What a network builder needs of published weights, whatever file they come in.

import type { PlainValue } from './plain-value.ts'

export type StateDictType =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool'

export interface StateDictEntry {
  readonly type: StateDictType
  /** empty for a scalar */
  readonly shape: readonly number[]
}

/** Named tensors of one file; values are read when they are asked for, so that gigabytes never have to be held at once. */
export interface StateDict {
  /** the file, for messages */
  readonly place: string
  readonly entries: ReadonlyMap<string, StateDictEntry>
  /**
   * Values in row-major order, whatever the strides in the file; other types are converted.
   * @throws EngineError `unreadable-file` naming the tensor when it is not there or its bytes are not
   */
  readFloat32(name: string): Promise<Float32Array>
  /** As `readFloat32`, without rounding float64. */
  readFloat64(name: string): Promise<Float64Array>
  /**
   * A value beside the tensors, e.g. `['hyper_parameters', 'legendre_polys']`, or `['__metadata__']` of a safetensors;
   * absent where weights come without a file.
   * @returns undefined when there is none, or it is not plain data
   */
  readPlain?(path: readonly string[]): PlainValue | undefined
  close(): Promise<void>
}

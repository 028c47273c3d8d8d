// Where networks that are built from downloaded weights stand.

import { join } from 'node:path'
import type { AnyModelCard } from './model-card.ts'

/** The file of a card's network in a folder of models, whether it is there or not. */
export function builtModelPath(modelFolder: string, { id }: Pick<AnyModelCard, 'id'>): string {
  return join(builtFolder(modelFolder), networkFileName(id))
}

export function builtFolder(modelFolder: string): string {
  return join(modelFolder, 'built')
}

/** Whether the network is made in memory for the bands of each run, so that there is no file and nothing to fetch. */
export function isMadeForEachRun({ onnx }: AnyModelCard): boolean {
  return onnx.kind === 'build' && onnx.builder === 'rcf'
}

/** float32: as published; float16: half the size, for GPUs; int8: a quarter, for CPUs, with a loss that has to be measured */
export type Precision = 'float32' | 'float16' | 'int8'
export const precisions: readonly Precision[] = ['float32', 'float16', 'int8']

export function networkFileName(id: string, precision: Precision = 'float32'): string {
  return precision === 'float32' ? `${id}.onnx` : `${id}-${precision}.onnx`
}

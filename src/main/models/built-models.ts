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

export function networkFileName(id: string, precision: 'float32' | 'float16' = 'float32'): string {
  return precision === 'float32' ? `${id}.onnx` : `${id}-float16.onnx`
}

// Where the model library keeps things below the user's folder of models:
//   weights/<repository>/<file>, <file>.part and <file>.part.json while it is fetched, weights/lock.json
//   built/<id>.onnx, built/<id>.onnx.data

import { join } from 'node:path'
import type { WeightsSource } from './weights-source.ts'

export function weightsFolder(modelsFolder: string): string {
  return join(modelsFolder, 'weights')
}

export function weightsFile(modelsFolder: string, { folder, fileName }: WeightsSource): string {
  return join(weightsFolder(modelsFolder), folder, fileName)
}

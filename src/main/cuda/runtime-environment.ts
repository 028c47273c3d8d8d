import { delimiter } from 'node:path'
import { usableFolder } from './cuda-folder.ts'
import { installedRuntime } from './installed-runtime.ts'

/** Names the folder from which the pipeline process loads ONNX Runtime; absent: from the installed package. */
export const runtimeFolderVariable = 'GROUND_CONTROL_RUNTIME'

/**
 * What the pipeline process needs in its environment to run on CUDA: the folder, and the loader's path, which is read when a
 * process starts and never again. Empty when there is no whole folder for the installed ONNX Runtime.
 */
export function runtimeEnvironment(
  cudaFolder: string,
  env: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
  const folder = usableFolder(cudaFolder, installedRuntime().version)
  if (folder === undefined) return {}
  const inherited = env['LD_LIBRARY_PATH'] ?? ''
  return {
    [runtimeFolderVariable]: folder,
    LD_LIBRARY_PATH: inherited === '' ? folder : `${folder}${delimiter}${inherited}`,
  }
}

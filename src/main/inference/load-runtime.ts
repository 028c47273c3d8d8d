// ONNX Runtime looks for its CUDA provider beside its own library. The copy of its binding that lies beside the fetched
// libraries is put into Node's cache of modules under the name by which onnxruntime-node asks for its own.

import { createRequire } from 'node:module'
import { join } from 'node:path'
import { bindingFile } from '../cuda/installed-runtime.ts'
import { runtimeFolderVariable } from '../cuda/runtime-environment.ts'

/** what is used of ONNX Runtime */
export type Runtime = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor' | 'env'>

export interface LoadedRuntime {
  readonly runtime: Runtime
  /** what ONNX Runtime's failure to load its CUDA provider comes from, in a few words */
  readonly whyNoCuda: () => string
}

let loaded: Promise<LoadedRuntime> | undefined

/**
 * ONNX Runtime, from the folder of CUDA libraries where the environment names one that loads; once in a process.
 * @param given taken instead
 */
export async function loadRuntime(given?: Runtime): Promise<LoadedRuntime> {
  if (given !== undefined) return { runtime: given, whyNoCuda: () => whyNotLoaded(undefined) }
  loaded ??= load(process.env[runtimeFolderVariable])
  return loaded
}

async function load(folder: string | undefined): Promise<LoadedRuntime> {
  const problem = folder === undefined || folder === '' ? undefined : takeBindingOf(folder)
  const runtime = await import('onnxruntime-node')
  runtime.env.logLevel = 'fatal'
  return { runtime, whyNoCuda: () => problem ?? whyNotLoaded(folder) }
}

/** @returns why the binding of that folder cannot be used; then the installed one is */
function takeBindingOf(folder: string): string | undefined {
  const require = createRequire(import.meta.url)
  const name = `onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/${bindingFile}`
  try {
    const installed = require.resolve(name)
    const copy = join(folder, bindingFile)
    require(copy)
    require.cache[installed] = require.cache[copy]!
    return undefined
  } catch (error) {
    return `the copy of ONNX Runtime beside the CUDA libraries does not load: ${firstLine(error)}`
  }
}

/** ONNX Runtime keeps what the loader says to itself, so the loader is asked again. */
function whyNotLoaded(folder: string | undefined): string {
  if (folder === undefined || folder === '') return 'the CUDA libraries are not installed'
  try {
    process.dlopen({ exports: {} }, join(folder, 'libonnxruntime_providers_cuda.so'))
  } catch (error) {
    const line = firstLine(error)
    if (!/self-register/i.test(line)) return `the CUDA libraries do not load: ${line}`
  }
  return 'the CUDA libraries load, but ONNX Runtime does not take them'
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text.split('\n')[0] ?? text).slice(0, 200)
}

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'

/** The onnxruntime-node that the application came with. */
export interface InstalledRuntime {
  readonly version: string
  /** its binding and the library of ONNX Runtime; outside the archive in the installed application */
  readonly bindingFolder: string
  readonly platform: string
  readonly arch: string
}

/** File of the binding, in the package and in a copy of it. */
export const bindingFile = 'onnxruntime_binding.node'

export function installedRuntime(): InstalledRuntime {
  const card = createRequire(import.meta.url).resolve('onnxruntime-node/package.json')
  const { version } = JSON.parse(readFileSync(card, 'utf8')) as { version: string }
  const { platform, arch } = process
  const folder = join(dirname(card), 'bin', 'napi-v6', platform, arch)
  const bindingFolder = folder.replace(`${sep}app.asar${sep}`, `${sep}app.asar.unpacked${sep}`)
  return { version, bindingFolder, platform, arch }
}

/** Why there are no CUDA libraries for this system; undefined where there are. */
export function whyUnsupported({ platform, arch }: Pick<InstalledRuntime, 'platform' | 'arch'>): string | undefined {
  if (platform === 'linux' && arch === 'x64') return undefined
  if (platform === 'win32') {
    return 'on Windows ONNX Runtime comes with DirectML and WebGPU, which are used; its package names no CUDA libraries for Windows'
  }
  if (platform === 'darwin') return 'macOS has no CUDA; WebGPU and CoreML are used'
  return `ONNX Runtime has CUDA libraries for Linux on x64 only, this is ${platform} on ${arch}`
}

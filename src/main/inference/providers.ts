import type { DeviceChoice } from '../../shared/terms.ts'

export type ProviderName = 'cuda' | 'webgpu' | 'dml' | 'coreml' | 'cpu'

/** Execution providers to try, best first; the CPU always comes last. */
export function providersFor(device: DeviceChoice | ProviderName, platform: NodeJS.Platform): readonly ProviderName[] {
  if (device === 'cpu') return ['cpu']
  if (device !== 'auto') return [device, 'cpu']
  if (platform === 'win32') return ['cuda', 'webgpu', 'dml', 'cpu']
  if (platform === 'darwin') return ['webgpu', 'coreml', 'cpu']
  return ['cuda', 'webgpu', 'cpu']
}

/** Whether a provider computes float16 as fast or faster than float32; the CPU mostly converts it back and forth. */
export function prefersFloat16(provider: ProviderName): boolean {
  return provider !== 'cpu'
}

export interface ProviderFailure {
  readonly provider: ProviderName
  readonly cause: unknown
  /** in a few words, where more is known than the cause says */
  readonly why?: string
}

/** Whether ONNX Runtime could not even load the provider's library. */
export function isNotLoaded(provider: ProviderName, cause: unknown): boolean {
  return provider === 'cuda' && /failed to load shared library/i.test(textOf(cause))
}

/** Why a better provider does not run, in one sentence; undefined when nothing failed. */
export function fallbackReason(failures: readonly ProviderFailure[]): string | undefined {
  if (failures.length === 0) return undefined
  return failures.map(({ provider, cause, why }) => `${provider}: ${why ?? shortCause(cause)}`).join('; ')
}

/** ONNX Runtime's messages carry source lines and stack traces; the user needs the finding. */
function shortCause(cause: unknown): string {
  const text = textOf(cause)
  if (/no supported adapters|failed to get a webgpu adapter/i.test(text))
    return 'no graphics adapter that WebGPU can use'
  if (/backend not found/i.test(text)) return 'not part of ONNX Runtime on this platform'
  const [, number, words] = /CUDA failure (\d+): ([^;\n]*)/.exec(text) ?? []
  // what the CUDA runtime says without any driver, too
  if (number === '35') return 'no NVIDIA driver, or one that is too old for CUDA 12 (CUDA failure 35)'
  if (words !== undefined) return `${words.trim()} (CUDA failure ${number})`
  const line = text.split('\n').find((one) => one.trim() !== '') ?? text
  return line.replace(/^\/\S+:\d+ /, '').slice(0, 200)
}

const textOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))

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
}

/** Why a better provider does not run, in one sentence; undefined when nothing failed. */
export function fallbackReason(failures: readonly ProviderFailure[]): string | undefined {
  if (failures.length === 0) return undefined
  return failures.map(({ provider, cause }) => `${provider}: ${shortCause(provider, cause)}`).join('; ')
}

/** ONNX Runtime's messages carry source lines and stack traces; the user needs the finding. */
function shortCause(provider: ProviderName, cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  if (provider === 'cuda' && /failed to load shared library/i.test(text)) return 'the CUDA libraries are not installed'
  if (/no supported adapters|failed to get a webgpu adapter/i.test(text))
    return 'no graphics adapter that WebGPU can use'
  if (/backend not found/i.test(text)) return 'not part of ONNX Runtime on this platform'
  const line = text.split('\n').find((one) => one.trim() !== '') ?? text
  return line.replace(/^\/\S+:\d+ /, '').slice(0, 200)
}

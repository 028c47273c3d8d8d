import { type ChildProcess, spawn } from 'node:child_process'

/** How busy the first NVIDIA GPU is, asked of nvidia-smi five times a second; nothing on the CPU and where there is none. */
export class GpuWatch {
  readonly #process: ChildProcess | undefined
  readonly #percent: number[] = []

  constructor(device: string) {
    if (device === 'cpu') return
    this.#process = spawn('nvidia-smi', ['--query-gpu=utilization.gpu', '--format=csv,noheader,nounits', '-lms', '200'])
    this.#process.on('error', () => {})
    this.#process.stdout?.on('data', (lines: Buffer) => {
      for (const line of lines.toString().trim().split('\n')) this.#percent.push(Number(line.split(',')[0]))
    })
  }

  /** Percent; undefined when nothing was seen. */
  meanBusy(): number | undefined {
    const seen = this.#percent.filter((one) => !Number.isNaN(one))
    if (seen.length === 0) return undefined
    return Math.round(seen.reduce((sum, one) => sum + one, 0) / seen.length)
  }

  stop(): void {
    this.#process?.kill()
  }
}

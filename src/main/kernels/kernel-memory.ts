// Memory that kernels work on. It is shared, so several threads see the same codes; a WebAssembly memory ends at 4 GB.

/** The part of the WebAssembly interface that is used; Node's types do not declare it. */
declare const WebAssembly: {
  readonly Memory: new (descriptor: { initial: number; maximum: number; shared: boolean }) => WasmMemory
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
  validate(bytes: Uint8Array): boolean
}

interface WasmMemory {
  readonly buffer: SharedArrayBuffer
}

/** Can be posted to a worker, which then works on the same bytes. */
export interface KernelMemory {
  readonly buffer: SharedArrayBuffer
  /** absent where kernels run without WebAssembly */
  readonly wasm: WasmMemory | undefined
}

const PAGE_BYTES = 65_536
export const MAX_MEMORY_BYTES = 65_535 * PAGE_BYTES

/**
 * Zeroed memory of at least `byteLength` bytes; pages that nobody touches take no room.
 * @throws RangeError above 4 GB, and where the system has no such room
 */
export function createKernelMemory(byteLength: number): KernelMemory {
  if (byteLength > MAX_MEMORY_BYTES) {
    throw new RangeError(`kernel memory: expected at most ${MAX_MEMORY_BYTES} bytes, got ${byteLength}`)
  }
  const pages = Math.max(1, Math.ceil(byteLength / PAGE_BYTES))
  if (!hasWasm()) return { buffer: new SharedArrayBuffer(pages * PAGE_BYTES), wasm: undefined }
  // the maximum must be that of the module's import
  const wasm = new WebAssembly.Memory({ initial: pages, maximum: 65_536, shared: true })
  return { buffer: wasm.buffer, wasm }
}

/** An instance of a module on a memory. */
export function instantiate(bytes: Uint8Array, memory: WasmMemory): unknown {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports
}

/** A module with one SIMD instruction: `(func (result v128) (i32x4.splat (i32.const 0)))`. */
const simdProbe = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 5, 1, 0x60, 0, 1, 0x7b],
  ...[3, 2, 1, 0],
  ...[10, 8, 1, 6, 0, 0x41, 0, 0xfd, 17, 11],
)

let isPossible: boolean | undefined

/** Whether this runtime has WebAssembly with SIMD; GROUND_CONTROL_KERNELS=plain says no. */
export function hasWasm(): boolean {
  isPossible ??=
    process.env['GROUND_CONTROL_KERNELS'] !== 'plain' &&
    typeof WebAssembly === 'object' &&
    WebAssembly.validate(simdProbe)
  return isPossible
}

/** Hands out aligned places in a memory, one after the other. */
export class Places {
  #next: number

  constructor(first = 0) {
    this.#next = first
  }

  take(byteLength: number): number {
    const place = this.#next
    this.#next = align(place + byteLength)
    return place
  }

  /** first byte that was not handed out */
  get end(): number {
    return this.#next
  }
}

/** Up to the next multiple of 64 bytes: a line of the cache. */
function align(byteLength: number): number {
  return Math.ceil(byteLength / 64) * 64
}

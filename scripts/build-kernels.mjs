// Compiles the AssemblyScript kernels of src/main/kernels/assembly into one .wasm file.

import { join } from 'node:path'

/**
 * The memory is given by whoever starts the module, shared between threads and up to 4 GB. No runtime is linked: kernels allocate nothing.
 * @throws Error with the compiler's messages
 */
export async function buildKernels(root, outFile) {
  const { default: asc } = await import('assemblyscript/asc')
  const { error, stderr } = await asc.main([
    join(root, 'src/main/kernels/assembly/kernels.ts'),
    ...['--outFile', outFile, '--runtime', 'stub', '--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert'],
    ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
    ...['--enable', 'simd', '--enable', 'threads', '--enable', 'bulk-memory'],
  ])
  if (error) throw new Error(`kernels: ${error.message}\n${stderr.toString()}`)
}

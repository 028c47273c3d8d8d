// <user data>/cuda/<version of onnxruntime-node>/   libraries, a copy of the binding, licences/, manifest.json: complete
//                  <version>.part/                   the same while it is being filled, never loaded
//                  downloads/                        packages on their way

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeOutputFile } from '../bytes/output-file.ts'

const cudaManifest = z.object({
  version: z.literal(1),
  runtime: z.string(),
  packages: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      /** address, or folder of what was copied on this machine */
      from: z.string(),
      /** of the package that was downloaded: `sha256:` or `sha512:` and lower-case hex */
      hash: z.string().optional(),
      files: z.array(z.object({ name: z.string(), byteLength: z.number() })),
    }),
  ),
  /** libraries that the system had when the folder was filled */
  system: z.array(z.string()),
})
export type CudaManifest = z.infer<typeof cudaManifest>
export type PlacedPackage = CudaManifest['packages'][number]

export const completeFolder = (cudaFolder: string, runtime: string) => join(cudaFolder, runtime)
export const unfinishedFolder = (cudaFolder: string, runtime: string) => join(cudaFolder, `${runtime}.part`)
export const downloadFile = (cudaFolder: string, name: string) => join(cudaFolder, 'downloads', name)
export const licenceFolder = 'licences'

/** What is written of a folder; undefined when nothing is, or nothing of this runtime. */
export function readManifest(folder: string, runtime: string): CudaManifest | undefined {
  try {
    const manifest = cudaManifest.parse(JSON.parse(readFileSync(join(folder, manifestFile), 'utf8')))
    return manifest.runtime === runtime ? manifest : undefined
  } catch {
    return undefined
  }
}

export async function writeManifest(folder: string, manifest: CudaManifest): Promise<void> {
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`
  await writeOutputFile(join(folder, manifestFile), (file) => file.writeFile(text))
}

/** The first file of a package that is not there as it was written. */
export function missingFile(folder: string, files: PlacedPackage['files']): string | undefined {
  return files.find(({ name, byteLength }) => {
    const found = statSync(join(folder, name), { throwIfNoEntry: false })
    return found?.isFile() !== true || found.size !== byteLength
  })?.name
}

/** The folder that the pipeline process may load ONNX Runtime from; undefined when there is none that is whole. */
export function usableFolder(cudaFolder: string, runtime: string): string | undefined {
  const folder = completeFolder(cudaFolder, runtime)
  const files = readManifest(folder, runtime)?.packages.flatMap((one) => one.files)
  return files !== undefined && missingFile(folder, files) === undefined ? folder : undefined
}

const manifestFile = 'manifest.json'

import { z } from 'zod'

export const cudaStatus = z.object({
  /** version of ONNX Runtime that the libraries must fit */
  runtime: z.string(),
  /** where they are, or will be */
  folder: z.string(),
  /** `unsupported`: there are none for this system, `reason` says why */
  state: z.enum(['unsupported', 'missing', 'partial', 'ready']),
  reason: z.string().optional(),
  packages: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      title: z.string(),
      licence: z.string(),
      /** host of its feed */
      from: z.string(),
      /** absent where only its feed knows it */
      byteLength: z.number().optional(),
      /** `system`: not fetched, because this system has its libraries */
      state: z.enum(['missing', 'partial', 'here', 'system']),
      /** of a package that is fetched in part */
      fetchedBytes: z.number(),
    }),
  ),
  /** still to come, without the packages of unknown size */
  downloadBytes: z.number(),
  /** on this disk, what is in part and what is of other versions included */
  storedBytes: z.number(),
})
export type CudaStatus = z.infer<typeof cudaStatus>

export const cudaFetchReport = z.object({
  runtime: z.string(),
  folder: z.string(),
  packages: z.array(z.object({ name: z.string(), version: z.string(), from: z.string() })),
  /** libraries that were not fetched because the system has them */
  system: z.array(z.string()),
  /** that came this time: 0 when everything was there already */
  fetchedBytes: z.number(),
  storedBytes: z.number(),
  warnings: z.array(z.string()),
})
export type CudaFetchReport = z.infer<typeof cudaFetchReport>

/** Result of `fetchCuda`: what came, and what inference runs on with it, tried in a process of its own. */
export const cudaReport = cudaFetchReport.extend({
  provider: z.object({ name: z.string(), reason: z.string().optional() }),
})
export type CudaReport = z.infer<typeof cudaReport>

export const cudaRemoveReport = z.object({ folder: z.string(), freedBytes: z.number() })
export type CudaRemoveReport = z.infer<typeof cudaRemoveReport>

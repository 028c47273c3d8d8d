import { z } from 'zod'

export const engineStatus = z.object({
  version: z.string(),
  door: z.enum(['electron', 'browser', 'cli']),
  /** what inference runs on, and why nothing better */
  provider: z.object({ name: z.string(), reason: z.string().optional() }),
  threads: z.number().int(),
  /** resident memory of the engine and its workers */
  memoryBytes: z.number(),
  /** folders the browser door may list; empty in Electron */
  folders: z.array(z.string()),
  samplePlanet: z.object({ available: z.boolean(), path: z.string(), byteLength: z.number() }),
})
export type EngineStatus = z.infer<typeof engineStatus>

// What stands on the screen, as a file: which sets are open, and what each part of the window keeps.

import { z } from 'zod'

/** Of this version and older ones; a newer file is refused. */
export const projectVersion = 1

export const project = z.object({
  groundControlProject: z.number().int(),
  appVersion: z.string(),
  savedAt: z.string(),
  sets: z.array(
    z.object({
      /** as `openSet` takes it */
      path: z.string(),
      /** from the folder of the project file, where it is one of its folder or below: the two can be moved together */
      beside: z.string().optional(),
      name: z.string(),
      /** rows; a set with another number is not the one that was saved */
      count: z.number().int(),
    }),
  ),
  /** index of the set on the globe */
  current: z.number().int().optional(),
  /** by the name of the part; what is in one is that part's own */
  parts: z.record(z.string(), z.unknown()),
})
export type Project = z.infer<typeof project>

export const openedProject = z.object({
  /** absent: the one saved by itself */
  path: z.string().optional(),
  /** sets with the paths where they are now */
  project,
})
export type OpenedProject = z.infer<typeof openedProject>

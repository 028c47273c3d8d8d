// Files of the user's computer on their way to the engine: by path in Electron, sent in slices in the browser.

import { type BroughtFile, uploadFile } from '../engine-client.ts'
import type { JobActions } from './jobs.ts'
import type { ActionContext } from './store.ts'

/** What was dropped, in words: `scene`, `B02.tif and 2 more`. */
export function dropTitle(files: readonly BroughtFile[]): string {
  const tops = [...new Set(files.map(({ name }) => name.split('/')[0]))]
  const [first = 'nothing', ...others] = tops
  return others.length === 0 ? first : `${first} and ${others.length} more`
}

export function bringActions({ client }: ActionContext, { jobs }: { readonly jobs: JobActions }) {
  /** Sends files to the engine as one drop; @returns the job, and what was dropped: files, and the outermost folders of the others */
  const upload = (files: readonly BroughtFile[]) => {
    const total = files.reduce((sum, { file }) => sum + file.size, 0)
    return jobs.track(
      { title: `Reading ${dropTitle(files)}`, stage: 'sending to the engine', unit: 'bytes', total },
      async (signal, onProgress) => {
        const tops = new Set<string>()
        let group: string | undefined
        let before = 0
        for (const brought of files) {
          const sent = await uploadFile(client.engine, brought, {
            signal,
            group,
            onProgress: (bytes) => onProgress(before + bytes),
          })
          before += brought.file.size
          group = sent.group
          tops.add(sent.top)
        }
        return [...tops]
      },
    )
  }

  return {
    /** Paths of the engine's machine for these files; `jobId` is of the sending where some had to be sent, `failure` why that failed. */
    async paths(
      files: readonly BroughtFile[],
    ): Promise<{ readonly paths: readonly string[]; readonly jobId?: string; readonly failure?: unknown }> {
      const native = new Map(files.map((brought) => [brought, client.bridge?.pathForFile(brought.file) ?? '']))
      const unreachable = files.filter((brought) => native.get(brought) === '')
      const paths = [...native.values()].filter((path) => path !== '')
      if (unreachable.length === 0) return { paths }
      try {
        const { value: sent, jobId } = await upload(unreachable)
        return { paths: [...paths, ...sent], jobId }
      } catch (failure) {
        return { paths, failure }
      }
    },
  }
}

export type BringActions = ReturnType<typeof bringActions>

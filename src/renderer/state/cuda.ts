// The libraries for NVIDIA GPUs: what is here of them, fetching and removing them.

import type { CudaReport, CudaStatus } from '../../shared/contract.ts'
import type { FileActions } from './files.ts'
import type { JobActions } from './jobs.ts'
import type { NoticeActions } from './notices.ts'
import { type ActionContext, latestOnly, patch } from './store.ts'
import type { ViewActions } from './view.ts'

export interface CudaState {
  readonly status: CudaStatus | undefined
  /** the last job that fetched them */
  readonly jobId: string | undefined
  /** what inference ran on when the last fetch had ended */
  readonly outcome: CudaReport['provider'] | undefined
}

export const initialCuda: CudaState = { status: undefined, jobId: undefined, outcome: undefined }

export function cudaActions(
  { store, client }: ActionContext,
  needs: {
    readonly files: FileActions
    readonly jobs: JobActions
    readonly notices: NoticeActions
    readonly view: ViewActions
  },
) {
  const { files, jobs, notices, view } = needs
  const latestStatus = latestOnly()

  const refresh = async () => {
    const status = await latestStatus(() => client.engine.cudaStatus({}))
    if (status !== undefined) patch(store, 'cuda', { status })
    await files.refreshStatus()
  }

  return {
    open() {
      view.openDialog('cuda')
      refresh().catch(notices.fail)
    },
    /** The click says that the licences, which are in sight, are accepted. */
    async fetch() {
      try {
        const { jobId } = await client.engine.fetchCuda({ acceptLicences: true })
        patch(store, 'cuda', { jobId, outcome: undefined })
        const { provider } = await jobs.finish<CudaReport>(jobId)
        patch(store, 'cuda', { outcome: provider })
      } catch (error) {
        // its sentence is shown with the job
        if (view.current() !== 'cuda') notices.fail(error)
      } finally {
        await refresh().catch(notices.fail)
      }
    },
    async remove() {
      try {
        await client.engine.removeCuda({})
        patch(store, 'cuda', { jobId: undefined, outcome: undefined })
      } catch (error) {
        notices.fail(error)
      }
      await refresh().catch(notices.fail)
    },
  }
}

// How the vectors of a published set were made: the files to compare, the job, its report.

import type { FileDescription, VerifyReport, VerifyRequest } from '../../shared/contract.ts'
import { imageModels, preferredModel } from './embed.ts'
import type { JobActions } from './jobs.ts'
import type { LibraryActions } from './library.ts'
import type { NoticeActions } from './notices.ts'
import { type ActionContext, patch } from './store.ts'
import type { ViewActions } from './view.ts'

/** What the user chooses; `undefined` leaves the unit to the engine. */
export interface VerificationChoices {
  readonly model: string | undefined
  readonly published: string | undefined
  readonly images: readonly string[]
  readonly unit: VerifyRequest['unit']
  readonly radiometricOffset: NonNullable<VerifyRequest['radiometricOffset']>
  readonly cells: number
}

export interface VerificationState {
  readonly choices: VerificationChoices
  /** the job of these choices */
  readonly jobId: string | undefined
  readonly report: VerifyReport | undefined
}

export const initialVerification: VerificationState = {
  choices: {
    model: undefined,
    published: undefined,
    images: [],
    unit: undefined,
    radiometricOffset: 'auto',
    cells: 8,
  },
  jobId: undefined,
  report: undefined,
}

/** Which of the described files a verification takes, and a sentence for each other one. */
export function routeToVerification(descriptions: readonly FileDescription[]) {
  const isImages = ({ product }: FileDescription) => product === 'core-parquet'
  const isPublished = ({ kind }: FileDescription) => kind === 'patch'
  return {
    published: descriptions.filter(isPublished).map(({ file }) => file),
    images: descriptions.filter(isImages).map(({ file }) => file),
    refused: descriptions
      .filter((one) => !isImages(one) && !isPublished(one))
      .map(
        ({ file, product, problems }) =>
          problems[0] ?? `${file}: expected an embeddings Parquet or a Core Parquet, got ${product}`,
      ),
  }
}

export function verificationActions(
  { store, client }: ActionContext,
  needs: {
    readonly jobs: JobActions
    readonly library: LibraryActions
    readonly notices: NoticeActions
    readonly view: ViewActions
  },
) {
  const { jobs, library, notices, view } = needs
  const verification = () => store.getState().verification

  const choose = (change: Partial<VerificationChoices>) =>
    patch(store, 'verification', { choices: { ...verification().choices, ...change } })
  /** Back to the choices, unless a job is still at work on them. */
  const again = () => patch(store, 'verification', { jobId: undefined, report: undefined })
  const isRunning = () =>
    store.getState().jobs.list.some(({ jobId, state }) => jobId === verification().jobId && state === 'running')

  return {
    choose,
    again,
    /** Opens the dialog, with a model or a published file where they are known. */
    async open(known: Partial<Pick<VerificationChoices, 'model' | 'published'>> = {}) {
      view.openDialog('verify')
      if (isRunning()) return
      again()
      try {
        const ready = imageModels(await library.refresh()).filter(({ availability }) => availability === 'ready')
        const asked = known.model ?? verification().choices.model
        const model = ready.find(({ id }) => id === asked) ?? preferredModel(ready)
        choose({ ...known, model: model?.id })
      } catch (error) {
        notices.fail(error)
      }
    },
    /** Takes dropped or chosen files by what they hold. */
    take(descriptions: readonly FileDescription[]) {
      const { published, images, refused } = routeToVerification(descriptions)
      for (const sentence of refused) notices.show('error', sentence)
      const { choices } = verification()
      choose({
        published: published.at(-1) ?? choices.published,
        images: [...new Set([...choices.images, ...images])],
      })
    },
    leaveOut: (image: string) => choose({ images: verification().choices.images.filter((other) => other !== image) }),
    async run() {
      const request = requestOf(verification().choices)
      if (request === undefined) return
      let jobId: string | undefined
      try {
        jobId = (await client.engine.verify(request)).jobId
        patch(store, 'verification', { jobId, report: undefined })
        const report = await jobs.finish<VerifyReport>(jobId)
        if (verification().jobId === jobId) patch(store, 'verification', { report })
        if (view.current() !== 'verify') notices.show('done', report.verdict.sentence)
      } catch (error) {
        // of a job that has begun the sentence is shown with it
        if (jobId === undefined || view.current() !== 'verify') notices.fail(error)
      }
    },
    /** Shows what a job has found. */
    show(jobId: string, report: VerifyReport) {
      patch(store, 'verification', { jobId, report })
      view.openDialog('verify')
    },
  }
}

export type VerificationActions = ReturnType<typeof verificationActions>

/** @returns undefined while a choice is missing */
export function requestOf(choices: VerificationChoices): VerifyRequest | undefined {
  const { model, published, images, unit, ...others } = choices
  if (model === undefined || published === undefined || images.length === 0) return undefined
  return { ...others, model, published, images: [...images], ...(unit === undefined ? {} : { unit }) }
}

// Imagery on its way to embeddings: what was dropped, the choices, the dry run, the run.

import type {
  EmbedPlan,
  EmbedReport,
  EmbedRequest,
  FileDescription,
  ImageModelSummary,
  ModelSummary,
  SetSummary,
} from '../../shared/contract.ts'
import { isCancelled } from '../../shared/errors.ts'
import { embedOutcome } from './embed-outcome.ts'
import type { JobActions } from './jobs.ts'
import type { LibraryActions } from './library.ts'
import type { NoticeActions } from './notices.ts'
import type { SetActions } from './sets.ts'
import { type ActionContext, latestOnly, patch } from './store.ts'
import type { ViewActions } from './view.ts'

/** What the user chooses; `undefined` leaves the choice to the engine, which shows its proposal in the plan. */
export interface EmbedChoices {
  readonly model: string | undefined
  readonly recipe: string | undefined
  readonly unit: EmbedRequest['unit']
  readonly radiometricOffset: NonNullable<EmbedRequest['radiometricOffset']>
  readonly geometry: NonNullable<EmbedRequest['geometry']>
  readonly device: NonNullable<EmbedRequest['device']>
  readonly precision: NonNullable<EmbedRequest['precision']>
  /** file of an open set that the new vectors are to stand beside, made as they are */
  readonly extend: string | undefined
  readonly resample: boolean
}

export interface EmbedState {
  readonly inputs: readonly FileDescription[]
  /** ONNX files or cards the user dropped, offered beside the listed models */
  readonly modelFiles: readonly string[]
  readonly choices: EmbedChoices
  readonly planJobId: string | undefined
  readonly plan: EmbedPlan | undefined
  readonly planError: string | undefined
  readonly runJobId: string | undefined
  readonly report: EmbedReport | undefined
}

export const initialEmbed: EmbedState = {
  inputs: [],
  modelFiles: [],
  choices: {
    model: undefined,
    recipe: undefined,
    unit: undefined,
    radiometricOffset: 'auto',
    geometry: 'true',
    device: 'auto',
    precision: 'auto',
    extend: undefined,
    resample: false,
  },
  planJobId: undefined,
  plan: undefined,
  planError: undefined,
  runJobId: undefined,
  report: undefined,
}

export function embedActions(
  { store, client }: ActionContext,
  needs: {
    readonly jobs: JobActions
    readonly notices: NoticeActions
    readonly sets: SetActions
    readonly view: ViewActions
    readonly library: LibraryActions
  },
) {
  const { jobs, notices, sets, view, library } = needs
  const embed = () => store.getState().embed
  const latestPlan = latestOnly()

  const stopPlanning = () => {
    const { planJobId } = embed()
    if (planJobId !== undefined) client.engine.cancelJob({ jobId: planJobId }).catch(notices.fail)
  }

  /** Asks the engine what a run would do; a newer question replaces an older one. */
  const plan = async () => {
    const request = requestOf(embed())
    if (request === undefined) return
    stopPlanning()
    patch(store, 'embed', { plan: undefined, planError: undefined, planJobId: undefined })
    try {
      const answer = await latestPlan(async () => {
        const { jobId } = await client.engine.planEmbed(request)
        patch(store, 'embed', { planJobId: jobId })
        return jobs.finish<EmbedPlan>(jobId)
      })
      if (answer !== undefined) patch(store, 'embed', { plan: answer, planJobId: undefined })
    } catch (error) {
      const planError = isCancelled(error) ? 'The dry run was cancelled' : (error as Error).message
      patch(store, 'embed', { planError, planJobId: undefined })
    }
  }

  const choose = (change: Partial<EmbedChoices>) => {
    patch(store, 'embed', { choices: { ...embed().choices, ...change } })
    return plan()
  }
  const listed = () => imageModels(store.getState().library.models)

  /** Another model has other recipes and precisions. The recipe of a set that is extended is the engine's to find. */
  const chooseModel = (model: string, change: Partial<EmbedChoices> = {}) => {
    const { extend } = { ...embed().choices, ...change }
    const recipe = extend === undefined ? preferredRecipe(listed(), model) : undefined
    return choose({ ...change, model, recipe, precision: 'auto' })
  }

  return {
    plan,
    choose,
    chooseModel,
    stopPlanning,
    /** Makes the vectors as those of an open set are, with its model where that can run; undefined: a set of its own. */
    chooseExtend(set: SetSummary | undefined) {
      const { model } = embed().choices
      const isReady = listed().some(({ id, availability }) => id === set?.model && availability === 'ready')
      const next = isReady ? set?.model : model
      return next === undefined ? choose({ extend: set?.path }) : chooseModel(next, { extend: set?.path })
    },
    /** Opens the dialog for these inputs with a model that can run. */
    async begin(inputs: readonly FileDescription[]) {
      const { modelFiles } = embed()
      patch(store, 'embed', { ...initialEmbed, inputs, modelFiles })
      view.openDialog('embed')
      try {
        const models = imageModels(await library.refresh())
        const model = modelFiles.at(-1) ?? preferredModel(models)?.id
        if (model !== undefined) await chooseModel(model)
      } catch (error) {
        notices.fail(error)
      }
    },
    addInputs: (inputs: readonly FileDescription[]) => {
      patch(store, 'embed', { inputs: [...embed().inputs, ...inputs] })
      return plan()
    },
    removeInput: (file: string) => {
      patch(store, 'embed', { inputs: embed().inputs.filter((input) => input.file !== file) })
      return plan()
    },
    addModelFile(file: string) {
      patch(store, 'embed', { modelFiles: [...embed().modelFiles.filter((other) => other !== file), file] })
      if (store.getState().view.dialog === 'embed') return chooseModel(file)
      notices.show('info', `${file.replace(/^.*[\\/]/, '')}: kept as a model, drop imagery to embed with it`)
      return Promise.resolve()
    },
    /** Runs the embedding and opens what it wrote. */
    async run() {
      const request = requestOf(embed())
      if (request !== undefined) await follow(() => client.engine.embed(request))
    },
    /** Goes on with an embedding that failed or was cancelled, and opens what it wrote. */
    resume: (jobId: string) => follow(() => client.engine.resumeEmbed({ jobId })),
  }

  async function follow(start: () => Promise<{ readonly jobId: string }>): Promise<void> {
    patch(store, 'embed', { report: undefined })
    try {
      const { jobId } = await start()
      patch(store, 'embed', { runJobId: jobId })
      await finish(await jobs.finish<EmbedReport>(jobId), jobId)
    } catch (error) {
      notices.fail(error)
    } finally {
      patch(store, 'embed', { runJobId: undefined })
    }
  }

  async function finish(report: EmbedReport, jobId: string): Promise<void> {
    const belongs = (opening: string) => jobs.join(opening, jobId)
    patch(store, 'embed', { report })
    const [first, ...rest] = report.files
    if (store.getState().view.dialog === 'embed') view.closeDialogs()
    for (const file of rest) await sets.open(file, belongs)
    if (first !== undefined) await sets.open(first, belongs)
    const { kind, text } = embedOutcome(report, { failuresShown: 3 })
    notices.show(kind, text)
  }
}

export type EmbedActions = ReturnType<typeof embedActions>

/** Of the models those that take imagery. */
export function imageModels(models: readonly ModelSummary[]): readonly ImageModelSummary[] {
  return models.filter((model) => model.input === 'image')
}

/** A built-in model for any bands first: it needs no download and fits every input. */
export function preferredModel(models: readonly ImageModelSummary[]): ImageModelSummary | undefined {
  const ready = models.filter((model) => model.availability === 'ready')
  return ready.find((model) => model.anyBands) ?? ready[0] ?? models[0]
}

/** `intended` is preselected for a new set. */
function preferredRecipe(models: readonly ImageModelSummary[], model: string | undefined): string | undefined {
  const recipes = models.find((other) => other.id === model)?.recipes ?? []
  return (recipes.find((recipe) => recipe.name === 'intended') ?? recipes[0])?.name
}

function requestOf({ inputs, choices }: EmbedState): EmbedRequest | undefined {
  if (choices.model === undefined || inputs.length === 0) return undefined
  const { model, recipe, unit, extend, ...others } = choices
  return {
    ...others,
    inputs: inputs.map((input) => input.file),
    model,
    ...(recipe === undefined ? {} : { recipe }),
    ...(unit === undefined ? {} : { unit }),
    ...(extend === undefined ? {} : { extend }),
  }
}

// How were published vectors made? Cells are embedded again under hypotheses, and the one that comes closest is named.

import { basename } from 'node:path'
import type { VerifyReport } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { type ModelCard, recipeOf } from '../models/model-card.ts'
import { chooseBands } from '../pipeline/choose-bands.ts'
import type { VerifyInput } from '../pipeline/pipeline-calls.ts'
import { chooseModel } from '../pipeline/resolve-model.ts'
import type { ImageTask } from '../scenes/image-task.ts'
import { listImages } from '../scenes/list-images.ts'
import type { CallContext } from '../threads/thread-calls.ts'
import { bandOrders } from './band-orders.ts'
import { chooseSample, type Sample } from './choose-sample.ts'
import { distributionOf, meanDigits, meanOf } from './cosine-distribution.ts'
import { CosineScores } from './cosine-scores.ts'
import { type Axes, type Hypothesis, keyOf, nameOf, plainHypothesis, simplerHypotheses } from './hypothesis.ts'
import { type NetworkVariants, networkVariants } from './network-variants.ts'
import { nearestFloat16, openPublished, type PublishedSet, precisionOf } from './published-set.ts'
import { Reembedder } from './re-embed.ts'
import { type Scored, searchHypotheses } from './search-hypotheses.ts'
import { flips, fragmentOrders } from './turns.ts'
import { valueChanges } from './value-changes.ts'
import { type Finalist, isFit, verdictOf } from './verdict.ts'

/** hypotheses compared on the whole sample, best first */
const finalistCount = 10

/**
 * Compares a published file with what the model gives for the images it was made from.
 * @throws EngineError when file, model and images do not belong together; the signal's reason
 */
export async function runVerification(input: VerifyInput, context: CallContext): Promise<VerifyReport> {
  const startedMs = performance.now()
  const { request } = input
  const model = await chooseModel(request, input.context.modelFolders)
  const published = await openPublished(request.published, model.card, context.signal)
  try {
    const { tasks, warnings } = await imagesOf(input, context)
    const sample = await chooseSample(published, tasks, {
      ...{ card: model.card, cellCount: request.cells, signal: context.signal },
    })
    const networks = await networkVariants(model, {
      ...{ modelFolders: input.context.modelFolders, weights: request.weights, signal: context.signal },
    })
    const compared = await compare(input, context, { card: model.card, networks, sample, published })
    const known = [...warnings, ...networks.warnings, ...sample.warnings, ...geometryWarning(sample, published)]
    return {
      ...compared,
      seconds: (performance.now() - startedMs) / 1000,
      warnings: [...known, ...compared.warnings],
    }
  } finally {
    await published.file.source.close()
  }
}

async function imagesOf({ request }: VerifyInput, { signal, onProgress }: CallContext) {
  const list = await listImages(request.images, {
    ...(request.unit === undefined ? {} : { unit: request.unit }),
    radiometricOffset: request.radiometricOffset,
    signal,
    onProgress: ({ done }) => onProgress({ stage: 'looking at the images', done }),
  })
  const failures = list.failures.map(({ reason }) => reason)
  if (list.tasks.length > 0) return { tasks: list.tasks, warnings: [...list.warnings, ...failures] }
  if (failures[0] !== undefined) throw new EngineError('unreadable-file', failures[0])
  throw new EngineError('not-found', `${request.images.join(', ')}: expected Core Parquet files, got no image`)
}

interface Comparison {
  readonly card: ModelCard
  readonly networks: NetworkVariants
  readonly sample: Sample
  readonly published: PublishedSet
}

async function compare(
  { request, context: { threads } }: VerifyInput,
  { signal, onProgress }: CallContext,
  { card, networks, sample, published }: Comparison,
): Promise<Omit<VerifyReport, 'seconds'>> {
  const tasks = sample.cells.map((cell) => cell.task)
  const bands = chooseBands(card, tasks[0]!, request.bands)
  const orders = bandOrders(bands)
  const axes = axesOf(card, { networks, orders, tasks })
  const vectors = sample.cells.flatMap((cell) => cell.rows.map((row) => row.published))
  const precision = vectors.map(precisionOf).reduce(coarser)
  let progress = { stage: 'opening the network', done: 0 }
  const reembedder = new Reembedder({
    ...{ card, bands, bandOrders: orders, variants: networks.variants },
    rounded: precision === 'float16' ? nearestFloat16 : (x) => x,
    ...{ device: request.device, threads, signal },
    onFragments: (count) => {
      progress = { ...progress, done: progress.done + count }
      onProgress(progress)
    },
  })
  const tell = (stage: string) => {
    if (stage !== progress.stage) progress = { stage, done: 0 }
    onProgress(progress)
  }
  try {
    tell(progress.stage)
    const scores = new CosineScores(sample.cells, reembedder)
    const unrelated = scores.unrelated()
    const ranked = await searchHypotheses({
      axes,
      isFit: (cosines) => isFit(cosines, unrelated),
      compare: (stage, hypotheses) => {
        tell(stage)
        return scores.coarse(hypotheses)
      },
    })
    tell('all cells')
    const { finalists, cellOfFragment } = await scores.full(finalistsOf(ranked, axes))
    const verdict = verdictOf(finalists, {
      ...{ axes, cellOfFragment, unrelated, place: basename(published.path), hypothesisCount: ranked.length },
    })
    return {
      ...{ published: published.path, model: card.id, images: [...request.images] },
      rows: published.file.rowCount,
      cells: { ...sample.counts, compared: new Set(cellOfFragment).size },
      ...{ fragments: cellOfFragment.length, coarseFragments: scores.coarseCount },
      geometry: sample.geometry,
      precision,
      unrelatedCosine: unrelated,
      hypotheses: finalists.map((one) => told(one, axes)).sort((a, b) => b.digits - a.digits),
      others: othersOf(ranked, finalists, axes),
      verdict,
      ...providerOf(reembedder),
      warnings: reembedder.failures.map((reason) => `${reason}: left out`),
    }
  } finally {
    await reembedder.dispose()
    await networks.dispose()
  }
}

function axesOf(
  card: ModelCard,
  {
    networks,
    orders,
    tasks,
  }: {
    readonly networks: NetworkVariants
    readonly orders: ReadonlyMap<string, unknown>
    readonly tasks: readonly ImageTask[]
  },
): Axes {
  const usual = recipeOf(card)!.name
  return {
    recipe: [usual, ...card.recipes.map(({ name }) => name).filter((name) => name !== usual)],
    network: networks.variants.map(({ name }) => name),
    bands: [...orders.keys()],
    values: valueChanges([...new Set(tasks.map((task) => task.unit.value))]),
    flip: [...flips.keys()],
    order: [...fragmentOrders.keys()],
  }
}

/** The best, the best of every recipe, and the best with its changes taken back, down to what `embed` does. */
function finalistsOf(ranked: readonly Scored[], axes: Axes): Hypothesis[] {
  const ofRecipes = axes.recipe.flatMap((recipe) => ranked.find(({ hypothesis }) => hypothesis.recipe === recipe) ?? [])
  const chosen = [...ranked.slice(0, finalistCount), ...ofRecipes].map(({ hypothesis }) => hypothesis)
  const simpler = [...simplerHypotheses(chosen[0]!, axes), plainHypothesis(axes)]
  return [...new Map([...chosen, ...simpler].map((one) => [keyOf(one), one])).values()]
}

function told({ hypothesis, cosines }: Finalist, axes: Axes): VerifyReport['hypotheses'][number] {
  const digits = meanDigits(cosines)
  return { name: nameOf(hypothesis, axes), ...hypothesis, digits, ...distributionOf(cosines), cosines: [...cosines] }
}

/** Those compared on the coarse sample only. */
function othersOf(ranked: readonly Scored[], finalists: readonly Finalist[], axes: Axes): VerifyReport['others'] {
  const known = new Set(finalists.map(({ hypothesis }) => keyOf(hypothesis)))
  return ranked
    .filter(({ hypothesis }) => !known.has(keyOf(hypothesis)))
    .map(({ hypothesis, cosines, digits }) => ({
      ...{ name: nameOf(hypothesis, axes), ...hypothesis },
      ...{ mean: meanOf(cosines), digits, cosines: [...cosines] },
    }))
}

type Precision = VerifyReport['precision']

function coarser(a: Precision, b: Precision): Precision {
  return [a, b].includes('float32') ? 'float32' : [a, b].includes('float16') ? 'float16' : 'integers'
}

function providerOf({ provider: opened }: Reembedder): Pick<VerifyReport, 'provider' | 'providerReason'> {
  const { provider = '', providerReason } = opened ?? {}
  return { provider, ...(providerReason === undefined ? {} : { providerReason }) }
}

/** What the file says of its footprints, where the footprints themselves say something else. */
function geometryWarning({ geometry }: Sample, { file }: PublishedSet): string[] {
  const said = file.groundControl?.geometry
  if (said === undefined || geometry === 'unknown' || said === geometry) return []
  return [`the file says that its geometry is ${said}, its footprints say ${geometry}`]
}

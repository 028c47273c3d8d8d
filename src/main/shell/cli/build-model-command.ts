import { resolve } from 'node:path'
import type { Command } from 'commander'
import { EngineError } from '../../../shared/errors.ts'
import { builtFolder } from '../../models/built-models.ts'
import { weightsForBuild } from '../../models/library/weights-for-build.ts'
import type { AnyModelCard } from '../../models/model-card.ts'
import { buildModel } from '../../models/networks/build-model.ts'
import { networkOf } from '../../models/networks/networks.ts'
import { randomStateDict } from '../../models/networks/random-state-dict.ts'
import { readAnyModelCard } from '../../models/read-card.ts'
import { openStateDict } from '../../models/state-dict/open-state-dict.ts'
import type { StateDict } from '../../models/state-dict/state-dict.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { ownModelsFolder, shippedModelsFolder, weightsPlace } from './model-folders.ts'
import { wholeBetween } from './parse-values.ts'
import { createProgressLine } from './progress-line.ts'

interface BuildArguments {
  readonly out?: string
  readonly weights?: string
  readonly randomWeights?: number
  readonly statistics?: string
  readonly float16?: boolean
}

const help = `
Takes the weights that "models fetch ID" has brought, or --weights. Writes ID.onnx, and ID.onnx.data beside it for large
networks, into the folder of built models, where embed finds it by its id, or into --out. Random weights make a network of
the true size for tests and benchmarks; its embeddings mean nothing, so they need --out.

Examples:
  ground-control models build dinov2-base
  ground-control models build dinov2-base --weights model.safetensors
  ground-control models build dinov2-base --random-weights 7 --out /tmp/random`

export function addBuildModelCommand(models: Command, context: CliContext): void {
  jsonOption(models.command('build'))
    .description("build a model's network from its weights")
    .argument('<id>', 'id of a model, or the path of a card')
    .option('--weights <file>', 'the published weights in a file: safetensors or PyTorch')
    .option('--random-weights <seed>', 'weights drawn from a seed', wholeBetween(0, 2 ** 32 - 1))
    .option('--statistics <file>', 'band statistics, for models whose weights do not hold them')
    .option('--float16', 'half the size, for GPUs; written as ID-float16.onnx')
    .option('--out <dir>', 'folder for the files')
    .addHelpText('after', help)
    .action((id: string, options: BuildArguments, command: Command) =>
      printFinding(command, context, async () => {
        const card = await readAnyModelCard(id, [ownModelsFolder(), shippedModelsFolder()])
        const built = await build(card, options, context)
        for (const warning of built.warnings) context.err(`warning: ${warning}\n`)
        const found = { id: card.id, ...built }
        return { json: found, text: nameValueLines(built.files.map((file) => ['wrote', file])) }
      }),
    )
}

async function build(card: AnyModelCard, { out, statistics, float16, ...source }: BuildArguments, context: CliContext) {
  if (out === undefined && source.randomWeights !== undefined) {
    throw new EngineError(
      'invalid-input',
      `models build ${card.id}: expected --out for a network of random weights, got none; it must not be taken for the real one`,
    )
  }
  const line = createProgressLine(context)
  const weights = await openWeights(card, source, context, line)
  try {
    return await buildModel(card, weights, out === undefined ? builtFolder(ownModelsFolder()) : resolve(out), {
      signal: context.signal,
      statistics,
      precision: float16 === true ? 'float16' : 'float32',
      onProgress: ({ doneBytes, totalBytes }) =>
        line.show({
          title: `Building ${card.id}`,
          stage: 'writing',
          done: mb(doneBytes),
          total: mb(totalBytes),
          unit: 'MB',
        }),
    })
  } finally {
    line.clear()
    await weights.close()
  }
}

const mb = (bytes: number) => Math.round(bytes / 1e6)

/** Random ones, the user's file, or what `models fetch` has brought; the hash of a file is checked. */
async function openWeights(
  card: AnyModelCard,
  { weights, randomWeights }: BuildArguments,
  { signal }: CliContext,
  line: ReturnType<typeof createProgressLine>,
): Promise<StateDict> {
  if (randomWeights !== undefined) {
    if (weights === undefined) return randomStateDict(networkOf(card), randomWeights)
    throw new EngineError(
      'invalid-input',
      `models build ${card.id}: expected either --weights or --random-weights, got both`,
    )
  }
  const file = weights === undefined ? undefined : resolve(weights)
  const onBytes = (done: number) =>
    line.show({ title: `Building ${card.id}`, stage: 'checking the weights', done, unit: 'bytes' })
  try {
    const { path } = await weightsForBuild(card, { ...weightsPlace(), file }, { signal, onBytes })
    return await openStateDict(path, { stubUnknown: card.weights.stubUnknown === true })
  } catch (error) {
    line.clear()
    throw error
  }
}

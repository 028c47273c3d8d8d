import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { BuildReport } from '../../../shared/contract.ts'
import { type Precision, precisions } from '../../models/built-models.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { wholeBetween } from './parse-values.ts'
import { runJob, withEngine } from './with-engine.ts'

interface BuildArguments {
  readonly out?: string
  readonly weights?: string
  readonly randomWeights?: number
  readonly statistics?: string
  readonly precision: Precision
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
    .addOption(
      new Option(
        '--precision <p>',
        'float16: half the size, for GPUs; int8: a quarter, for CPUs; written as ID-float16.onnx, ID-int8.onnx',
      )
        .choices([...precisions])
        .default('float32'),
    )
    .option('--out <dir>', 'folder for the files')
    .addHelpText('after', help)
    .action((id: string, options: BuildArguments, command: Command) =>
      printFinding(command, context, async () => {
        const { randomWeights, precision } = options
        const request = { model: id, randomWeights, precision, ...paths(options) }
        const { model, ...built } = await withEngine((host) =>
          runJob<BuildReport>(host, context, () => host.engine.buildModel(request)),
        )
        for (const warning of built.warnings) context.err(`warning: ${warning}\n`)
        return { json: { id: model, ...built }, text: nameValueLines(built.files.map((file) => ['wrote', file])) }
      }),
    )
}

function paths({ weights, statistics, out }: BuildArguments) {
  const absolute = (path: string | undefined) => (path === undefined ? undefined : resolve(path))
  return { file: absolute(weights), statistics: absolute(statistics), out: absolute(out) }
}

import type { Command } from 'commander'
import { type CliContext, jsonOption, printFinding } from './context.ts'
import { megabytes } from './progress-line.ts'
import { withEngine } from './with-engine.ts'

export function addRemoveModelCommand(models: Command, context: CliContext): void {
  jsonOption(models.command('remove'))
    .description('delete the network and the weights of a model from this machine; its card stays')
    .argument('<id>', 'id of a model, or the path of a card')
    .option('--card', 'of your own model the card too, with the ONNX file beside it')
    .action((id: string, options: { card?: boolean }, command: Command) =>
      printFinding(command, context, async () => {
        const report = await withEngine((host) => host.engine.removeModel({ model: id, card: options.card === true }))
        const { model, removed, freedBytes, sharedWith } = report
        if (sharedWith.length > 0) context.err(`warning: the weights were also those of ${sharedWith.join(', ')}\n`)
        const lines = removed.map((path) => `removed ${path}`)
        const sum = removed.length === 0 ? `nothing of ${model} was here` : `${megabytes(freedBytes)} freed`
        return { json: report, text: [...lines, sum].join('\n') }
      }),
    )
}

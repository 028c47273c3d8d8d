import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { FetchReport } from '../../../shared/contract.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { megabytes } from './progress-line.ts'
import { runJob, withEngine } from './with-engine.ts'

const help = `
The weights go into the folder models/weights of the application's data. What was cancelled or broken off goes on from what
came. HF_ENDPOINT names a mirror of Hugging Face. The hash is compared with the card's, or with the one of the last fetch
where the card knows none.`

export function addFetchModelCommand(models: Command, context: CliContext): void {
  jsonOption(models.command('fetch'))
    .description('download the published weights of a model')
    .argument('<id>', 'id of a model, or the path of a card')
    .option('--weights <file>', 'take a copy of this file instead of downloading')
    .option('--accept-change', 'take weights that are not the ones that had this name before')
    .addHelpText('after', help)
    .action((id: string, options: { weights?: string; acceptChange?: boolean }, command: Command) =>
      printFinding(command, context, async () => {
        const file = options.weights === undefined ? {} : { file: resolve(options.weights) }
        const request = { model: id, acceptChange: options.acceptChange === true, ...file }
        const report = await withEngine((host) =>
          runJob<FetchReport>(host, context, () => host.engine.fetchModel(request)),
        )
        for (const warning of report.warnings) context.err(`warning: ${warning}\n`)
        const { path, from, sha256, byteLength, fetchedBytes } = report
        const came = fetchedBytes === 0 ? 'was there already' : `${megabytes(fetchedBytes)} from ${from}`
        const text = nameValueLines([
          ['weights', path],
          ['size', `${megabytes(byteLength)}, ${came}`],
          ['sha256', sha256],
        ])
        return { json: report, text }
      }),
    )
}

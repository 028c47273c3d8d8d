import { join } from 'node:path'
import type { Command } from 'commander'
import type { ModelSummary } from '../../../shared/contract.ts'
import { readModelCard } from '../../models/read-card.ts'
import { resourcesDir, userDataDir } from '../surroundings.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { withEngine } from './with-engine.ts'

export function addModelsCommand(program: Command, context: CliContext): void {
  const models = program.command('models').description('the models that can make embeddings')
  jsonOption(models.command('list'))
    .description('every model, and whether it can run now')
    .action((_options: object, command: Command) =>
      printFinding(command, context, async () => {
        const found = await withEngine((host) => host.engine.models({}))
        return { json: found, text: found.map(summaryText).join('\n') }
      }),
    )
  jsonOption(models.command('show'))
    .description('the whole card of a model')
    .argument('<id>', 'id of a model, or the path of a card')
    .action((id: string, _options: object, command: Command) =>
      printFinding(command, context, async () => {
        const card = await readModelCard(id, [join(userDataDir(), 'models'), join(resourcesDir(), 'models')])
        return {
          json: card,
          text: nameValueLines(Object.entries(card).map(([name, value]) => [name, plainText(value)])),
        }
      }),
    )
}

function summaryText({ id, name, dimensions, availability, howToGet, verified }: ModelSummary): string {
  const state = availability === 'ready' ? 'ready' : `missing: ${howToGet ?? 'no instructions'}`
  return `${id.padEnd(24)} ${name}, ${dimensions} dimensions, ${verified ? '' : 'not verified, '}${state}`
}

function plainText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

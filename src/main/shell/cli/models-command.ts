import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import type { ModelSummary } from '../../../shared/contract.ts'
import { builtModelPath } from '../../models/built-models.ts'
import { isImageCard, type LocationCard, type TextCard } from '../../models/model-card.ts'
import { listAllModelCards, readAnyModelCard } from '../../models/read-card.ts'
import { addBuildModelCommand } from './build-model-command.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { ownModelsFolder, shippedModelsFolder } from './model-folders.ts'
import { withEngine } from './with-engine.ts'

export function addModelsCommand(program: Command, context: CliContext): void {
  const models = program.command('models').description('the models that can make embeddings')
  jsonOption(models.command('list'))
    .description('every model, and whether it can run now')
    .action((_options: object, command: Command) =>
      printFinding(command, context, async () => {
        const images = await withEngine((host) => host.engine.models({}))
        const others = await otherModels()
        return { json: [...images, ...others], text: [...images, ...others].map(summaryText).join('\n') }
      }),
    )
  jsonOption(models.command('show'))
    .description('the whole card of a model')
    .argument('<id>', 'id of a model, or the path of a card')
    .action((id: string, _options: object, command: Command) =>
      printFinding(command, context, async () => {
        const card = await readAnyModelCard(id, [ownModelsFolder(), shippedModelsFolder()])
        return {
          json: card,
          text: nameValueLines(Object.entries(card).map(([name, value]) => [name, plainText(value)])),
        }
      }),
    )
  addBuildModelCommand(models, context)
}

type Listed = Pick<ModelSummary, 'id' | 'name' | 'availability' | 'howToGet' | 'verified'> & {
  readonly dimensions: number
  /** what the network takes, where that is not imagery */
  readonly input?: 'text' | 'location'
}

/** Networks of texts and places: built here as those of imagery, and not for `embed`. */
async function otherModels(): Promise<Listed[]> {
  const { cards } = await listAllModelCards([ownModelsFolder(), shippedModelsFolder()])
  return cards.flatMap(({ card }) => (isImageCard(card) ? [] : [listed(card)]))
}

function listed(card: TextCard | LocationCard): Listed {
  const { id, name, verified, input, output, weights } = card
  const isBuilt = existsSync(builtModelPath(ownModelsFolder(), card))
  return {
    ...{ id, name, verified, dimensions: output.dimensions, input: input.kind },
    ...(isBuilt ? { availability: 'ready' } : { availability: 'missing', howToGet: weights.howToGet }),
  }
}

function summaryText({ id, name, dimensions, availability, howToGet, verified, input }: Listed): string {
  const state = availability === 'ready' ? 'ready' : `missing: ${howToGet ?? 'no instructions'}`
  const takes = input === undefined ? '' : `takes ${input === 'text' ? 'texts' : 'places'}, `
  return `${id.padEnd(24)} ${name}, ${dimensions} dimensions, ${takes}${verified ? '' : 'not verified, '}${state}`
}

function plainText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

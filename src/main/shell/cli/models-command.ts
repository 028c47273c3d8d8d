import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import type { ModelSummary, WeightsState } from '../../../shared/contract.ts'
import { builtModelPath } from '../../models/built-models.ts'
import { weightsState } from '../../models/library/library-state.ts'
import { isImageCard, type LocationCard, type TextCard } from '../../models/model-card.ts'
import { listAllModelCards, readAnyModelCard } from '../../models/read-card.ts'
import { addBuildModelCommand } from './build-model-command.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { addFetchModelCommand } from './fetch-model-command.ts'
import { ownModelsFolder, shippedModelsFolder, weightsPlace } from './model-folders.ts'
import { megabytes } from './progress-line.ts'
import { addRemoveModelCommand } from './remove-model-command.ts'
import { addVerifyCommand } from './verify-command.ts'
import { withEngine } from './with-engine.ts'

export function addModelsCommand(program: Command, context: CliContext): void {
  const models = program.command('models').description('the models that can make embeddings')
  jsonOption(models.command('list'))
    .description('every model, and whether it can run now')
    .action((_options: object, command: Command) =>
      printFinding(command, context, async () => {
        const images = await withEngine((host) => host.engine.models({}))
        const others = await otherModels()
        return { json: [...images, ...others], text: [...images.map(imageText), ...others.map(otherText)].join('\n') }
      }),
    )
  addFetchModelCommand(models, context)
  addRemoveModelCommand(models, context)
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
  addVerifyCommand(models, context)
}

/** What is listed of a model of imagery, and of one of texts or places, which has no bands. */
type Listed = Pick<
  ModelSummary,
  'id' | 'name' | 'licence' | 'dimensions' | 'availability' | 'howToGet' | 'verified' | 'weights'
> & {
  readonly input?: 'text' | 'location'
}

/** Networks of texts and places: built here as those of imagery, and not for `embed`. */
async function otherModels(): Promise<Listed[]> {
  const { cards } = await listAllModelCards([ownModelsFolder(), shippedModelsFolder()])
  return await Promise.all(cards.flatMap(({ card }) => (isImageCard(card) ? [] : [listed(card)])))
}

async function listed(card: TextCard | LocationCard): Promise<Listed> {
  const { id, name, licence, verified, input, output, weights } = card
  const isBuilt = existsSync(builtModelPath(ownModelsFolder(), card))
  return {
    ...{ id, name, licence, verified, dimensions: output.dimensions, input: input.kind },
    ...(isBuilt ? { availability: 'ready' } : { availability: 'missing', howToGet: weights.howToGet }),
    weights: await weightsState(card, weightsPlace()),
  }
}

function imageText(model: ModelSummary): string {
  const bands = model.anyBands ? 'any bands' : model.bands.join(' ')
  return summaryText(model, `${bands} in ${model.unit}, fragments of ${model.fragmentSize} px`)
}

function otherText(model: Listed): string {
  return summaryText(model, model.input === 'text' ? 'texts' : 'places')
}

function summaryText(model: Listed, expects: string): string {
  const { id, name, dimensions, verified, licence } = model
  const weights = weightsText(model.weights)
  return [
    `${id.padEnd(24)} ${name}, ${dimensions} dimensions, ${verified ? '' : 'not verified, '}${stateText(model)}`,
    `  expects ${expects}`,
    `  licence ${licence}`,
    ...(weights === undefined ? [] : [`  weights ${weights}`]),
  ].join('\n')
}

function stateText({ id, availability, howToGet, weights }: Listed): string {
  if (availability === 'ready') return 'ready'
  if (weights.state === 'no-address') return `missing: ${howToGet ?? 'no instructions'}`
  return `not built: ${weights.state === 'fetched' ? '' : `models fetch ${id}, then `}models build ${id}`
}

/** undefined when there is nothing to fetch. */
function weightsText({ state, byteLength, fetchedBytes = 0 }: WeightsState): string | undefined {
  const size = byteLength === undefined ? '' : `, ${megabytes(byteLength)}`
  switch (state) {
    case 'no-address':
      return undefined
    case 'downloadable':
      return `downloadable${size}`
    case 'partial':
      return `fetched in part, ${megabytes(fetchedBytes)}${byteLength === undefined ? '' : ` of ${megabytes(byteLength)}`}`
    case 'fetched':
      return `fetched${size}`
  }
}

function plainText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

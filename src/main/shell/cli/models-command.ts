import type { Command } from 'commander'
import type { ModelSummary, WeightsState } from '../../../shared/contract.ts'
import { readAnyModelCard } from '../../models/read-card.ts'
import { addBuildModelCommand } from './build-model-command.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { addFetchModelCommand } from './fetch-model-command.ts'
import { ownModelsFolder, shippedModelsFolder } from './model-folders.ts'
import { megabytes } from './progress-line.ts'
import { addRemoveModelCommand } from './remove-model-command.ts'
import { withEngine } from './with-engine.ts'

export function addModelsCommand(program: Command, context: CliContext): void {
  const models = program.command('models').description('the models that can make embeddings')
  jsonOption(models.command('list'))
    .description('every model, and whether it can run now')
    .action((_options: object, command: Command) =>
      printFinding(command, context, async () => {
        const models = await withEngine((host) => host.engine.models({}))
        const isImage = ({ input }: ModelSummary) => input === 'image'
        const sorted = [...models.filter(isImage), ...models.filter((model) => !isImage(model))]
        return { json: sorted, text: sorted.map(summaryText).join('\n') }
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
}

function summaryText(model: ModelSummary): string {
  const { id, name, dimensions, verified, licence } = model
  const weights = weightsText(model.weights)
  return [
    `${id.padEnd(24)} ${name}, ${dimensions} dimensions, ${verified ? '' : 'not verified, '}${stateText(model)}`,
    `  expects ${expectsText(model)}`,
    `  licence ${licence}`,
    ...(weights === undefined ? [] : [`  weights ${weights}`]),
  ].join('\n')
}

function expectsText(model: ModelSummary): string {
  if (model.input !== 'image') return model.input === 'text' ? 'texts' : 'places'
  const bands = model.anyBands ? 'any bands' : model.bands.join(' ')
  return `${bands} in ${model.unit}, fragments of ${model.fragmentSize} px`
}

function stateText({ id, availability, howToGet, weights }: ModelSummary): string {
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

// Which model: bands, size, dimensions, whether it can run here, and why this recipe.

import type { ImageModelSummary } from '../../../shared/contract.ts'
import { Select } from '../../controls/Select.tsx'
import { fileName } from '../../state/files.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { unitNames } from './units.ts'

export function ModelChoice() {
  const app = useApp()
  const models = useAppState((state) => state.embed.models)
  const modelFiles = useAppState((state) => state.embed.modelFiles)
  const chosen = useAppState((state) => state.embed.choices.model)
  const recipe = useAppState((state) => state.embed.choices.recipe)
  const model = models.find((other) => other.id === chosen)
  const options = [
    ...models.map((other) => ({
      id: other.id,
      label: other.name,
      note: other.availability === 'ready' ? `${other.dimensions} dimensions` : 'not on this machine',
      description: `${bandsText(other)}; ${other.fragmentSize} px`,
      disabled: other.availability === 'missing',
    })),
    ...modelFiles.map((file) => ({ id: file, label: fileName(file), note: 'your file', description: file })),
  ]
  return (
    <section className="form" aria-label="Model">
      <Select
        stacked
        label="Model"
        value={chosen}
        options={options}
        onChange={(id) => app.embed.choose({ model: id }).catch(app.notices.fail)}
      />
      {model !== undefined && <ModelFacts model={model} />}
      {model !== undefined && model.recipes.length > 0 && (
        <Select
          stacked
          label="Recipe"
          value={recipe}
          options={model.recipes.map(({ name, reason }) => ({ id: name, label: name, description: reason }))}
          onChange={(name) => app.embed.choose({ recipe: name }).catch(app.notices.fail)}
        />
      )}
      {model !== undefined && (
        <p className="dim">{model.recipes.find((other) => other.name === recipe)?.reason ?? ''}</p>
      )}
    </section>
  )
}

function ModelFacts({ model }: { readonly model: ImageModelSummary }) {
  const facts: readonly (readonly [string, string])[] = [
    ['Bands', bandsText(model)],
    ['Expects', unitNames[model.unit] ?? model.unit],
    ['Fragment', `${model.fragmentSize} px, overlap ${Math.round(model.targetOverlap * 100)} %`],
    ['Result', `${model.dimensions} dimensions${model.verified ? '' : ', not verified'}`],
    ['Licence', model.licence],
  ]
  return (
    <>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {model.availability === 'missing' && model.howToGet !== undefined && <p className="chosen">{model.howToGet}</p>}
    </>
  )
}

function bandsText(model: ImageModelSummary): string {
  return model.anyBands ? 'any 3 to 13 bands' : model.bands.join(', ')
}

// Which model: bands, size, dimensions, whether it can run here, and why this recipe.

import { Boxes } from 'lucide-react'
import { useMemo } from 'react'
import type { ImageModelSummary } from '../../../shared/contract.ts'
import { Button } from '../../controls/Button.tsx'
import { Select } from '../../controls/Select.tsx'
import { imageModels } from '../../state/embed.ts'
import { fileName } from '../../state/files.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { bandsText, modelFacts, stateText } from '../models-dialog/model-state.ts'
import { countOf } from '../wording.ts'
import { PrecisionChoice } from './PrecisionChoice.tsx'

export function ModelChoice() {
  const app = useApp()
  const listed = useAppState((state) => state.library.models)
  const models = useMemo(() => readyFirst(imageModels(listed)), [listed])
  const modelFiles = useAppState((state) => state.embed.modelFiles)
  const chosen = useAppState((state) => state.embed.choices.model)
  // a set that is extended brings its own recipe, which the dry run tells
  const recipe = useAppState((state) => state.embed.choices.recipe ?? state.embed.plan?.recipe)
  const model = models.find((other) => other.id === chosen)
  const options = [
    ...models.map((other) => ({
      id: other.id,
      label: other.name,
      note: other.availability === 'ready' ? `${other.dimensions} dimensions` : stateText(other),
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
        onChange={(id) => app.embed.chooseModel(id).catch(app.notices.fail)}
      />
      <div className="row">
        <Button onPress={() => app.library.open()}>
          <Boxes aria-hidden />
          Model library
        </Button>
        <span className="faint">{missingText(models)}</span>
      </div>
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
      {model !== undefined && <PrecisionChoice precisions={model.precisions} />}
    </section>
  )
}

function ModelFacts({ model }: { readonly model: ImageModelSummary }) {
  const facts: readonly (readonly [string, string])[] = [
    ...modelFacts(model),
    ['Verified', model.verified ? 'yes' : 'no, see the model library'],
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

function readyFirst(models: readonly ImageModelSummary[]): readonly ImageModelSummary[] {
  const isReady = ({ availability }: ImageModelSummary) => availability === 'ready'
  return [...models.filter(isReady), ...models.filter((model) => !isReady(model))]
}

function missingText(models: readonly ImageModelSummary[]): string {
  const count = models.filter(({ availability }) => availability === 'missing').length
  return count === 0 ? '' : `${countOf(count, 'more model')} not on this machine yet`
}

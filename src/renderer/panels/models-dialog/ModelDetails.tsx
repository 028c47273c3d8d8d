// One model: what it takes and gives, where it comes from, whether it was checked, and what can be done with it.

import { CircleCheck, Download, FileInput, Hammer, RefreshCw, Scale, Trash2, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import type { ModelSummary } from '../../../shared/contract.ts'
import { Button } from '../../controls/Button.tsx'
import { useApp, useAppState } from '../../state/use-app.ts'
import { JobRow } from '../jobs/JobsTray.tsx'
import { pickedFiles } from '../shell/dropped-files.ts'
import { bytesText } from '../wording.ts'
import { buildsAfterDownload, downloadText, modelFacts, nextStep, stateText } from './model-state.ts'

export function ModelDetails({ model }: { readonly model: ModelSummary }) {
  const job = useAppState((state) => state.jobs.list.find((other) => other.jobId === state.library.jobIds[model.id]))
  const isChanged = job?.error?.code === 'weights-changed'
  const facts: readonly (readonly [string, string])[] = [
    ...modelFacts(model),
    ['Licence', model.licence],
    ['Source', model.source],
    ['Id', model.id],
    ...(model.storedBytes === 0 ? [] : [['On this disk', bytesText(model.storedBytes)] as const]),
  ]
  return (
    <section className="model-details" aria-label={model.name}>
      <div className="model-about">
        <div className="section-head">
          <h3 className="strong">{model.name}</h3>
          <span className={`badge ${model.availability === 'ready' ? 'badge-good' : ''}`} role="status">
            {stateText(model)}
          </span>
        </div>
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <Verification model={model} />
      </div>
      <div className="stack">
        {job !== undefined && (job.state === 'running' || job.state === 'failed') && (
          <ul className="card">
            <JobRow job={job} />
          </ul>
        )}
        {isChanged && <ChangedWeights model={model} />}
        {job?.state !== 'running' && <Steps model={model} isRefused={isChanged} />}
      </div>
    </section>
  )
}

function Verification({ model }: { readonly model: ModelSummary }) {
  const Icon = model.verified ? CircleCheck : TriangleAlert
  return (
    <p className="plan-problem">
      <Icon className={`icon ${model.verified ? 'good' : 'chosen'}`} aria-hidden />
      <span>
        <span className="strong">{model.verified ? 'Verified' : 'Not verified'}</span>{' '}
        <span className="dim">{model.verification}</span>
      </span>
    </p>
  )
}

/** Of a download that was refused because other weights had this name before: they may be wanted. */
function ChangedWeights({ model }: { readonly model: ModelSummary }) {
  const { library, notices } = useApp()
  return (
    <section className="card stack" aria-label="Changed weights">
      <p>
        Embeddings made with the new weights do not compare with those you have. They are here already; nothing is
        fetched twice.
      </p>
      <div className="row">
        <Button onPress={() => void library.get(model, true).catch(notices.fail)}>
          <RefreshCw aria-hidden />
          Take the changed weights
        </Button>
      </div>
    </section>
  )
}

/** The next step with what it will do, then the others; of a download that was refused going on is no step. */
function Steps({ model, isRefused }: { readonly model: ModelSummary; readonly isRefused: boolean }) {
  const { library, notices, verification } = useApp()
  const next = nextStep(model)
  const step = isRefused && next === 'download' ? 'none' : next
  const isBuilt = model.network === 'build'
  const needsFile = model.availability === 'missing' && !model.needsStatistics
  return (
    <div className="stack">
      {step === 'download' && <p className="dim">{downloadText(model)}</p>}
      {step === 'build' && (
        <p className="dim">
          Builds the network from the weights that are here{model.needsStatistics ? ' and its band statistics' : ''}.
        </p>
      )}
      {(step === 'file' || model.needsStatistics) && model.howToGet !== undefined && (
        <p className="dim">{model.howToGet}</p>
      )}
      <div className="row model-actions">
        {step === 'download' && (
          <Button look="primary" onPress={() => void library.get(model).catch(notices.fail)}>
            <Download aria-hidden />
            {model.weights.state === 'partial'
              ? 'Go on'
              : buildsAfterDownload(model)
                ? 'Download and build'
                : 'Download'}
          </Button>
        )}
        {step === 'build' && model.needsStatistics && (
          <FileTrigger
            onSelect={(list) => void library.buildWithStatistics(model, pickedFiles(list)).catch(notices.fail)}
          >
            <Button look="primary">
              <FileInput aria-hidden />
              Choose band statistics and build
            </Button>
          </FileTrigger>
        )}
        {step === 'build' && !model.needsStatistics && (
          <Button look="primary" onPress={() => void library.build(model.id).catch(notices.fail)}>
            <Hammer aria-hidden />
            Build
          </Button>
        )}
        {needsFile && (
          <FileTrigger onSelect={(list) => void library.takeFile(model, pickedFiles(list)).catch(notices.fail)}>
            <Button look={step === 'file' ? 'primary' : 'plain'}>
              <FileInput aria-hidden />
              {isBuilt ? 'Choose a weights file' : 'Choose its ONNX file'}
            </Button>
          </FileTrigger>
        )}
      </div>
      {model.availability === 'ready' && model.input === 'image' && (
        <div className="row">
          <Button onPress={() => void verification.open({ model: model.id })}>
            <Scale aria-hidden />
            Verify against a published set
          </Button>
        </div>
      )}
      {model.storedBytes > 0 && <Remove model={model} />}
    </div>
  )
}

/** Asks before it deletes. */
function Remove({ model }: { readonly model: ModelSummary }) {
  const { library } = useApp()
  const [isAsking, setIsAsking] = useState(false)
  const models = useAppState((state) => state.library.models)
  if (!isAsking) {
    return (
      <div className="row">
        <Button onPress={() => setIsAsking(true)}>
          <Trash2 aria-hidden />
          Remove
        </Button>
      </div>
    )
  }
  const { from, state } = model.weights
  const sharing = models.filter((other) => other.id !== model.id && from !== undefined && other.weights.from === from)
  const hasShared = sharing.length > 0 && (state === 'fetched' || state === 'partial')
  return (
    <div className="card stack" role="alertdialog" aria-label={`Remove ${model.name}`}>
      <p>
        Deletes {bytesText(model.storedBytes)} from this machine
        {model.isOwn && model.network === 'file' ? ', the network with its card' : ''}.
        {hasShared && ` The weights are also those of ${sharing.map(({ name }) => name).join(', ')}.`}
      </p>
      <div className="row">
        <Button look="primary" onPress={() => library.remove(model)}>
          Remove {bytesText(model.storedBytes)}
        </Button>
        <Button onPress={() => setIsAsking(false)}>Keep</Button>
      </div>
    </div>
  )
}

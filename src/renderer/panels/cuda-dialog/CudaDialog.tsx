// The libraries for NVIDIA GPUs: what inference runs on, what a download brings under which licences, and how it ended.

import { Download, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { CudaStatus } from '../../../shared/contract.ts'
import { Button } from '../../controls/Button.tsx'
import { Dialog } from '../../controls/Dialog.tsx'
import { useApp, useAppState } from '../../state/use-app.ts'
import { JobRow } from '../jobs/JobsTray.tsx'
import { bytesText, providerText } from '../wording.ts'

export function CudaDialog() {
  const { view } = useApp()
  const status = useAppState((state) => state.cuda.status)
  const job = useAppState((state) => state.jobs.list.find((one) => one.kind === 'cuda'))
  const isRunning = job?.state === 'running'
  return (
    <Dialog
      title="NVIDIA GPU"
      widthPx={800}
      onClose={view.closeDialog}
      foot={
        <>
          {status !== undefined && !isRunning && <Actions status={status} />}
          <span className="grow" />
          <Button onPress={view.closeDialog}>Models</Button>
        </>
      }
    >
      <div className="form">
        <Provider />
        {status === undefined ? (
          <p className="dim">Looking for CUDA libraries</p>
        ) : status.state === 'unsupported' ? (
          <p>There are no CUDA libraries to download: {status.reason}.</p>
        ) : (
          <Packages status={status} />
        )}
        {job !== undefined && (isRunning || job.state === 'failed') && (
          <ul className="card">
            <JobRow job={job} />
          </ul>
        )}
      </div>
    </Dialog>
  )
}

function Provider() {
  const provider = useAppState((state) => state.files.status?.provider)
  const hasTried = useAppState((state) => state.cuda.outcome !== undefined)
  if (provider === undefined || provider.name === 'unknown') return null
  return (
    <section className="card stack" aria-label="What inference runs on" aria-live="polite">
      <p className="strong">
        {hasTried ? 'Tried again: inference' : 'Inference'} runs on {providerText(provider.name)}
      </p>
      {provider.reason !== undefined && <p className="dim">{provider.reason}</p>}
    </section>
  )
}

type Package = CudaStatus['packages'][number]

function Packages({ status }: { readonly status: CudaStatus }) {
  const { packages, runtime, folder } = status
  return (
    <>
      <p className="dim">
        {status.state === 'ready'
          ? `The libraries for ONNX Runtime ${runtime} are in ${folder}.`
          : `The libraries with which ONNX Runtime ${runtime} runs models on an NVIDIA GPU instead of the CPU. The driver is not among them, you install it yourself. Nothing is fetched before you click; it goes into ${folder}, and the application stays as it is.`}
      </p>
      <table className="figures" aria-label="Packages">
        <thead>
          <tr>
            <th scope="col">Package</th>
            <th scope="col" className="text">
              Licence
            </th>
            <th scope="col" className="text">
              From
            </th>
            <th scope="col">Size</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {packages.map((one) => (
            <tr key={one.name}>
              <th scope="row" title={`${one.name} ${one.version}`}>
                {one.title}
              </th>
              <td className="text">{one.licence}</td>
              <td className="text">{one.from}</td>
              <td>{one.byteLength === undefined ? 'not known yet' : bytesText(one.byteLength)}</td>
              <td>{stateOf(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function stateOf({ state, fetchedBytes }: Package): string {
  if (state === 'here') return 'here'
  if (state === 'system') return 'on this system'
  return state === 'partial' ? `${bytesText(fetchedBytes)} here` : 'not here'
}

function Actions({ status }: { readonly status: CudaStatus }) {
  const { cuda } = useApp()
  const [isAsking, setIsAsking] = useState(false)
  const { state, storedBytes, downloadBytes, packages } = status
  const isUnknown = packages.some((one) => one.byteLength === undefined && one.state !== 'here')
  const size = `${bytesText(downloadBytes)}${isUnknown ? ' and more' : ''}`
  if (isAsking) {
    return (
      <>
        <Button
          look="primary"
          onPress={() => {
            setIsAsking(false)
            void cuda.remove()
          }}
        >
          Remove {bytesText(storedBytes)}
        </Button>
        <Button onPress={() => setIsAsking(false)}>Keep</Button>
      </>
    )
  }
  return (
    <>
      {(state === 'missing' || state === 'partial') && (
        <Button look="primary" onPress={() => void cuda.fetch()}>
          <Download aria-hidden />
          {state === 'partial' ? `Accept the licences and go on, ${size}` : `Accept the licences and download ${size}`}
        </Button>
      )}
      {storedBytes > 0 && (
        <Button onPress={() => setIsAsking(true)}>
          <Trash2 aria-hidden />
          Remove
        </Button>
      )}
    </>
  )
}

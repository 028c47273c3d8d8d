// What runs, why nothing better, memory, and where the pointer is.

import { ProgressBar } from 'react-aria-components'
import { runningJobs } from '../../state/jobs.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { bytesText, countOf, placeText, providerText, reasonText } from '../wording.ts'

export function StatusBar() {
  return (
    <footer className="status-bar">
      <Provider />
      <RunningJob />
      <span className="grow" />
      <Memory />
      <Cursor />
    </footer>
  )
}

function Provider() {
  const status = useAppState((state) => state.files.status)
  const connection = useAppState((state) => state.files.connection)
  if (status === undefined || connection === 'lost') {
    return <span className="dim">{connection === 'lost' ? 'Engine not reachable' : 'Connecting to the engine'}</span>
  }
  const { provider, threads } = status
  // inference has not run yet: nothing to tell of it
  if (provider.name === 'unknown') return <span className="status-item">{countOf(threads, 'thread')}</span>
  const isGpu = provider.name !== 'cpu' && provider.name !== 'none'
  // on a GPU the better one that does not run is not missed; the label tells it
  const why = provider.reason === undefined ? undefined : reasonText(provider.reason)
  const runsOn = isGpu || provider.name === 'none' ? '' : `, ${countOf(threads, 'thread')}`
  return (
    <>
      <span className="status-item" title={isGpu ? why : undefined}>
        <span className="dot" data-kind={isGpu || why === undefined ? 'good' : 'chosen'} />
        {providerText(provider.name)}
        {runsOn}
      </span>
      {!isGpu && why !== undefined && (
        <span className="status-item dim truncate" title={why}>
          {provider.name === 'cpu' ? `No GPU in use: ${why}` : why}
        </span>
      )}
    </>
  )
}

function RunningJob() {
  const { view } = useApp()
  const job = useAppState((state) => runningJobs(state.jobs)[0])
  if (job === undefined) return null
  return (
    <button type="button" className="status-job" onClick={() => view.showJobs(true)}>
      <span className="truncate">{job.title}</span>
      <ProgressBar
        aria-label={job.title}
        className="status-progress"
        isIndeterminate={job.total === undefined}
        value={job.done}
        maxValue={job.total ?? 1}
      >
        {({ percentage }) => (
          <div className="progress-track">
            <div className="progress-fill" style={{ width: `${percentage ?? 30}%` }} />
          </div>
        )}
      </ProgressBar>
    </button>
  )
}

function Memory() {
  const bytes = useAppState((state) => state.files.status?.memoryBytes)
  if (bytes === undefined) return null
  return (
    <span className="status-item" title="Memory of the engine and its workers">
      Memory {bytesText(bytes)}
    </span>
  )
}

function Cursor() {
  const cursor = useAppState((state) => state.view.cursor)
  const cell = useAppState((state) => state.view.cursorCell)
  if (cursor === undefined) return null
  return (
    <>
      <span className="status-item mono">{placeText(cursor.lat, cursor.lon)}</span>
      <span className="status-item mono" title="UTM zone and grid cell under the pointer">
        {cell === undefined ? '' : `${cell.utmCrs.replace('EPSG:', '')} ${cell.gridCell}`}
      </span>
    </>
  )
}

// Before a set is open: the sample planet, one place to drop everything, files opened before.

import { FileDown, FolderOpen, Globe2, History } from 'lucide-react'
import { Button } from '../../controls/Button.tsx'
import { openingJob, samplePlanetPath } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { JobRow } from '../jobs/JobsTray.tsx'
import { RecentFiles } from '../sets/RecentFiles.tsx'
import { bytesText, countText, dayAndTimeText } from '../wording.ts'

export function Welcome() {
  const app = useApp()
  const opening = useAppState(openingJob)
  const hasRecent = useAppState((state) => state.files.recent.length > 0)
  const isElectron = app.client.door === 'electron'
  return (
    <div className="welcome-frame">
      <section className="welcome" aria-label="Welcome">
        <div>
          <h2 className="welcome-title">Find places that look alike</h2>
          <p className="dim">
            An embedding is a list of numbers that says what a place looks like from above. Open those of Major TOM, or
            make them from your own imagery, and search them on the globe.
          </p>
        </div>
        {opening === undefined && <LastSession />}
        {opening === undefined ? <SampleOffer /> : <ul>{<JobRow job={opening} />}</ul>}
        <div className="drop-zone">
          <FileDown aria-hidden />
          <p className="strong">Drop embeddings or imagery here</p>
          <p className="dim">
            Embeddings (Parquet) open on the globe. Imagery (GeoTIFF, JPEG, PNG, Core Parquet, a folder of bands) is
            embedded first.
          </p>
          <div className="row">
            <Button onPress={() => app.files.choose()}>
              <FolderOpen aria-hidden />
              Open a file
            </Button>
            {isElectron && <Button onPress={() => app.files.choose({ folders: true })}>Open a folder</Button>}
          </div>
        </div>
        {hasRecent && (
          <div>
            <h3 className="strong">Recent</h3>
            <RecentFiles limit={5} />
          </div>
        )}
        <p className="faint">Your files stay on this machine; nothing is sent to any other.</p>
      </section>
    </div>
  )
}

/** What stood on the screen when the window was closed. */
function LastSession() {
  const { project } = useApp()
  const last = useAppState((state) => state.project.last)
  if (last === undefined) return null
  const { sets, current = 0, savedAt } = last.project
  const name = sets[current]?.name ?? 'a set'
  return (
    <div className="sample-offer">
      <Button look="primary" onPress={() => project.restoreLast()}>
        <History aria-hidden />
        Continue where you left off
      </Button>
      <p className="dim">
        {name}
        {sets.length > 1 ? ` and ${countText(sets.length - 1)} more` : ''}, {dayAndTimeText(savedAt)}
      </p>
    </div>
  )
}

function SampleOffer() {
  const app = useApp()
  const sample = useAppState((state) => state.files.status?.samplePlanet)
  const isSecond = useAppState((state) => state.project.last !== undefined)
  return (
    <div className="sample-offer">
      <Button
        look={isSecond ? 'plain' : 'primary'}
        isDisabled={sample?.available !== true}
        onPress={() => app.sets.open(samplePlanetPath)}
      >
        <Globe2 aria-hidden />
        Open the sample planet
      </Button>
      <p className="dim">
        {sample?.available === false
          ? 'The sample planet is not in this installation.'
          : `A synthetic Earth with known answers${sample === undefined ? '' : `, ${bytesText(sample.byteLength)}`}. No download.`}
      </p>
    </div>
  )
}

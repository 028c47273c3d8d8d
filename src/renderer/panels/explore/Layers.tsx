// What the globe shows.

import { Slider } from '../../controls/Slider.tsx'
import { Switch } from '../../controls/Switch.tsx'
import type { LayersState } from '../../state/layers.ts'
import { useApp, useAppState } from '../../state/use-app.ts'

export function Layers() {
  const app = useApp()
  const layers = useAppState((state) => state.layers)
  const hasMap = useAppState((state) => state.sets.map !== undefined)
  const change = (part: Partial<LayersState>) => {
    app.history.record()
    app.layers.setLayers(part)
  }
  const toggle = (name: keyof LayersState) => (isOn: boolean) => change({ [name]: isOn })
  return (
    <section className="section" aria-label="Layers">
      <div className="section-head">
        <h2 className="strong">Layers</h2>
      </div>
      <div className="card stack">
        <Switch isOn={layers.map} onChange={toggle('map')} isDisabled={!hasMap}>
          PCA → RGB <span className="dim">central fragments</span>
        </Switch>
        {layers.map && hasMap && (
          <Slider
            label="Opacity"
            value={layers.mapOpacity}
            min={0}
            max={1}
            step={0.05}
            format={{ style: 'percent' }}
            onChange={(mapOpacity) => app.layers.setLayers({ mapOpacity })}
          />
        )}
      </div>
      <div className="card stack">
        <Switch isOn={layers.results} onChange={toggle('results')}>
          Examples and results
        </Switch>
        <Switch isOn={layers.footprints} onChange={toggle('footprints')}>
          Fragment footprints
        </Switch>
      </div>
      <div className="card stack">
        <Switch isOn={layers.labels} onChange={toggle('labels')}>
          Place names
        </Switch>
        <Switch isOn={layers.borders} onChange={toggle('borders')}>
          Borders
        </Switch>
        <Switch isOn={layers.graticule} onChange={toggle('graticule')}>
          Graticule
        </Switch>
      </div>
    </section>
  )
}

// What the globe shows.

import { Switch } from '../../controls/Switch.tsx'
import type { LayerSwitch } from '../../state/layers.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { AddLayer } from './AddLayer.tsx'
import { CellLayers } from './CellLayers.tsx'

export function Layers() {
  return (
    <section className="section" aria-label="Layers">
      <div className="section-head">
        <h2 className="strong">Layers</h2>
        <AddLayer />
      </div>
      <CellLayers />
      <div className="card stack">
        <LayerSwitchOf name="results">Examples and results</LayerSwitchOf>
        <LayerSwitchOf name="footprints">Fragment footprints</LayerSwitchOf>
      </div>
      <div className="card stack">
        <LayerSwitchOf name="isFlat">Flat map</LayerSwitchOf>
        <LayerSwitchOf name="labels">Place names</LayerSwitchOf>
        <LayerSwitchOf name="borders">Borders</LayerSwitchOf>
        <LayerSwitchOf name="graticule">Graticule</LayerSwitchOf>
      </div>
    </section>
  )
}

function LayerSwitchOf({ name, children }: { readonly name: LayerSwitch; readonly children: string }) {
  const { layers } = useApp()
  const isOn = useAppState((state) => state.layers[name])
  return (
    <Switch isOn={isOn} onChange={(next) => layers.setSwitch(name, next)}>
      {children}
    </Switch>
  )
}

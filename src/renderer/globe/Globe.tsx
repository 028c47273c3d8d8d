import type { GlobeEvents, GlobeScene } from './globe-scene.ts'

/** The map of the explorer. */
export function Globe({ scene }: { readonly scene: GlobeScene; readonly on: GlobeEvents }) {
  return <div className="globe" data-theme={scene.theme} />
}

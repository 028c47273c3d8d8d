import { type ReactNode, useEffect, useRef, useState } from 'react'
import './globe.css'
import { GlobeMap } from './globe-map.ts'
import type { GlobeEvents, GlobeScene } from './globe-scene.ts'
import { drawGlow } from './glow.ts'
import { ScaleBar } from './ScaleBar.tsx'

export interface GlobeProps {
  readonly scene: GlobeScene
  readonly on: GlobeEvents
  /** lies over the map at its lower left: the legend */
  readonly children?: ReactNode
}

const noWebGl =
  'The map needs WebGL2, which this machine does not offer here; update the graphics driver or turn hardware acceleration on'
const contextLost = 'The graphics processor was reset; the map comes back as soon as it answers'

/** The map of the explorer: globe or flat, the cell map, footprints, examples and results. */
export function Globe({ scene, on, children }: GlobeProps) {
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLDivElement>(null)
  const globe = useRef<GlobeMap | undefined>(undefined)
  const events = useRef(on)
  const latest = useRef(scene)
  const [trouble, setTrouble] = useState<string>()
  const [metersPerPixel, setMetersPerPixel] = useState<number>()
  /** a restored graphics context gets a new map */
  const [generation, setGeneration] = useState(0)
  events.current = {
    ...on,
    onView: (view) => {
      setMetersPerPixel(view.metersPerPixel)
      on.onView?.(view)
    },
  }
  latest.current = scene

  // biome-ignore lint/correctness/useExhaustiveDependencies: a map lives from mount to unmount, and again after a lost context
  useEffect(() => {
    try {
      const created = new GlobeMap({
        container: canvas.current!,
        scene: latest.current,
        events: () => events.current,
        onFrame: (map) => drawGlow(frame.current!, map),
        onTrouble: setTrouble,
      })
      globe.current = created
      // of the canvas, not of the map: MapLibre passes them on only when taking its style apart has gone well
      const drawing = created.map.getCanvas()
      drawing.addEventListener('webglcontextlost', () => setTrouble(contextLost))
      drawing.addEventListener('webglcontextrestored', () => {
        setTrouble(undefined)
        setGeneration((count) => count + 1)
      })
    } catch {
      setTrouble(noWebGl)
    }
    return () => {
      globe.current?.dispose()
      globe.current = undefined
    }
  }, [generation])

  useEffect(() => globe.current?.update(scene), [scene])

  return (
    <div
      className="globe"
      data-theme={scene.theme}
      data-projection={scene.projection}
      data-tool={scene.areaTool}
      ref={frame}
    >
      <div className="globe-glow" />
      <div className="globe-canvas" ref={canvas} />
      <div className="globe-shade" />
      <div className="globe-corner-left">{children}</div>
      <div className="globe-corner-right">
        <span className="globe-source">Natural Earth, GeoNames</span>
        {metersPerPixel !== undefined && <ScaleBar metersPerPixel={metersPerPixel} />}
      </div>
      {trouble !== undefined && (
        <p className="globe-trouble" role="alert">
          {trouble}
        </p>
      )}
    </div>
  )
}

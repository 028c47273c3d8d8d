// Drawing a box or a lasso on the map. The drag is taken before MapLibre sees it, so that the globe stays where it is.

import type { Map as MapLibreMap } from 'maplibre-gl'
import { areaOf, boxOutline } from './area-ring.ts'
import type { GlobeEvents, GlobeScene } from './globe-scene.ts'
import type { ScreenPoint } from './picked-row.ts'
import { placeAt } from './pointer.ts'

type Tool = GlobeScene['areaTool']

/** less than this is a click */
const leastPx = 5
const lassoStepPx = 3

/** A drag with the armed tool, or with Shift held a box; Alt takes away from the selection, Ctrl adds to it. */
export function listenToAreas(
  map: MapLibreMap,
  {
    tool,
    events,
    signal,
  }: { readonly tool: () => Tool; readonly events: () => GlobeEvents; readonly signal: AbortSignal },
): void {
  const frame = map.getContainer()
  const outline = drawnOutline(frame)
  const pointOf = (event: MouseEvent): ScreenPoint => {
    const { left, top } = frame.getBoundingClientRect()
    return { x: event.clientX - left, y: event.clientY - top }
  }
  map.boxZoom.disable()

  const begin = (down: MouseEvent) => {
    const drawn = down.shiftKey ? (tool() ?? 'box') : tool()
    if (drawn === undefined || down.button !== 0) return
    down.preventDefault()
    down.stopPropagation()
    const start = pointOf(down)
    let path: readonly ScreenPoint[] = [start]
    let last = start
    const drag = new AbortController()
    const extend = (move: MouseEvent) => {
      last = pointOf(move)
      if (drawn === 'box') path = boxOutline(start, last)
      else if (distance(path.at(-1)!, last) >= lassoStepPx) path = [...path, last]
      outline.show(path)
    }
    const end = (up: MouseEvent) => {
      drag.abort()
      outline.hide()
      if (distance(start, last) < leastPx && path.length < 10) return
      frame.addEventListener('click', stop, { capture: true, once: true })
      setTimeout(() => frame.removeEventListener('click', stop, true))
      const area = areaOf(path, (point) => placeAt(map, point))
      const combine = up.altKey ? 'subtract' : up.ctrlKey || up.metaKey ? 'add' : undefined
      if (area !== undefined) events().onArea?.(area, combine)
    }
    window.addEventListener('mousemove', extend, { signal: drag.signal })
    window.addEventListener('mouseup', end, { signal: drag.signal, once: true })
    signal.addEventListener('abort', () => drag.abort(), { once: true })
  }
  frame.addEventListener('mousedown', begin, { capture: true, signal })
}

const distance = (a: ScreenPoint, b: ScreenPoint) => Math.hypot(a.x - b.x, a.y - b.y)

function stop(event: Event): void {
  event.stopPropagation()
}

function drawnOutline(frame: HTMLElement) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', 'globe-area')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  svg.append(path)
  return {
    show(points: readonly ScreenPoint[]) {
      path.setAttribute('d', `M${points.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`)
      if (!svg.isConnected) frame.append(svg)
    },
    hide: () => svg.remove(),
  }
}

// The textures of a scene's maps: fetched once for each address, painted anew when their colours change.

import type { GlobeMap } from './globe-scene.ts'
import { type CellMap, fetchTexels, prepareCellMap } from './layers/cell-map.ts'

export interface ShownMap {
  readonly map: GlobeMap
  readonly cellMap: CellMap
}

interface Kept {
  map: GlobeMap
  readonly fetching: AbortController
  /** settles when it has come, or will not */
  readonly comes: Promise<void>
  bytes?: Uint8Array
  /** as `paintKey` painted it */
  cellMap?: CellMap
}

export interface CellMapsEvents {
  changed(): void
  failed(error: unknown): void
}

export class CellMaps {
  readonly #kept = new Map<string, Kept>()
  readonly #events: CellMapsEvents

  constructor(events: CellMapsEvents) {
    this.#events = events
  }

  /** Fetches what has been added and forgets what has gone. */
  apply(maps: readonly GlobeMap[]): void {
    const urls = new Set(maps.map(({ url }) => url))
    for (const [url, { fetching }] of this.#kept) {
      if (urls.has(url)) continue
      fetching.abort()
      this.#kept.delete(url)
    }
    for (const map of maps) {
      const kept = this.#kept.get(map.url)
      if (kept === undefined) this.#fetch(map)
      else this.#repaint(kept, map)
    }
  }

  /** Those that have come, from bottom to top. */
  shown(maps: readonly GlobeMap[]): readonly ShownMap[] {
    return maps.flatMap((map) => {
      const cellMap = this.#kept.get(map.url)?.cellMap
      return cellMap === undefined ? [] : [{ map, cellMap }]
    })
  }

  /** When all have come, or will not. */
  async settled(): Promise<void> {
    await Promise.all([...this.#kept.values()].map(({ comes }) => comes))
  }

  dispose(): void {
    this.apply([])
  }

  #fetch(map: GlobeMap): void {
    const fetching = new AbortController()
    const { signal } = fetching
    const keep = (bytes: Uint8Array) => {
      if (signal.aborted) return
      kept.bytes = bytes
      kept.cellMap = prepareCellMap(bytes, kept.map)
      this.#events.changed()
    }
    const comes = fetchTexels(map, signal)
      .then(keep)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#events.failed(error)
      })
    const kept: Kept = { map, fetching, comes }
    this.#kept.set(map.url, kept)
  }

  #repaint(kept: Kept, map: GlobeMap): void {
    const isAsBefore = paintKey(kept.map) === paintKey(map)
    kept.map = map
    if (isAsBefore || kept.bytes === undefined) return
    kept.cellMap = prepareCellMap(kept.bytes, map)
  }
}

const paintKey = ({ paint }: GlobeMap) => JSON.stringify(paint)

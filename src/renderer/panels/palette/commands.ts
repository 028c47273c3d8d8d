// What the palette offers: every shortcut, and what has no key because there may be many of it or it is rarely wanted.

import type { App } from '../../state/app.ts'
import { fileName } from '../../state/files.ts'
import type { LayerSwitch } from '../../state/layers.ts'
import { fullName, type NamedPlace, plain } from '../../state/named-place.ts'
import { currentSet, samplePlanetPath, titleOf } from '../../state/sets.ts'
import { goTo, goToNamed } from '../header/go-to.ts'
import { titleOf as layerTitle } from '../layers/layer-kinds.tsx'
import { isUsable, shortcuts } from '../shortcuts/shortcuts.ts'
import { parseCellName, parsePlace, placeText } from '../wording.ts'

export interface Command {
  readonly id: string
  readonly does: string
  /** the key that does the same */
  readonly shown?: string
  /** to tell two of the same name apart */
  readonly detail?: string
  run(app: App): void
}

/**
 * @param text what is typed: a cell or degrees are offered to go to
 * @param places of which the text may be the name
 */
export function commandsFor(app: App, text: string, places: readonly NamedPlace[]): Command[] {
  const going = currentSet(app.store.getState()) === undefined ? [] : [...placeCommands(text), ...places.map(toNamed)]
  return [...shortcutCommands(app), ...setCommands(app), ...layerCommands(app), ...themes, ...going]
}

function toNamed(place: NamedPlace): Command {
  const { lat, lon } = place
  return {
    ...{ id: `place ${lat} ${lon}`, does: `Go to ${fullName(place)}`, detail: placeText(lat, lon) },
    run: (app) => void goToNamed(app, place).catch(app.notices.fail),
  }
}

/** Whether every word of the text begins a word of the name, in any order; accents do not count. */
export function isNamed(name: string, text: string): boolean {
  const words = plain(name).split(/[\s/:,]+/)
  return plain(text)
    .split(/[\s,]+/)
    .every((typed) => words.some((word) => word.startsWith(typed)))
}

/** What is to be gone to: `Paris` of `go to Paris`. */
export function placeIn(text: string): string {
  return text.replace(/^\s*go\s+to\s+/i, '').trim()
}

function placeCommands(typed: string): Command[] {
  const text = placeIn(typed)
  if (parsePlace(text) === undefined && parseCellName(text) === undefined) return []
  const run = (app: App) => void goTo(app, text).catch(app.notices.fail)
  return [{ id: 'place', does: `Go to ${text}`, run }]
}

function shortcutCommands(app: App): Command[] {
  const { answer } = app.store.getState().search
  return shortcuts
    .filter((shortcut) => shortcut.inPalette !== false && isUsable(shortcut, app))
    .filter(({ keys }) => answer !== undefined || !keys[0]!.startsWith('arrow'))
    .map(({ keys, does, shown, run }) => ({ id: `key ${keys[0]}`, does, shown, run }))
}

function setCommands(app: App): Command[] {
  const { sets, files, project } = app.store.getState()
  const others = sets.open.filter(({ setId }) => setId !== sets.currentId)
  const isOpen = (path: string) => sets.open.some((set) => set.path === path)
  const lastSession: Command = {
    ...{ id: 'last session', does: 'Continue where you left off', detail: 'saved by itself' },
    run: () => void app.project.restoreLast(),
  }
  return [
    ...(project.last === undefined ? [] : [lastSession]),
    ...others.map(({ setId, name }) => ({
      ...{ id: `set ${setId}`, does: `Show ${name}`, detail: 'open set' },
      run: () => void app.sets.show(setId),
    })),
    ...(files.status?.samplePlanet?.available === true && !sets.open.some(({ synthetic }) => synthetic)
      ? [{ id: 'sample', does: 'Open the sample planet', run: () => void app.sets.open(samplePlanetPath) }]
      : []),
    ...files.recent
      .filter(({ path, missing }) => !missing && !isOpen(path))
      .map(({ path, name }) => ({
        ...{ id: `recent ${path}`, does: `Open ${titleOf(name)}`, detail: folderOf(path) },
        run: () => void app.files.openRecent(path).catch(app.notices.fail),
      })),
  ]
}

const layerNames = {
  isFlat: 'the Earth as a flat map',
  footprints: 'footprints',
  results: 'results on the globe',
  labels: 'place names',
  borders: 'borders',
  graticule: 'the graticule',
} as const satisfies Record<LayerSwitch, string>

function layerCommands(app: App): Command[] {
  const { layers, sets } = app.store.getState()
  if (sets.currentId === undefined) return []
  const maps = layers.cells.map((layer) => ({
    ...{ id: `map ${layer.id}`, does: `${layer.shown ? 'Hide' : 'Show'} the map ${layerTitle(layer)}` },
    run: () => app.layers.setShown(layer.id, !layer.shown),
  }))
  const switches = Object.entries(layerNames).map(([key, name]) => {
    const isShown = layers[key as LayerSwitch]
    return {
      ...{ id: `layer ${key}`, does: `${isShown ? 'Hide' : 'Show'} ${name}` },
      run: () => app.layers.setSwitch(key as LayerSwitch, !isShown),
    }
  })
  return [...maps, ...switches]
}

const themes: readonly Command[] = (['light', 'dark', 'system'] as const).map((theme) => ({
  ...{ id: `theme ${theme}`, does: theme === 'system' ? 'Theme: as the system' : `Theme: ${theme}` },
  run: (app) => app.view.setTheme(theme),
}))

function folderOf(path: string): string {
  return path.slice(0, path.length - fileName(path).length).replace(/[\\/]+$/, '')
}

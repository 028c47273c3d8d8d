// A session as a file: every part of the window says what it keeps and how it comes back. Saved by itself a few seconds after a change.

import type { z } from 'zod'
import type { OpenedProject, Project } from '../../shared/contract.ts'
import type { NoticeActions } from './notices.ts'
import { currentSet, type SetActions, samplePlanetPath, titleOf } from './sets.ts'
import { type ActionContext, type AppState, patch } from './store.ts'

export interface ProjectState {
  /** what was saved by itself before this start; undefined when there is none, or it has been taken up */
  readonly last: OpenedProject | undefined
  /** the file that Ctrl S writes again */
  readonly path: string | undefined
  readonly isRestoring: boolean
}

export const initialProject: ProjectState = { last: undefined, path: undefined, isRestoring: false }

/** What one part of the window keeps. */
export interface ProjectPart<Kept> {
  readonly schema: z.ZodType<Kept>
  save(state: AppState): Kept | undefined
  /** @throws what the engine says; the other parts come back all the same */
  restore(kept: Kept): void | Promise<void>
  /** what it keeps are rows of the set on the globe: it comes back only with that set as it was */
  readonly ofRows?: boolean
}

const saveAfterMs = 3_000
export const projectEnding = '.groundcontrol'

export function projectActions(
  { store, client }: ActionContext,
  { notices, sets }: { readonly notices: NoticeActions; readonly sets: SetActions },
) {
  const parts = new Map<string, ProjectPart<unknown>>()
  let saved = ''
  let isSaveComing = false

  const present = (): Pick<Project, 'sets' | 'current' | 'parts'> => {
    const state = store.getState()
    const current = state.sets.open.findIndex(({ setId }) => setId === state.sets.currentId)
    const kept = [...parts].map(([name, part]) => [name, part.save(state)] as const)
    return {
      sets: state.sets.open.map((set) => ({
        path: set.name === titleOf(samplePlanetPath) ? samplePlanetPath : set.path,
        name: set.name,
        count: set.count,
      })),
      ...(current < 0 ? {} : { current }),
      parts: Object.fromEntries(kept.filter(([, value]) => value !== undefined)),
    }
  }

  const saveByItself = async () => {
    const { open } = store.getState().sets
    const { isRestoring } = store.getState().project
    if (open.length === 0 || isRestoring) return
    const now = present()
    const text = JSON.stringify(now)
    if (text === saved) return
    saved = text
    // a session that cannot be saved must not stop the work on it
    await client.engine.saveProject({ project: now }).catch(() => {})
  }
  store.subscribe((now, before) => {
    if (now.view.cursor !== before.view.cursor || now.jobs !== before.jobs) return
    if (isSaveComing) return
    isSaveComing = true
    setTimeout(() => {
      isSaveComing = false
      void saveByItself()
    }, saveAfterMs)
  })

  /** Opens the sets, those that are missing with a sentence each. @returns whether the one on the globe is as it was */
  const openSets = async ({ sets: wanted, current }: Project): Promise<boolean> => {
    let isAsSaved = false
    const order = wanted.map((_, index) => index).filter((index) => index !== current)
    for (const index of current === undefined ? order : [...order, current]) {
      const set = wanted[index]
      if (set === undefined) continue
      try {
        await sets.load(set.path)
        const opened = currentSet(store.getState())
        if (opened !== undefined && opened.count !== set.count) {
          notices.show(
            'error',
            `${set.name}: expected ${set.count.toLocaleString('en')} rows as when the project was saved, got ${opened.count.toLocaleString('en')}; query and selection were left out`,
          )
        }
        if (index === current) isAsSaved = opened?.count === set.count
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        notices.show('error', `${set.name} of this project could not be opened: ${why}`)
      }
    }
    return isAsSaved
  }

  const restore = async ({ project, path }: OpenedProject) => {
    patch(store, 'project', { isRestoring: true, last: undefined })
    try {
      const isAsSaved = await openSets(project)
      for (const [name, part] of parts) {
        const kept = project.parts[name]
        if (kept === undefined || (part.ofRows === true && !isAsSaved)) continue
        const read = part.schema.safeParse(kept)
        if (!read.success) {
          notices.show('error', `This project: its part "${name}" cannot be read and was left out`)
          continue
        }
        try {
          await part.restore(read.data)
        } catch (error) {
          notices.fail(error)
        }
      }
      patch(store, 'project', { path })
    } finally {
      patch(store, 'project', { isRestoring: false })
    }
  }

  return {
    /** Makes a part of the window come back with a project; call once, where its actions are made, in the order in which they must come back. */
    keep<Kept>(name: string, part: ProjectPart<Kept>): void {
      parts.set(name, part as unknown as ProjectPart<unknown>)
    },
    /** Writes a project file: where the user chooses in Electron, as a download in the browser. */
    async save({ isNew = false }: { readonly isNew?: boolean } = {}) {
      const state = store.getState()
      const set = currentSet(state)
      if (set === undefined) return notices.show('info', 'Open a set first: there is nothing to save yet')
      const defaultName = `${set.name}${projectEnding}`
      try {
        if (client.bridge === undefined) {
          const project = await client.engine.saveProject({ project: present() })
          download(`${JSON.stringify(project, undefined, 2)}\n`, defaultName)
          return notices.show('done', `Saved as ${defaultName}: drop it on the window to come back to this`)
        }
        const known = isNew ? undefined : state.project.path
        const path = known ?? (await client.bridge.chooseSavePath({ title: 'Save the project', defaultName }))
        if (path === undefined) return
        await client.engine.saveProject({ path, project: present() })
        patch(store, 'project', { path })
        notices.show('done', `Saved ${path}`)
      } catch (error) {
        notices.fail(error)
      }
    },
    async open(path: string) {
      try {
        const opened = await client.engine.openProject({ path })
        if (opened !== undefined) await restore(opened)
      } catch (error) {
        notices.fail(error)
      }
    },
    /** Saves what has changed since a few seconds. */
    saveByItself,
    /** Looks for what was saved by itself, to offer it. */
    async lookForLast() {
      // one that cannot be read is not worth a sentence at every start
      const last = await client.engine.openProject({}).catch(() => undefined)
      patch(store, 'project', { last })
    },
    async restoreLast() {
      const { last } = store.getState().project
      if (last !== undefined) await restore(last)
    },
  }
}

export type ProjectActions = ReturnType<typeof projectActions>

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

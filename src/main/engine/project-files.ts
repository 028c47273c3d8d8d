// Project files: written whole or not at all, read with a sentence for what they are not.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path'
import { type OpenedProject, type Project, project, projectVersion } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { writeOutputFile } from '../bytes/output-file.ts'
import { isSamplePlanet } from './sample-planet.ts'

export class ProjectFiles {
  readonly #own: string
  readonly #appVersion: string

  /** The one that the application saves by itself lies in the user-data folder. */
  constructor({ userDataDir, appVersion }: { readonly userDataDir: string; readonly appVersion: string }) {
    this.#own = join(userDataDir, 'last-session.groundcontrol')
    this.#appVersion = appVersion
  }

  /** @param path absent: the one saved by itself */
  async save(given: Pick<Project, 'sets' | 'current' | 'parts'>, path = this.#own): Promise<Project> {
    const written: Project = {
      groundControlProject: projectVersion,
      appVersion: this.#appVersion,
      savedAt: new Date().toISOString(),
      ...given,
      sets: given.sets.map((set) => ({ ...set, ...besideOf(set.path, path) })),
    }
    await writeOutputFile(path, (file) => file.writeFile(`${JSON.stringify(written, undefined, 2)}\n`))
    return written
  }

  /**
   * @returns undefined when the application has saved none by itself
   * @throws EngineError `not-found`, `unreadable-file` or `unsupported-format`
   */
  async open(path?: string): Promise<OpenedProject | undefined> {
    if (path === undefined && !existsSync(this.#own)) return undefined
    const read = await readProject(path ?? this.#own)
    const sets = read.sets.map((set) => ({ ...set, path: placeOf(set, path) }))
    return { ...(path === undefined ? {} : { path }), project: { ...read, sets } }
  }
}

/** @throws EngineError as `ProjectFiles.open` */
export async function readProject(path: string): Promise<Project> {
  const name = basename(path)
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new EngineError('not-found', `${path}: expected a project file, got ${cause.code}`, { cause })
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new EngineError('unreadable-file', `${name}: expected a project file, got text that is not JSON`, { cause })
  }
  const version = (json as { groundControlProject?: unknown } | null)?.groundControlProject
  if (typeof version === 'number' && version > projectVersion) {
    throw new EngineError(
      'unsupported-format',
      `${name}: expected a project of version ${projectVersion} or older, got version ${version}; open it with a newer Ground Control`,
    )
  }
  const parsed = project.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue === undefined || issue.path.length === 0 ? 'at its top' : `at ${issue.path.join('.')}`
  throw new EngineError(
    'unreadable-file',
    `${name}: expected a project file of Ground Control, got something else ${where}`,
  )
}

function besideOf(path: string, projectPath: string): { readonly beside?: string } {
  if (isSamplePlanet(path)) return {}
  const way = relative(dirname(projectPath), path)
  return way === '' || way.startsWith('..') || isAbsolute(way) ? {} : { beside: way.split(sep).join('/') }
}

/** Where a set is now: where it was, else beside the project, which may have been moved with it. */
function placeOf({ path, beside }: Project['sets'][number], projectPath: string | undefined): string {
  if (isSamplePlanet(path) || existsSync(path) || beside === undefined || projectPath === undefined) return path
  const moved = join(dirname(projectPath), ...beside.split('/'))
  return existsSync(moved) ? moved : path
}

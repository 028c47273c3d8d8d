// Where an installed or checked-out application keeps things, told to the engine by every door.

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { projectRoot } from '../entries.ts'

/**
 * Folder for what the user makes without naming a place: recent files, generated imagery, embeddings.
 * GROUND_CONTROL_DATA overrides it; else the platform's folder for application data.
 */
export function userDataDir(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const chosen = env['GROUND_CONTROL_DATA']
  if (chosen !== undefined && chosen !== '') return chosen
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Ground Control')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Ground Control')
  return join(env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'Ground Control')
}

/** Folder that holds models/ and sample/: beside the archive in the installed application, the checkout otherwise. */
export function resourcesDir(): string {
  const root = projectRoot()
  return root.endsWith('.asar') ? dirname(root) : root
}

/** A mirror of Hugging Face, named as its own tools name it. */
export function weightsEndpoint(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env['HF_ENDPOINT'] === '' ? undefined : env['HF_ENDPOINT']
}

/** A mirror of NuGet and PyPI for the CUDA libraries. */
export function packageMirror(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env['GROUND_CONTROL_PACKAGES'] === '' ? undefined : env['GROUND_CONTROL_PACKAGES']
}

/** The built screen. */
export function pageFolder(): string {
  return join(projectRoot(), 'dist', 'renderer')
}

/** Version in package.json. */
export function applicationVersion(): string {
  return (JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string }).version
}

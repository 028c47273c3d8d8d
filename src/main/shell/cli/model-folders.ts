import { join } from 'node:path'
import { resourcesDir, userDataDir } from '../surroundings.ts'

/** The user's own cards, networks and built models. */
export function ownModelsFolder(): string {
  return join(userDataDir(), 'models')
}

/** The cards that come with the application. */
export function shippedModelsFolder(): string {
  return join(resourcesDir(), 'models')
}

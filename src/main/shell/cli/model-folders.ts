import { join } from 'node:path'
import { defaultEndpoint } from '../../models/library/weights-source.ts'
import { resourcesDir, userDataDir, weightsEndpoint } from '../surroundings.ts'

/** The user's own cards, networks and built models. */
export function ownModelsFolder(): string {
  return join(userDataDir(), 'models')
}

/** The cards that come with the application. */
export function shippedModelsFolder(): string {
  return join(resourcesDir(), 'models')
}

/** Where weights are kept and where they come from. */
export function weightsPlace() {
  return { modelsFolder: ownModelsFolder(), endpoint: weightsEndpoint() ?? defaultEndpoint }
}

// What a SatCLIP checkpoint says of its location encoder, against what its card and its tensors say.

import { EngineError } from '../../../shared/errors.ts'
import type { StateDict } from '../state-dict/state-dict.ts'

export interface SatclipSettings {
  readonly degrees: number
  readonly dimensions: number
  readonly width: number
  readonly layers: number
}

/**
 * Compares the hyper-parameters of a Lightning checkpoint with the network that would be built; those that a file does not
 * have are not compared.
 * @throws EngineError `model-mismatch` naming the first that differs
 */
export function checkSatclipSettings(place: string, settings: SatclipSettings, file: StateDict): void {
  for (const [name, expected] of Object.entries(hyperParameters(settings))) {
    const got = file.readPlain?.(['hyper_parameters', name])
    if (got === undefined || got === expected) continue
    throw new EngineError(
      'model-mismatch',
      `weights ${file.place}: expected hyper-parameter ${name} = ${JSON.stringify(expected)} for ${place}, got ${JSON.stringify(got)}; these weights belong to another model or variant`,
    )
  }
}

/** By the names of the authors' training code; width and layers are those of the tensors. */
function hyperParameters({ degrees, dimensions, width, layers }: SatclipSettings) {
  return {
    le_type: 'sphericalharmonics',
    pe_type: 'siren',
    // closed-form harmonics have other signs and another factor at m = 0
    harmonics_calculation: 'analytic',
    legendre_polys: degrees,
    embed_dim: dimensions,
    capacity: width,
    num_hidden_layers: layers,
  }
}

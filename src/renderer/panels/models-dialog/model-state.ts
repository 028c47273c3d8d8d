// What is here of a model, in words, and what can be done about the rest.

import type { ImageModelSummary, ModelSummary } from '../../../shared/contract.ts'
import { unitNames } from '../embed-dialog/units.ts'
import { bytesText, countOf } from '../wording.ts'

/** `download` fetches and builds; `build` has the weights; `file` needs one from the user */
export type NextStep = 'none' | 'download' | 'build' | 'file'

export function nextStep({ availability, weights, network }: ModelSummary): NextStep {
  if (availability === 'ready') return 'none'
  if (weights.state === 'no-address') return 'file'
  if (weights.state !== 'fetched') return 'download'
  return network === 'build' ? 'build' : 'file'
}

/** `Partly downloaded, 120 MB of 348 MB` */
export function stateText(model: ModelSummary): string {
  const { byteLength, fetchedBytes = 0, state } = model.weights
  if (model.availability === 'ready') return model.network === 'built-in' ? 'Ready, built in' : 'Ready'
  if (state === 'fetched') return 'Weights here, not built'
  if (state === 'partial') {
    if (fetchedBytes === byteLength) return 'Downloaded, not taken yet'
    const of = byteLength === undefined ? '' : ` of ${bytesText(byteLength)}`
    return `Partly downloaded, ${bytesText(fetchedBytes)}${of}`
  }
  if (state === 'no-address') return 'Needs a file from you'
  if (byteLength !== undefined) return `Not downloaded, ${bytesText(byteLength)}`
  return model.networkBytes === undefined
    ? 'Not downloaded'
    : `Not downloaded, network of ${bytesText(model.networkBytes)}`
}

/** What a click on the download will do, said before it. */
export function downloadText(model: ModelSummary): string {
  const { weights, networkBytes } = model
  const { from = '', byteLength, fetchedBytes = 0, state } = weights
  const { host, file } = addressParts(from)
  // what is not of the network, e.g. an optimiser's state, its host alone knows
  const ofNetwork = networkBytes === undefined ? '' : `, its network takes ${bytesText(networkBytes)}`
  const size = byteLength === undefined ? `size not known yet${ofNetwork}` : bytesText(byteLength)
  const rest = state === 'partial' ? ` ${bytesText(fetchedBytes)} of it are here already.` : ''
  const then = buildsAfterDownload(model) ? ', then builds the network on this machine' : ''
  return `Downloads ${file} (${size}) from ${host} and the servers it refers to${then}. Nothing of yours is sent.${rest}`
}

/** Whether nothing more than the weights is needed. */
export function buildsAfterDownload({ network, needsStatistics }: ModelSummary): boolean {
  return network === 'build' && !needsStatistics
}

function addressParts(from: string): { readonly host: string; readonly file: string } {
  if (!URL.canParse(from)) return { host: from, file: 'its weights' }
  const { host, pathname } = new URL(from)
  return { host, file: decodeURIComponent(pathname.split('/').at(-1) ?? '') }
}

export function bandsText(model: ImageModelSummary): string {
  return model.anyBands ? 'any 3 to 13 bands' : model.bands.join(', ')
}

/** Name and value of what a model takes and gives. */
export function modelFacts(model: ModelSummary): readonly (readonly [string, string])[] {
  const result = countOf(model.dimensions, 'dimension')
  if (model.input !== 'image') {
    return [
      ['Takes', model.input === 'text' ? 'texts, to search images with' : 'places, as longitude and latitude'],
      ['Result', result],
    ]
  }
  return [
    ['Bands', bandsText(model)],
    ['Expects', unitNames[model.unit] ?? model.unit],
    ['Fragment', `${model.fragmentSize} px, overlap ${Math.round(model.targetOverlap * 100)} %`],
    ['Result', result],
  ]
}

/** One line for lists: `B04, B03, B02, 224 px, 768 dimensions` */
export function summaryText(model: ModelSummary): string {
  const takes =
    model.input === 'image'
      ? `${model.anyBands ? 'any bands' : model.bands.length > 4 ? `${model.bands.length} bands` : bandsText(model)}, ${model.fragmentSize} px`
      : model.input === 'text'
        ? 'texts'
        : 'places'
  return `${takes}, ${countOf(model.dimensions, 'dimension')}`
}

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import type { ModelCard } from '../models/model-card.ts'
import { buildRcf } from '../models/rcf.ts'
import { listModelCards, readModelCard } from '../models/read-card.ts'

/** Builders of networks that need no download, by the name that cards use. */
const builders: Readonly<Record<string, (bands: readonly string[]) => Uint8Array>> = {
  rcf: (bands) => buildRcf({ bands }),
}

export interface ChosenModel {
  readonly card: ModelCard
  /** undefined when the network is built here */
  readonly file: string | undefined
  /** set when the file is not on this machine; `loadModel` throws it */
  readonly missing?: EngineError
}

/**
 * The card and file that a request means.
 * @param model card id, card file or ONNX file; an ONNX file without `card` takes the known card that names it
 * @param folders where cards and ONNX files are looked for
 * @throws EngineError `not-found`, `unreadable-file`, `model-missing` (a file without card, or a card without file)
 */
export async function chooseModel(
  { model, card: cardPath }: { readonly model: string; readonly card?: string | undefined },
  folders: readonly string[],
  { isModelOptional = false }: { readonly isModelOptional?: boolean } = {},
): Promise<ChosenModel> {
  if (!model.toLowerCase().endsWith('.onnx')) {
    const card = await readModelCard(cardPath ?? model, folders)
    const beside = model.toLowerCase().endsWith('.json') ? [dirname(model)] : []
    const chosen = await findFile(card, [...beside, ...folders])
    if (chosen.missing !== undefined && !isModelOptional) throw chosen.missing
    return chosen
  }
  const card = cardPath === undefined ? await cardNaming(model, folders) : await readModelCard(cardPath, folders)
  if (!(await isFile(model)))
    throw new EngineError('not-found', `model ${model}: expected an ONNX file, got no such file`)
  return { card, file: model }
}

export interface LoadedModel {
  readonly card: ModelCard
  readonly model: string | { readonly name: string; readonly bytes: Uint8Array }
  readonly sha256: string
  /** one sentence each */
  readonly warnings: readonly string[]
}

/** The network itself: a file with its hash, or the bytes that the card's builder makes for these bands. */
export async function loadModel({ card, file, missing }: ChosenModel, bands: readonly string[]): Promise<LoadedModel> {
  if (missing !== undefined) throw missing
  if (file !== undefined) {
    const sha256 = await hashFile(file)
    const expected = card.onnx.kind === 'file' ? card.onnx.sha256 : undefined
    const differs = expected !== undefined && expected !== sha256
    const warning = `model ${file}: its sha256 is not the one of card ${card.id}, so the card may not describe this file`
    return { card, model: file, sha256, warnings: differs ? [warning] : [] }
  }
  const bytes = builderOf(card)(bands)
  return {
    card,
    model: { name: card.id, bytes },
    sha256: createHash('sha256').update(bytes).digest('hex'),
    warnings: [],
  }
}

function builderOf(card: ModelCard): (bands: readonly string[]) => Uint8Array {
  const name = card.onnx.kind === 'build' ? card.onnx.builder : ''
  const builder = builders[name]
  if (builder !== undefined) return builder
  throw new EngineError(
    'model-missing',
    `model ${card.id}: expected one of the builders ${Object.keys(builders).join(', ')}, got "${name}"`,
  )
}

async function findFile(card: ModelCard, folders: readonly string[]): Promise<ChosenModel> {
  if (card.onnx.kind === 'build') return { card, file: undefined }
  const file = await locate(card.onnx.file, folders)
  if (file !== undefined) return { card, file }
  const message = `model ${card.id}: expected ${card.onnx.file} in ${folders.join(' or ')}, got no such file; ${card.weights.howToGet}`
  return { card, file, missing: new EngineError('model-missing', message) }
}

async function locate(file: string, folders: readonly string[]): Promise<string | undefined> {
  const places = isAbsolute(file) ? [file] : folders.map((folder) => join(folder, file))
  for (const place of places) if (await isFile(place)) return place
  return undefined
}

async function cardNaming(model: string, folders: readonly string[]): Promise<ModelCard> {
  const { cards } = await listModelCards([dirname(model), ...folders])
  const found = cards.find(({ card }) => card.onnx.kind === 'file' && basename(card.onnx.file) === basename(model))
  if (found !== undefined) return found.card
  throw new EngineError(
    'model-missing',
    `model ${model}: expected a card that says its bands, unit and sizes, got none; pass one with --card CARD.json`,
  )
}

async function isFile(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}

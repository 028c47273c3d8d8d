import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import type { ModelSource } from '../inference/open-session.ts'
import { builtFolder, isMadeForEachRun, networkFileName, type Precision, precisions } from '../models/built-models.ts'
import type { ModelCard } from '../models/model-card.ts'
import { type BuildRecord, readBuildRecord } from '../models/onnx/build-record.ts'
import { externalDataPath } from '../models/onnx/write-model.ts'
import { buildRcf } from '../models/rcf.ts'
import { listModelCards, readModelCard } from '../models/read-card.ts'

export interface ChosenModel {
  readonly card: ModelCard
  /** the network in the precisions it is built in; none when it is made for each run */
  readonly files: Readonly<Partial<Record<Precision, string>>>
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
  const built = precisions.find((precision) => basename(model) === networkFileName(card.id, precision))
  return { card, files: { [built ?? 'float32']: model } }
}

/** By bands; a dry run and the run after it share the process, and building takes most of a second. */
const builtRcf = new Map<string, Uint8Array>()

function rcfFor(bands: readonly string[]): Uint8Array {
  const key = bands.join()
  const bytes = builtRcf.get(key) ?? buildRcf({ bands })
  builtRcf.set(key, bytes)
  return bytes
}

export interface LoadedModel {
  readonly card: ModelCard
  readonly model: ModelSource
  readonly precision: Precision
  /** of the network, its data file included */
  readonly sha256: string
  /** how it was built here, and of which weights; absent for a network that came as a file */
  readonly built?: BuildRecord | undefined
  /** one sentence each */
  readonly warnings: readonly string[]
}

/** Which of a model's networks can run, the most exact first. */
export function precisionsOf({ files }: ChosenModel): readonly [Precision, ...Precision[]] {
  const [first = 'float32', ...others] = precisions.filter((precision) => files[precision] !== undefined)
  return [first, ...others]
}

/** The network itself without its hash: a file, or the bytes that are made for these bands. */
export function networkSource(model: ChosenModel, bands: readonly string[], precision: Precision): ModelSource {
  if (model.missing !== undefined) throw model.missing
  const file = model.files[precision]
  if (file !== undefined) return file
  const { card } = model
  if (isMadeForEachRun(card) && precision === 'float32') return { name: card.id, bytes: rcfFor(bands) }
  throw new EngineError(
    'model-missing',
    `model ${card.id}: expected its network in ${precision}, got ${precisionsOf(model).join(' and ')} only; ${remedyFor(card, precision)}`,
  )
}

function remedyFor({ id, onnx }: ModelCard, precision: Precision): string {
  if (onnx.kind === 'file' || onnx.builder === 'rcf') return 'run it as it is'
  return `build it with: models build ${id}${precision === 'float32' ? '' : ` --precision ${precision}`}`
}

/** The network with its hash, which takes a while for a large one. */
export async function loadModel(
  chosen: ChosenModel,
  bands: readonly string[],
  precision: Precision = precisionsOf(chosen)[0],
): Promise<LoadedModel> {
  const { card } = chosen
  const model = networkSource(chosen, bands, precision)
  if (typeof model !== 'string') {
    return { card, model, precision, sha256: createHash('sha256').update(model.bytes).digest('hex'), warnings: [] }
  }
  const sha256 = await hashModel(model)
  const expected = card.onnx.kind === 'file' ? card.onnx.sha256 : undefined
  const differs = expected !== undefined && expected !== sha256
  const warning = `model ${model}: its sha256 is not the one of card ${card.id}, so the card may not describe this file`
  // whether it is a network at all, ONNX Runtime says better
  const built = await readBuildRecord(model).catch(() => undefined)
  return { card, model, precision, sha256, built, warnings: differs ? [warning] : [] }
}

async function findFile(card: ModelCard, folders: readonly string[]): Promise<ChosenModel> {
  if (isMadeForEachRun(card)) return { card, files: {} }
  if (card.onnx.kind === 'file') {
    const file = await firstFile(filePlaces(card.onnx.file, folders))
    if (file !== undefined) return { card, files: { float32: file } }
  } else {
    const found = await Promise.all(
      precisions.map(async (one) => [one, await firstFile(builtPlaces(card, folders, one))] as const),
    )
    const files = Object.fromEntries(found.filter(([, file]) => file !== undefined))
    if (Object.keys(files).length > 0) return { card, files }
  }
  return { card, files: {}, missing: new EngineError('model-missing', missingText(card, folders)) }
}

function filePlaces(file: string, folders: readonly string[]): string[] {
  return isAbsolute(file) ? [file] : folders.map((folder) => join(folder, file))
}

function builtPlaces({ id }: ModelCard, folders: readonly string[], precision: Precision): string[] {
  return folders.map((folder) => join(builtFolder(folder), networkFileName(id, precision)))
}

async function firstFile(places: readonly string[]): Promise<string | undefined> {
  for (const file of places) if (await isFile(file)) return file
  return undefined
}

function missingText({ id, onnx, weights }: ModelCard, folders: readonly string[]): string {
  if (onnx.kind === 'file') {
    return `model ${id}: expected ${onnx.file} in ${folders.join(' or ')}, got no such file; ${weights.howToGet}`
  }
  return `model ${id}: expected a network built from its weights, got none, it is not built yet; ${weights.howToGet}`
}

async function cardNaming(model: string, folders: readonly string[]): Promise<ModelCard> {
  const { cards } = await listModelCards([dirname(model), ...folders])
  const found = cards.find(({ card }) => fileNamesOf(card).includes(basename(model)))
  if (found !== undefined) return found.card
  throw new EngineError(
    'model-missing',
    `model ${model}: expected a card that says its bands, unit and sizes, got none; choose its card too, or write one (docs/models.md)`,
  )
}

function fileNamesOf({ id, onnx }: ModelCard): string[] {
  if (onnx.kind === 'file') return [basename(onnx.file)]
  return precisions.map((precision) => networkFileName(id, precision))
}

async function isFile(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/** sha256 of the model, and of the data file behind it where there is one. */
async function hashModel(path: string): Promise<string> {
  const hash = createHash('sha256')
  const data = externalDataPath(path)
  for (const file of (await isFile(data)) ? [path, data] : [path]) {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array)
  }
  return hash.digest('hex')
}

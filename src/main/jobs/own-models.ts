// Networks that the user brings: an ONNX file and a card that is written for it.

import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { AddReport, CardProblem, FetchReport, NetworkDescription } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { openFileSource } from '../bytes/byte-source.ts'
import { copyInto } from '../bytes/copy-into.ts'
import { writeOutputFile } from '../bytes/output-file.ts'
import { sizeOf } from '../downloads/part-file.ts'
import { checkFit } from '../inference/check-fit.ts'
import { ownNetworkFile } from '../models/library/stored-files.ts'
import type { AnyModelCard, ModelCard } from '../models/model-card.ts'
import { judgeModelCard, listAllModelCards } from '../models/read-card.ts'
import { draftCard } from '../products/draft-card.ts'
import { type OnnxShape, readOnnxShape } from '../products/onnx-shape.ts'
import type { CallContext } from '../threads/thread-calls.ts'

export interface NewModel {
  /** the fields that the user gives; where the network lies and what is known of it is filled in here */
  readonly card: Readonly<Record<string, unknown>>
  /** path of the ONNX file */
  readonly network: string
  readonly modelsFolder: string
  /** searched for other models */
  readonly folders: readonly string[]
}

/** @throws EngineError `unreadable-file`, `unsupported-format` when its weights lie in another file */
export async function describeNetwork(
  path: string,
  folders: readonly string[],
  signal?: AbortSignal,
): Promise<NetworkDescription> {
  const shape = await readShape(path, signal)
  const { cards } = await listAllModelCards(folders)
  const takenIds = new Set(cards.map(({ card }) => card.id))
  const ports = (list: OnnxShape['inputs']) =>
    list.map(({ name, type, shape: axes }) => ({ name, type, ...(axes === undefined ? {} : { shape: [...axes] }) }))
  return {
    inputs: ports(shape.inputs),
    outputs: ports(shape.outputs),
    draft: draftCard(basename(path, extname(path)), shape, takenIds),
  }
}

/** What is wrong with the card by itself, with its id among the others, and with its network; field `network` for the last. */
export async function checkCard({ card, network, folders, modelsFolder }: NewModel): Promise<CardProblem[]> {
  const judged = judgeModelCard(completed(card, network))
  if (judged.card === undefined) return [...judged.problems]
  const { id } = judged.card
  const { cards } = await listAllModelCards(folders)
  if (cards.some((other) => other.card.id === id) || existsSync(join(modelsFolder, networkFile(id)))) {
    return [{ field: 'id', text: `id: expected one that no model has, got ${id}; choose another` }]
  }
  return fitProblems(judged.card, await readShape(network), basename(network))
}

/**
 * Copies the network into the user's models as `<id>.onnx` and writes its card beside it; the card comes last, so that what
 * is listed is whole.
 * @throws EngineError `invalid-input` with the first problem of the card, `disk-full`; AbortError
 */
export async function addModel(model: NewModel, { signal, onProgress }: CallContext): Promise<AddReport> {
  const [problem] = await checkCard(model)
  if (problem !== undefined) throw new EngineError('invalid-input', problem.text)
  const { modelsFolder, network } = model
  const id = String(model.card['id'])
  const [target, cardPath] = [join(modelsFolder, networkFile(id)), join(modelsFolder, `${id}.json`)]
  const total = await sizeOf(network)
  const onBytes = (done: number) => onProgress({ stage: 'copying', done, total })
  const sha256 = await writeOutputFile(target, (file) => copyInto(file, network, { signal, onBytes }), { signal })
  try {
    const text = `${JSON.stringify(completed(model.card, network, sha256), undefined, 2)}\n`
    await writeOutputFile(cardPath, (file) => file.writeFile(text), { signal })
  } catch (error) {
    await rm(target, { force: true })
    throw error
  }
  return { model: id, card: cardPath, network: target, byteLength: total }
}

/**
 * Puts the ONNX file of a known card where the card looks for it.
 * @throws EngineError `model-mismatch` when it is another file than the card's
 */
export async function placeNetwork(
  { card, file, modelsFolder }: { readonly card: AnyModelCard; readonly file: string; readonly modelsFolder: string },
  { signal, onProgress }: CallContext,
): Promise<FetchReport> {
  const path = ownNetworkFile(card, modelsFolder)
  if (path === undefined || card.onnx.kind !== 'file') throw new Error(`model ${card.id}: expected a network in a file`)
  const expected = card.onnx.sha256
  const total = await sizeOf(file)
  const onBytes = (done: number) => onProgress({ stage: 'copying', done, total })
  const sha256 = await writeOutputFile(
    path,
    async (target) => {
      const found = await copyInto(target, file, { signal, onBytes })
      if (expected === undefined || expected === found) return found
      throw new EngineError(
        'model-mismatch',
        `${basename(file)}: expected the network of ${card.id} with sha256 ${expected}, got ${found}; choose its own file`,
      )
    },
    { signal },
  )
  return { model: card.id, path, from: file, sha256, byteLength: total, fetchedBytes: total, warnings: [] }
}

const networkFile = (id: string) => `${id}.onnx`

function completed(card: NewModel['card'], network: string, sha256?: string): Record<string, unknown> {
  const file = networkFile(String(card['id']))
  return {
    ...card,
    onnx: { kind: 'file', file, ...(sha256 === undefined ? {} : { sha256 }) },
    weights: { howToGet: `put ${file} beside its card again; it was ${basename(network)} when it was added` },
    verified: false,
    verification: 'Added by the user; the way from image to embedding was not compared with an independent one',
  }
}

async function readShape(path: string, signal?: AbortSignal): Promise<OnnxShape> {
  const source = await openFileSource(path)
  try {
    const shape = await readOnnxShape({ ...source, name: basename(path) }, signal)
    const [dataFile] = shape.dataFiles
    if (dataFile === undefined) return shape
    throw new EngineError(
      'unsupported-format',
      `${basename(path)}: expected a network with its weights in the same file, got one with weights in ${dataFile}; save it as one file, or write its card yourself and put all three into the folder of models`,
    )
  } finally {
    await source.close()
  }
}

/** A network that states no shapes is judged when it is opened. */
function fitProblems(card: ModelCard, { inputs, outputs }: OnnxShape, name: string): CardProblem[] {
  const stated = (ports: OnnxShape['inputs']) => ports.map(({ shape = [], ...port }) => ({ ...port, shape }))
  if ([...inputs, ...outputs].some(({ shape }) => shape === undefined) || !Array.isArray(card.bands)) return []
  try {
    checkFit(name, card, card.bands.length, { inputs: stated(inputs), outputs: stated(outputs) })
    return []
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return [{ field: 'network', text: error.message }]
  }
}

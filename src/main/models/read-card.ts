import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CardProblem } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { cardProblem, cardProblems } from './card-problem.ts'
import { type AnyModelCard, isImageCard, locationCard, type ModelCard, modelCard, textCard } from './model-card.ts'

/**
 * Reads one card of a network that takes imagery.
 * @throws as `readAnyModelCard`, and EngineError `invalid-input` when the network takes something else
 */
export async function readModelCard(idOrPath: string, folders: readonly string[]): Promise<ModelCard> {
  const card = await readAnyModelCard(idOrPath, folders)
  if (isImageCard(card)) return card
  throw new EngineError(
    'invalid-input',
    `model ${card.id}: expected a model of images, got one of ${inputText[card.input.kind]}; choose another model`,
  )
}

const inputText = { text: 'texts', location: 'places' } as const

/**
 * Reads one card.
 * @param idOrPath the id of a card in one of `folders`, or the path of a `.json` file
 * @param folders searched in order, e.g. the user's own models, then the shipped ones
 * @throws EngineError `not-found` when there is no such card, `unreadable-file` when it is not a card, naming the field
 */
export async function readAnyModelCard(idOrPath: string, folders: readonly string[]): Promise<AnyModelCard> {
  if (idOrPath.toLowerCase().endsWith('.json')) return parseModelCard(await readCardText(idOrPath), idOrPath)
  for (const folder of folders) {
    const path = join(folder, `${idOrPath}.json`)
    const text = await readCardText(path).catch(() => undefined)
    if (text !== undefined) return parseModelCard(text, path)
  }
  const known = (await listAllModelCards(folders)).cards.map(({ card }) => card.id)
  throw new EngineError(
    'not-found',
    `model ${idOrPath}: expected the id of a model card or a card file, got neither; known models: ${known.join(', ') || 'none'}`,
  )
}

export interface ListedCards<Card extends AnyModelCard> {
  /** by id, first folder wins */
  readonly cards: readonly { readonly card: Card; readonly path: string }[]
  /** one sentence for each file that is not a card */
  readonly problems: readonly string[]
}

/** The cards of networks that take imagery. */
export async function listModelCards(folders: readonly string[]): Promise<ListedCards<ModelCard>> {
  const { cards, problems } = await listAllModelCards(folders)
  return { cards: cards.flatMap(({ card, path }) => (isImageCard(card) ? [{ card, path }] : [])), problems }
}

export async function listAllModelCards(folders: readonly string[]): Promise<ListedCards<AnyModelCard>> {
  const cards = new Map<string, { card: AnyModelCard; path: string }>()
  const problems: string[] = []
  for (const folder of folders) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json')).sort()
    for (const name of names) {
      const path = join(folder, name)
      try {
        const card = parseModelCard(await readCardText(path), path)
        if (!cards.has(card.id)) cards.set(card.id, { card, path })
      } catch (error) {
        problems.push(error instanceof Error ? error.message : String(error))
      }
    }
  }
  return { cards: [...cards.values()].sort((a, b) => a.card.id.localeCompare(b.card.id, 'en')), problems }
}

/** @throws EngineError `unreadable-file` with the first field that does not fit */
export function parseModelCard(text: string, place: string): AnyModelCard {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new EngineError('unreadable-file', `model card ${place}: expected JSON, got ${(cause as Error).message}`, {
      cause,
    })
  }
  const schema = schemaFor(json)
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw new EngineError('unreadable-file', `model card ${place}: ${cardProblem(schema, json, parsed.error.issues)}`)
}

/** Everything that is wrong with a card of imagery; `card` where nothing is. */
export function judgeModelCard(json: unknown): {
  readonly card?: ModelCard
  readonly problems: readonly CardProblem[]
} {
  const parsed = modelCard.safeParse(json)
  if (parsed.success) return { card: parsed.data, problems: [] }
  return { problems: cardProblems(modelCard, json, parsed.error.issues) }
}

/** A card that says nothing about its kind is one of imagery. */
function schemaFor(json: unknown): typeof modelCard | typeof textCard | typeof locationCard {
  const kind = (json as { input?: { kind?: unknown } } | null)?.input?.kind
  if (kind === 'text') return textCard
  if (kind === 'location') return locationCard
  return modelCard
}

async function readCardText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new EngineError(
      'not-found',
      `model card ${path}: expected a readable file, got ${cause.code ?? cause.message}`,
      {
        cause,
      },
    )
  })
}

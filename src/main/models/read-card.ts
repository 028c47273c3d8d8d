import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { cardProblem } from './card-problem.ts'
import { type ModelCard, modelCard } from './model-card.ts'

/**
 * Reads one card.
 * @param idOrPath the id of a card in one of `folders`, or the path of a `.json` file
 * @param folders searched in order, e.g. the user's own models, then the shipped ones
 * @throws EngineError `not-found` when there is no such card, `unreadable-file` when it is not a card, naming the field
 */
export async function readModelCard(idOrPath: string, folders: readonly string[]): Promise<ModelCard> {
  if (idOrPath.toLowerCase().endsWith('.json')) return parseModelCard(await readCardText(idOrPath), idOrPath)
  for (const folder of folders) {
    const path = join(folder, `${idOrPath}.json`)
    const text = await readCardText(path).catch(() => undefined)
    if (text !== undefined) return parseModelCard(text, path)
  }
  const known = (await listModelCards(folders)).cards.map(({ card }) => card.id)
  throw new EngineError(
    'not-found',
    `model ${idOrPath}: expected the id of a model card or a card file, got neither; known models: ${known.join(', ') || 'none'}`,
  )
}

export interface ListedCards {
  /** by id, first folder wins */
  readonly cards: readonly { readonly card: ModelCard; readonly path: string }[]
  /** one sentence for each file that is not a card */
  readonly problems: readonly string[]
}

export async function listModelCards(folders: readonly string[]): Promise<ListedCards> {
  const cards = new Map<string, { card: ModelCard; path: string }>()
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
export function parseModelCard(text: string, place: string): ModelCard {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new EngineError('unreadable-file', `model card ${place}: expected JSON, got ${(cause as Error).message}`, {
      cause,
    })
  }
  const parsed = modelCard.safeParse(json)
  if (parsed.success) return parsed.data
  throw new EngineError('unreadable-file', `model card ${place}: ${cardProblem(modelCard, json, parsed.error.issues)}`)
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

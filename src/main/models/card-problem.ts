// What is wrong with a card, in the words of its author: the field, what belongs there, what stands there.

import { z } from 'zod'
import type { CardProblem } from '../../shared/contract.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/**
 * The first problem of a card that does not fit its schema, e.g. `unit: expected one of linear, db, got "dB"; did you mean db`.
 * A misspelt field comes before the field that is missing because of it.
 */
export function cardProblem(schema: z.ZodType, card: unknown, issues: readonly Issue[]): string {
  const first = cardProblems(schema, card, issues)[0]
  const others = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return `${first?.text ?? 'it does not fit'}${others}`
}

/** Each problem with its field, misspelt fields first. */
export function cardProblems(schema: z.ZodType, card: unknown, issues: readonly Issue[]): CardProblem[] {
  const problems = issues.map((issue) => {
    const inner = innermost(issue)
    return { field: fieldText(inner.path), ...problemOf(schema, card, inner) }
  })
  const isMisspelt = (problem: Problem) => problem.isMisspelt === true
  const sorted = [...problems.filter(isMisspelt), ...problems.filter((problem) => !isMisspelt(problem))]
  return sorted.map(({ field, text }) => ({ field, text }))
}

interface Problem {
  readonly text: string
  readonly isMisspelt?: boolean
}

/** Of a field that may be one thing or another the problem of the one that was meant; the whole issue where none was. */
function innermost(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue
  const meant = issue.errors.find((branch) => branch.length > 0 && !branch.some(isOtherKind))
  const first = meant?.find(({ code }) => code === 'unrecognized_keys') ?? meant?.[0]
  return first === undefined ? issue : innermost({ ...first, path: [...issue.path, ...first.path] })
}

/** Whether a branch of a union fails at the value itself and not within it. */
function isOtherKind({ code, path }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')
}

function problemOf(schema: z.ZodType, card: unknown, issue: Issue): Problem {
  const field = fieldText(issue.path)
  const value = valueAt(card, issue.path)
  if (issue.code === 'unrecognized_keys') return unknownField(schema, card, issue)
  if (issue.code === 'custom') return { text: `${field}: ${issue.message}` }
  const expected = expectedText(issue)
  if (value === undefined) return { text: `expected the field ${field} (${expected}), got none; add it` }
  const near = typeof value === 'string' ? nearest(value, wordsOf(issue)) : undefined
  const hint = near === undefined ? '' : `; did you mean ${near}`
  return { text: `${field}: expected ${expected}, got ${valueText(value)}${hint}` }
}

function unknownField(schema: z.ZodType, card: unknown, issue: Issue & { code: 'unrecognized_keys' }): Problem {
  const name = issue.keys[0] ?? ''
  const known = fieldsOf(schema, card, issue.path)
  const present = Object.keys(valueAt(card, issue.path) as object)
  const near = nearest(
    name,
    known.filter((one) => !present.includes(one)),
  )
  const advice = near === undefined ? `its fields are ${known.join(', ')}` : `did you mean ${near}`
  return { text: `unknown field ${fieldText([...issue.path, name])}; ${advice}`, isMisspelt: near !== undefined }
}

/** The words that are allowed, when the field takes one of a few. */
function wordsOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code !== 'invalid_union') return []
  if ('options' in issue && Array.isArray(issue.options)) return issue.options.map(String)
  return issue.errors.flatMap((branch) => branch.flatMap(wordsOf))
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object { ... }',
}

function expectedText(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected] ?? issue.expected
    case 'invalid_value':
      return issue.values.length === 1 ? JSON.stringify(issue.values[0]) : `one of ${wordsOf(issue).join(', ')}`
    case 'invalid_union':
      if (issue.errors.length === 0) return `one of ${wordsOf(issue).join(', ')}`
      return issue.errors.map((branch) => branch.slice(0, 1).map(expectedText).join()).join(' or ')
    case 'too_small':
      return boundText(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least', issue.exact)
    case 'too_big':
      return boundText(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most', issue.exact)
    default:
      return issue.message
  }
}

function boundText(origin: string, bound: number | bigint, relation: string, isExact: boolean | undefined): string {
  if (origin === 'string' && !isExact && Number(bound) === 1) return 'some text'
  const amount = isExact ? `${bound}` : `${relation} ${bound}`
  if (origin === 'string') return `text of ${amount} characters`
  return origin === 'array'
    ? `a list with ${amount} ${Number(bound) === 1 ? 'entry' : 'entries'}`
    : `a number, ${amount}`
}

/** `recipes[0].steps[2].mean` */
function fieldText(path: Path): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return text.replace(/^\./, '') || 'the card'
}

function valueAt(card: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], card)
}

const longestValue = 60

function valueText(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > longestValue ? `${text.slice(0, longestValue)}...` : text
}

/** Names of the fields of the object at `path`. */
function fieldsOf(schema: unknown, card: unknown, [key, ...rest]: Path): string[] {
  const inner = objectOf(schema, card)
  if (key === undefined) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
  if (inner instanceof z.ZodArray) return fieldsOf(inner.element, valueAt(card, [key]), rest)
  return inner instanceof z.ZodObject ? fieldsOf(inner.shape[String(key)], valueAt(card, [key]), rest) : []
}

/** Behind defaults and optional fields; of a union the object that the card means. */
function objectOf(schema: unknown, card: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return objectOf(schema.unwrap(), card)
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const word = valueAt(card, [schema.def.discriminator])
    return schema.options.find(
      (option) => option instanceof z.ZodObject && option.shape[schema.def.discriminator]?.safeParse(word).success,
    )
  }
  if (schema instanceof z.ZodUnion) return schema.options.find((option) => option instanceof z.ZodObject)
  return schema
}

/** The word meant by a misspelt one; undefined when none is close. */
function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3))
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(plain(word), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance)
  const best = ranked[0]
  return best !== undefined && best.distance <= limit ? best.candidate : undefined
}

const plain = (word: string) => word.toLowerCase().replaceAll(/[ _-]/g, '')

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, col) => col)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let col = 1; col <= b.length; col++) {
      const change = (previous[col - 1] as number) + (a[row - 1] === b[col - 1] ? 0 : 1)
      current.push(Math.min(change, (previous[col] as number) + 1, (current[col - 1] as number) + 1))
    }
    previous = current
  }
  return previous[b.length] as number
}

// A condition on the columns of a row, such as `timestamp >= '2020-03-01' and grid_cell in ('12U_7R', '13U_7R')`, with the three
// truth values of SQL: what compares with nothing is unknown, and only rows that are surely true pass.

import jsep from 'jsep'
import { EngineError } from '../../shared/errors.ts'
import { timeEndMs, timeMs } from '../search/time-text.ts'

type Expression = jsep.Expression
/** undefined is unknown */
type Truth = boolean | undefined
type Value = string | number | boolean | undefined
type Kind = 'number' | 'text' | 'time' | 'truth'

export interface ConditionColumn {
  readonly name: string
  /** as Arrow prints it */
  readonly type: string
}

export interface Condition {
  /** columns that the condition reads, in no order */
  readonly columns: readonly string[]
  /** @param read stored value of a column in the row at hand */
  passes(read: (column: string) => unknown): boolean
}

type ReadColumn = (column: string) => unknown
interface Term {
  readonly kind: Kind
  /** of a literal */
  readonly literal?: Value
  get(read: ReadColumn): Value
}

for (const [operator, precedence] of [
  ['or', 1],
  ['and', 2],
  ['=', 6],
  ['in', 7],
  ['not in', 7],
] as const) {
  jsep.addBinaryOp(operator, precedence)
}
jsep.addUnaryOp('not')

/**
 * Reads a condition.
 * @throws EngineError `invalid-input` with a sentence that says what is wrong where, and which columns there are
 */
export function parseCondition(text: string, columns: readonly ConditionColumn[]): Condition {
  if (text.trim() === '') throw wrong("expected a comparison such as grid_cell = '12U_7R', got nothing")
  let tree: Expression
  try {
    tree = jsep(withLowerWords(text))
  } catch (error) {
    const { message, index } = error as Error & { index?: number }
    const reason = message.replace(/ at character \d+$/, '')
    throw wrong(`"${text}" cannot be read${index === undefined ? '' : ` at character ${index + 1}`}: ${reason}`)
  }
  const used = new Set<string>()
  const test = new Compiler(columns, used).truth(tree)
  return { columns: [...used], passes: (read) => test(read) === true }
}

function wrong(sentence: string): EngineError {
  return new EngineError('invalid-input', `condition: ${sentence}`)
}

/** AND, OR, NOT, IN outside of quotes may be written large; `<>` is `!=`. */
function withLowerWords(text: string): string {
  return text
    .split(/('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part
            .replace(/\b(and|or|not|in|true|false)\b/gi, (word) => word.toLowerCase())
            .replace(/\bnot\s+in\b/g, 'not in')
            .replaceAll('<>', '!='),
    )
    .join('')
}

const comparisons: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '==': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}
const sums: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
}
const textTests: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  contains: (text, part) => text.includes(part),
  starts_with: (text, part) => text.startsWith(part),
  ends_with: (text, part) => text.endsWith(part),
}

class Compiler {
  readonly #columns: ReadonlyMap<string, string>
  readonly #used: Set<string>

  constructor(columns: readonly ConditionColumn[], used: Set<string>) {
    this.#columns = new Map(columns.map(({ name, type }) => [name, type]))
    this.#used = used
  }

  truth(node: Expression): (read: ReadColumn) => Truth {
    if (node.type === 'BinaryExpression') {
      const { operator, left, right } = node as jsep.BinaryExpression
      if (operator === 'and' || operator === '&&') return both(this.truth(left), this.truth(right))
      if (operator === 'or' || operator === '||')
        return negate(both(negate(this.truth(left)), negate(this.truth(right))))
      if (operator === 'in') return this.#isIn(left, right)
      if (operator === 'not in') return negate(this.#isIn(left, right))
      const test = comparisons[operator]
      if (test !== undefined) return comparing(operator, test, this.#term(left), this.#term(right))
    }
    if (node.type === 'UnaryExpression') {
      const { operator, argument } = node as jsep.UnaryExpression
      if (operator === 'not' || operator === '!') return negate(this.truth(argument))
    }
    if (node.type === 'CallExpression') return this.#call(node as jsep.CallExpression)
    const term = this.#term(node)
    if (term.kind !== 'truth')
      throw wrong(`expected a comparison, got only ${textOf(node)}; write for example not (a = 1)`)
    return (read) => {
      const value = term.get(read)
      return typeof value === 'boolean' ? value : undefined
    }
  }

  #isIn(left: Expression, right: Expression): (read: ReadColumn) => Truth {
    const term = this.#term(left)
    const list =
      right.type === 'SequenceExpression'
        ? (right as jsep.SequenceExpression).expressions
        : right.type === 'ArrayExpression'
          ? (right as jsep.ArrayExpression).elements.filter((element) => element !== null)
          : [right]
    const tests = list.map((item) => comparing('=', (order) => order === 0, term, this.#term(item)))
    return negate(tests.map(negate).reduce(both))
  }

  #call({ callee, arguments: given }: jsep.CallExpression): (read: ReadColumn) => Truth {
    const name = callee.type === 'Identifier' ? (callee as jsep.Identifier).name : textOf(callee)
    const [first, second] = given
    if (name === 'missing' && first !== undefined && given.length === 1) {
      const { get } = this.#term(first)
      return (read) => get(read) === undefined
    }
    const test = textTests[name]
    if (test === undefined || first === undefined || second === undefined) {
      throw wrong(`expected contains(column, 'text'), starts_with, ends_with or missing(column), got ${name}(…)`)
    }
    const [text, part] = [this.#term(first), this.#term(second)]
    for (const [node, { kind }] of [
      [first, text],
      [second, part],
    ] as const) {
      if (kind !== 'text') throw wrong(`${name} expects text, got ${textOf(node)}, which is a ${kind}`)
    }
    return (read) => {
      const [a, b] = [text.get(read), part.get(read)]
      return typeof a === 'string' && typeof b === 'string' ? test(a, b) : undefined
    }
  }

  #term(node: Expression): Term {
    if (node.type === 'Literal') return literalTerm((node as jsep.Literal).value)
    if (node.type === 'Identifier') return this.#column((node as jsep.Identifier).name)
    if (node.type === 'CallExpression') {
      const { callee, arguments: given } = node as jsep.CallExpression
      const [name] = given
      if (callee.type === 'Identifier' && (callee as jsep.Identifier).name === 'col' && name?.type === 'Literal') {
        return this.#column(String((name as jsep.Literal).value))
      }
    }
    if (node.type === 'UnaryExpression' && (node as jsep.UnaryExpression).operator === '-') {
      const argument = this.#number((node as jsep.UnaryExpression).argument)
      return numberTerm((read) => mapNumber(argument.get(read), (value) => -value))
    }
    if (node.type === 'BinaryExpression') {
      const { operator, left, right } = node as jsep.BinaryExpression
      const sum = sums[operator]
      if (sum !== undefined) {
        const [a, b] = [this.#number(left), this.#number(right)]
        return numberTerm((read) => {
          const other = b.get(read)
          return typeof other === 'number' ? mapNumber(a.get(read), (value) => sum(value, other)) : undefined
        })
      }
    }
    throw wrong(`expected a column or a value, got ${textOf(node)}`)
  }

  #number(node: Expression): Term {
    const term = this.#term(node)
    if (term.kind === 'number') return term
    throw wrong(`expected a number, got ${textOf(node)}, which is a ${term.kind}`)
  }

  #column(name: string): Term {
    const type = this.#columns.get(name)
    const usable = [...this.#columns].filter(([, other]) => kindOf(other) !== undefined).map(([other]) => other)
    if (type === undefined) throw wrong(`expected one of the columns ${usable.join(', ')}, got ${name}`)
    const kind = kindOf(type)
    if (kind === undefined) {
      throw wrong(`column ${name} holds ${type}, which cannot be compared; there are ${usable.join(', ')}`)
    }
    this.#used.add(name)
    return { kind, get: (read) => plain(read(name)) }
  }
}

/** What the values of a column are compared as; undefined for bytes, lists and structures. */
export function kindOf(type: string): Kind | undefined {
  if (/^(Uint|Int|Float)\d+$|^Decimal/.test(type)) return 'number'
  if (type === 'Utf8') return 'text'
  if (type === 'Timestamp' || type === 'Date32') return 'time'
  return type === 'Bool' ? 'truth' : undefined
}

function plain(value: unknown): Value {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value
  return typeof value === 'string' || typeof value === 'boolean' ? value : undefined
}

function literalTerm(value: jsep.Literal['value']): Term {
  if (typeof value === 'number') return { kind: 'number', literal: value, get: () => value }
  if (typeof value === 'boolean') return { kind: 'truth', literal: value, get: () => value }
  if (typeof value === 'string') return { kind: 'text', literal: value, get: () => value }
  throw wrong(
    `expected a number or a text in quotes, got ${String(value)}; for rows without a value write missing(column)`,
  )
}

const numberTerm = (get: Term['get']): Term => ({ kind: 'number', get })

const mapNumber = (value: Value, change: (value: number) => number) =>
  typeof value === 'number' ? change(value) : undefined

function comparing(operator: string, test: (order: number) => boolean, a: Term, b: Term): (read: ReadColumn) => Truth {
  if (isDate(b.literal) && (a.kind === 'time' || a.kind === 'text')) return comparingDay(operator, a, b.literal)
  if (isDate(a.literal) && (b.kind === 'time' || b.kind === 'text')) {
    return comparingDay(mirrored[operator] ?? operator, b, a.literal)
  }
  if (a.kind !== b.kind) {
    throw wrong(`expected both sides of ${operator} alike, got a ${a.kind} and a ${b.kind}`)
  }
  return (read) => {
    const [left, right] = [a.get(read), b.get(read)]
    if (left === undefined || right === undefined) return undefined
    return test(left < right ? -1 : left > right ? 1 : 0)
  }
}

const mirrored: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

const isDate = (value: Value): value is string => typeof value === 'string' && !Number.isNaN(timeMs(value))

/** A bare date stands for its whole day: `= '2020-02-19'` are all moments of it, `> '2020-02-19'` those after it. */
function comparingDay(operator: string, term: Term, day: string): (read: ReadColumn) => Truth {
  const [start, end] = [timeMs(day), timeEndMs(day)]
  const test = (time: number): boolean => {
    if (operator === '<') return time < start
    if (operator === '<=') return time < end
    if (operator === '>') return time >= end
    if (operator === '>=') return time >= start
    const isWithin = time >= start && time < end
    return operator === '!=' ? !isWithin : isWithin
  }
  return (read) => {
    const value = term.get(read)
    const time = typeof value === 'string' ? timeMs(value) : Number.NaN
    return Number.isNaN(time) ? undefined : test(time)
  }
}

function both(a: (read: ReadColumn) => Truth, b: (read: ReadColumn) => Truth): (read: ReadColumn) => Truth {
  return (read) => {
    const left = a(read)
    if (left === false) return false
    const right = b(read)
    return right === false ? false : left === undefined ? undefined : right
  }
}

function negate(test: (read: ReadColumn) => Truth): (read: ReadColumn) => Truth {
  return (read) => {
    const truth = test(read)
    return truth === undefined ? undefined : !truth
  }
}

function textOf(node: Expression): string {
  if (node.type === 'Literal') return (node as jsep.Literal).raw
  if (node.type === 'Identifier') return (node as jsep.Identifier).name
  if (node.type === 'Compound') return 'several values without and or or between them'
  if (node.type === 'BinaryExpression') {
    const { left, operator, right } = node as jsep.BinaryExpression
    return `${textOf(left)} ${operator} ${textOf(right)}`
  }
  return `a ${node.type}`
}

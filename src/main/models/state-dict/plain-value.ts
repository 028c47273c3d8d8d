// The part of a checkpoint that is not weights, as JSON would hold it: hyper-parameters, training arguments.

import { PickleTuple, type PickleValue } from './pickle-values.ts'
import { itemsOf } from './torch-checkpoint.ts'

export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue }

const MAX_DEPTH = 32
/** a pickle can share one list a million times: read out, it would not end */
const MAX_VALUES = 100_000

/**
 * Dicts and attributes of stubs become objects, lists, tuples and sets arrays, whole numbers beyond 2^53 text.
 * Tensors, other classes and what lies deeper than 32 levels are left out of objects and are null in arrays.
 * @returns undefined for a tensor or class
 */
export function plainValue(value: PickleValue): PlainValue | undefined {
  let left = MAX_VALUES
  const convert = (one: PickleValue, depth: number): PlainValue | undefined => {
    if (left-- <= 0 || depth > MAX_DEPTH) return undefined
    if (one === null || typeof one === 'boolean' || typeof one === 'number' || typeof one === 'string') return one
    if (typeof one === 'bigint') return String(one)
    const list = one instanceof PickleTuple ? one.items : one instanceof Set ? [...one] : one
    if (Array.isArray(list)) return list.slice(0, MAX_VALUES).map((item) => convert(item, depth + 1) ?? null)
    const items = itemsOf(one)
    if (items === undefined) return undefined
    const entries: [string, PlainValue][] = []
    for (const [key, item] of items) {
      const plain = typeof key === 'string' || typeof key === 'number' ? convert(item, depth + 1) : undefined
      if (plain !== undefined) entries.push([String(key), plain])
    }
    return Object.fromEntries(entries)
  }
  return convert(value, 0)
}

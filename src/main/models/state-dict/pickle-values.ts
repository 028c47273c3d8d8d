// What a pickle of weights can hold once it is read. No value is code, none was made by calling anything.

import type { StateDictType } from './state-dict.ts'

export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickleTuple
  | PickleGlobal
  | PickleStub
  | PickledStorage
  | PickledTensor

export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

/** The name of a class or function; only a name. */
export class PickleGlobal {
  constructor(
    readonly name: string,
    /** known to be left alone, or unknown and allowed to be */
    readonly isStub: boolean,
  ) {}
}

/** Stands for an object of a class that is not loaded; keeps its attributes and, of a dict, its items. */
export class PickleStub {
  state: PickleValue = null
  readonly items = new Map<PickleValue, PickleValue>()
  constructor(readonly name: string) {}
}

export class PickledStorage {
  constructor(
    readonly type: StateDictType,
    /** what the container calls it */
    readonly key: string,
    /** elements */
    readonly length: number,
  ) {}
}

export class PickledTensor {
  constructor(
    readonly storage: PickledStorage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}

/** As a word for messages. */
export function kindOf(value: PickleValue): string {
  if (value === null) return 'None'
  if (Array.isArray(value)) return 'a list'
  if (value instanceof Map) return 'a dict'
  if (value instanceof Set) return 'a set'
  if (value instanceof PickleTuple) return 'a tuple'
  if (value instanceof PickleGlobal) return value.name
  if (value instanceof PickleStub) return `a ${value.name}`
  if (value instanceof PickledStorage) return 'a storage'
  if (value instanceof PickledTensor) return 'a tensor'
  return `a ${typeof value}`
}

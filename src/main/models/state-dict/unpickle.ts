// A reader of pickles that hold weights and nothing else. A pickle is a program: this runs only the instructions that
// build plain containers, and a global in it is looked up in a short list of names, never in anything that can be
// called. Each instruction makes at most one object, so the limit on them is also one on memory.

import { EngineError } from '../../../shared/errors.ts'
import { opcodeName, opcodes } from './pickle-opcodes.ts'
import { kindOf, PickleGlobal, PickleStub, PickleTuple, type PickleValue } from './pickle-values.ts'

/** A published checkpoint with its optimizer has some ten thousand. */
const MAX_INSTRUCTIONS = 2_000_000
const MAX_NAME_BYTES = 1000

export interface PickleRules {
  /** file, for messages */
  readonly place: string
  /** the names that mean something to the caller: how to make their value from arguments */
  readonly globals: ReadonlyMap<string, (args: readonly PickleValue[]) => PickleValue>
  /** names that become stubs */
  readonly stubs: ReadonlySet<string>
  /** whether names outside both lists become stubs too instead of being refused */
  readonly stubUnknown: boolean
  /** the value of a persistent id; absent: there must be none */
  readonly persistent?: (id: PickleValue) => PickleValue
}

/** The bytes end before the pickle does. */
export class PickleCutShort extends EngineError {}

/**
 * Reads one pickle.
 * @param start its first byte in `bytes`
 * @returns its value, and the byte behind it
 * @throws EngineError `unreadable-file` naming the opcode or global and its byte; PickleCutShort
 */
export function unpickle(
  bytes: Uint8Array,
  rules: PickleRules,
  start = 0,
): { readonly value: PickleValue; readonly end: number } {
  const machine = new PickleMachine(bytes, rules, start)
  for (let count = 0; count < MAX_INSTRUCTIONS; count++) {
    if (machine.step()) return { value: machine.pop(), end: machine.at }
  }
  throw machine.refusal(`expected at most ${MAX_INSTRUCTIONS} instructions, got more`)
}

class PickleMachine {
  at: number
  readonly #bytes: Buffer
  readonly #rules: PickleRules
  readonly #stack: PickleValue[] = []
  readonly #marks: number[] = []
  readonly #memo = new Map<number, PickleValue>()
  /** byte and code of the instruction now running */
  #opcodeAt = 0
  #opcode = 0

  constructor(bytes: Uint8Array, rules: PickleRules, start: number) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#rules = rules
    this.at = start
  }

  /** @returns whether that was the last instruction */
  step(): boolean {
    this.#opcodeAt = this.at
    this.#opcode = this.#take(1)[0]!
    switch (this.#opcode) {
      case opcodes.PROTO:
        this.#take(1)
        break
      case opcodes.STOP:
        return true
      case opcodes.MARK:
        this.#marks.push(this.#stack.length)
        break
      case opcodes.NONE:
        this.#push(null)
        break
      case opcodes.NEWTRUE:
        this.#push(true)
        break
      case opcodes.NEWFALSE:
        this.#push(false)
        break
      case opcodes.BININT:
        this.#push(this.#take(4).readInt32LE())
        break
      case opcodes.BININT1:
        this.#push(this.#take(1)[0]!)
        break
      case opcodes.BININT2:
        this.#push(this.#take(2).readUInt16LE())
        break
      case opcodes.LONG1:
        this.#push(integerOf(this.#take(this.#take(1)[0]!)))
        break
      case opcodes.BINFLOAT:
        this.#push(this.#take(8).readDoubleBE())
        break
      case opcodes.BINUNICODE:
        this.#push(this.#take(this.#take(4).readUInt32LE()).toString('utf8'))
        break
      case opcodes.SHORT_BINSTRING:
        this.#push(this.#take(this.#take(1)[0]!).toString('latin1'))
        break
      case opcodes.EMPTY_TUPLE:
        this.#push(new PickleTuple([]))
        break
      case opcodes.TUPLE:
        this.#push(new PickleTuple(this.#popToMark()))
        break
      case opcodes.TUPLE1:
      case opcodes.TUPLE2:
      case opcodes.TUPLE3:
        this.#push(new PickleTuple(this.#popMany(this.#opcode - opcodes.TUPLE1 + 1)))
        break
      case opcodes.EMPTY_LIST:
        this.#push([])
        break
      case opcodes.APPEND:
        this.#append(this.#popMany(1))
        break
      case opcodes.APPENDS:
        this.#append(this.#popToMark())
        break
      case opcodes.EMPTY_DICT:
        this.#push(new Map())
        break
      case opcodes.SETITEM:
        this.#setItems(this.#popMany(2))
        break
      case opcodes.SETITEMS:
        this.#setItems(this.#popToMark())
        break
      case opcodes.EMPTY_SET:
        this.#push(new Set())
        break
      case opcodes.BINPUT:
        this.#memo.set(this.#take(1)[0]!, this.#top())
        break
      case opcodes.LONG_BINPUT:
        this.#memo.set(this.#take(4).readUInt32LE(), this.#top())
        break
      case opcodes.BINGET:
        this.#push(this.#remembered(this.#take(1)[0]!))
        break
      case opcodes.LONG_BINGET:
        this.#push(this.#remembered(this.#take(4).readUInt32LE()))
        break
      case opcodes.BINPERSID:
        this.#push(this.#persistent(this.pop()))
        break
      case opcodes.GLOBAL:
        this.#push(this.#global(`${this.#line()}.${this.#line()}`))
        break
      case opcodes.REDUCE:
      case opcodes.NEWOBJ:
        this.#push(this.#make(this.#popMany(2)))
        break
      case opcodes.BUILD:
        this.#build(this.pop())
        break
      default:
        throw this.refusal('expected an instruction that torch.save writes for weights, got another')
    }
    return false
  }

  pop(): PickleValue {
    return this.#popMany(1)[0]!
  }

  /** A sentence with the instruction and its place. */
  refusal(problem: string): EngineError {
    return new EngineError(
      'unreadable-file',
      `${this.#rules.place}: ${problem}, at opcode ${opcodeName(this.#opcode)}, byte ${this.#opcodeAt}`,
    )
  }

  #push(value: PickleValue): void {
    this.#stack.push(value)
  }

  #top(): PickleValue {
    if (this.#stack.length === this.#floor()) throw this.refusal('expected a value, got none')
    return this.#stack.at(-1)!
  }

  /** Values below the last mark are out of reach. */
  #floor(): number {
    return this.#marks.at(-1) ?? 0
  }

  #popMany(count: number): PickleValue[] {
    if (this.#stack.length - count < this.#floor()) {
      throw this.refusal(`expected ${count} values, got ${this.#stack.length - this.#floor()}`)
    }
    return this.#stack.splice(this.#stack.length - count)
  }

  #popToMark(): PickleValue[] {
    const mark = this.#marks.pop()
    if (mark === undefined) throw this.refusal('expected a mark, got none')
    return this.#stack.splice(mark)
  }

  #append(values: readonly PickleValue[]): void {
    const list = this.#top()
    if (list instanceof PickleStub) return
    if (!Array.isArray(list)) throw this.refusal(`expected a list, got ${kindOf(list)}`)
    for (const value of values) list.push(value)
  }

  #setItems(pairs: readonly PickleValue[]): void {
    const top = this.#top()
    const target = top instanceof PickleStub ? top.items : top
    if (!(target instanceof Map)) throw this.refusal(`expected a dict, got ${kindOf(top)}`)
    if (pairs.length % 2 !== 0) throw this.refusal('expected a value for every key, got one too few')
    for (let i = 0; i < pairs.length; i += 2) target.set(pairs[i]!, pairs[i + 1]!)
  }

  #remembered(index: number): PickleValue {
    const value = this.#memo.get(index)
    if (value === undefined) throw this.refusal(`expected value ${index} of the memo, got none`)
    return value
  }

  #persistent(id: PickleValue): PickleValue {
    if (this.#rules.persistent === undefined) throw this.refusal('expected no reference to a storage, got one')
    return this.#named(() => this.#rules.persistent!(id))
  }

  #global(name: string): PickleGlobal {
    const { globals, stubs, stubUnknown } = this.#rules
    if (globals.has(name)) return new PickleGlobal(name, false)
    if (stubs.has(name) || stubUnknown) return new PickleGlobal(name, true)
    throw this.refusal(
      `expected nothing but tensors and plain containers, got "${name}", which was not loaded (a file from an untrusted place may be an attack)`,
    )
  }

  #make([target, args]: PickleValue[]): PickleValue {
    if (!(target instanceof PickleGlobal)) throw this.refusal(`expected a class, got ${kindOf(target!)}`)
    if (target.isStub) return new PickleStub(target.name)
    if (!(args instanceof PickleTuple)) throw this.refusal(`expected a tuple of arguments, got ${kindOf(args!)}`)
    return this.#named(() => this.#rules.globals.get(target.name)!(args.items))
  }

  #build(state: PickleValue): void {
    const target = this.#top()
    if (target instanceof PickleStub) target.state = state
    // an OrderedDict's attributes: the _metadata that a module's state dict carries
    else if (!(target instanceof Map)) throw this.refusal(`expected an object with attributes, got ${kindOf(target)}`)
  }

  /** Adds the place to what the rules have to say. */
  #named(work: () => PickleValue): PickleValue {
    try {
      return work()
    } catch (error) {
      throw error instanceof PickleProblem ? this.refusal(error.message) : error
    }
  }

  #line(): string {
    const end = this.#bytes.subarray(0, this.at + MAX_NAME_BYTES).indexOf(0x0a, this.at)
    if (end < 0 && this.#bytes.length - this.at > MAX_NAME_BYTES)
      throw this.refusal('expected a name, got no end of it')
    const line = this.#take((end < 0 ? this.#bytes.length + 1 : end) - this.at).toString('utf8')
    this.at += 1
    return line
  }

  #take(count: number): Buffer {
    const end = this.at + count
    if (end > this.#bytes.length) {
      throw new PickleCutShort(
        'unreadable-file',
        `${this.#rules.place}: expected the pickle to go on behind byte ${this.#bytes.length}, it ends there; the file is cut short, get it again`,
      )
    }
    const taken = this.#bytes.subarray(this.at, end)
    this.at = end
    return taken
  }
}

/** What the rules find wrong with arguments: `expected ..., got ...`; the machine adds the place. */
export class PickleProblem extends Error {}

/** Two's complement, little-endian, of any length. */
function integerOf(bytes: Buffer): number | bigint {
  if (bytes.length === 0) return 0
  const value = BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`))
  return Number.isSafeInteger(Number(value)) ? Number(value) : value
}

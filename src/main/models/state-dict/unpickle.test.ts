import { describe, expect, it } from 'vitest'
import { opcodes } from './pickle-opcodes.ts'
import { plainValue } from './plain-value.ts'
import { tensorProblem } from './stored-tensor.ts'
import { torchGlobals, torchStubs } from './torch-globals.ts'
import { unpickle } from './unpickle.ts'

const rules = { place: 'test', globals: torchGlobals, stubs: torchStubs, stubUnknown: false }
const read = (bytes: readonly number[] | Uint8Array) => unpickle(Uint8Array.from(bytes), rules).value
const { BINGET, BINPUT, APPEND, APPENDS, EMPTY_DICT, EMPTY_LIST, MARK, STOP, TUPLE2, LONG1, BINFLOAT, SETITEM } =
  opcodes

describe('a pickle that asks for too much', () => {
  it('ends at two million instructions', () => {
    const bytes = new Uint8Array(2_000_001).fill(EMPTY_LIST)
    expect(() => read(bytes)).toThrow(/^test: expected at most 2000000 instructions, got more, at opcode EMPTY_LIST/)
  })

  it('of lists that share lists forty deep is read, and read out in part', () => {
    // each list holds the one before it ten times: 10^40 values when read out
    const bytes: number[] = [EMPTY_LIST, BINPUT, 0]
    for (let level = 1; level <= 40; level++) {
      bytes.push(EMPTY_LIST, BINPUT, level, MARK)
      for (let i = 0; i < 10; i++) bytes.push(BINGET, level - 1)
      bytes.push(APPENDS)
    }
    const started = performance.now()
    expect(plainValue(read([...bytes, STOP]))).toHaveLength(10)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('of a list in itself is read out in part', () => {
    expect(plainValue(read([EMPTY_LIST, BINPUT, 0, BINGET, 0, APPEND, STOP]))).toHaveLength(1)
  })

  it('for a tensor larger than its file is refused', () => {
    const start = async () => 0
    const repeated = {
      ...({ type: 'float32', shape: [1_000_000, 1000], strides: [0, 1], offset: 0 } as const),
      storage: { length: 1000, isBigEndian: false, start },
    }
    expect(tensorProblem(repeated, 10_000)).toBe('4000000000 bytes of values in a file of 10000')
    expect(tensorProblem({ ...repeated, shape: [2, 1000] }, 10_000)).toBeUndefined()
    expect(tensorProblem({ ...repeated, offset: 1 }, 10_000)).toMatch(/elements up to 1001 of a storage of 1000/)
    expect(tensorProblem({ ...repeated, strides: [1] }, 10_000)).toMatch(/no place in a storage/)
  })
})

describe('a pickle that does not fit together', () => {
  it.each([
    ['an empty stack', [STOP], /expected 1 values, got 0, at opcode STOP \(0x2e\), byte 0$/],
    ['a value below a mark', [EMPTY_LIST, MARK, TUPLE2, STOP], /expected 2 values, got 0, at opcode TUPLE2/],
    ['no mark', [EMPTY_LIST, APPENDS, STOP], /expected a mark, got none/],
    ['a dict as a list', [EMPTY_DICT, EMPTY_LIST, APPEND, STOP], /expected a list, got a dict/],
    ['a list as a dict', [EMPTY_LIST, EMPTY_LIST, EMPTY_LIST, SETITEM, STOP], /expected a dict, got a list/],
    ['a memo that was not made', [BINGET, 5, STOP], /expected value 5 of the memo, got none/],
    ['a list that is called', [EMPTY_LIST, EMPTY_LIST, opcodes.REDUCE, STOP], /expected a class, got a list/],
    ['an end inside a number', [BINFLOAT, 0, 0], /expected the pickle to go on behind byte 3/],
    ['a name without end', [opcodes.GLOBAL, ...new Array<number>(2000).fill(0x61)], /expected a name, got no end/],
    ['a storage where none can be', [EMPTY_LIST, opcodes.BINPERSID, STOP], /expected no reference to a storage/],
  ])('is refused: %s', (_, bytes, sentence) => {
    expect(() => read(bytes)).toThrow(sentence)
  })
})

// python3 -c "import pickle; print(*pickle.dumps(N, 2))"
it.each([
  [[LONG1, 0, STOP], 0],
  [[128, 2, 138, 5, 0, 0, 0, 0, 1, 46], 2 ** 32],
  [[128, 2, 138, 6, 0, 0, 0, 0, 0, 255, 46], -(2 ** 40)],
  [[128, 2, 138, 9, 0, 0, 0, 0, 0, 0, 0, 128, 0, 46], 2n ** 63n],
  [[128, 2, 71, 63, 185, 153, 153, 153, 153, 153, 154, 46], 0.1],
])('numbers are read as Python writes them: %#', (bytes, value) => {
  expect(read(bytes)).toBe(value)
})

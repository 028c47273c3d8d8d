import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { memorySource } from '../bytes/byte-source.ts'
import { draftCard } from './draft-card.ts'
import { readOnnxShape } from './onnx-shape.ts'

const fixtures = new URL('../../../fixtures/models/', import.meta.url)

async function draftOf(name: string) {
  const shape = await readOnnxShape(memorySource(name, readFileSync(new URL(`${name}.onnx`, fixtures))))
  const { fragment, input, output } = draftCard(name, shape, new Set())
  return { fragment, input, output }
}

const square = { fragment: { size: 16, targetOverlap: 0.1 } }

it.each([
  ['tiny-rgb', 'nchw', { pooling: 'none', dimensions: 12 }],
  ['tiny-rgb-batch4', 'nchw', { pooling: 'none', dimensions: 12 }],
  ['tiny-nhwc', 'nhwc', { pooling: 'none', dimensions: 12 }],
  ['tiny-space', 'nchw', { pooling: 'mean-space', dimensions: 12 }],
  // the first token or the mean of all: the network does not say
  ['tiny-tokens', 'nchw', { pooling: '', dimensions: 12 }],
])('a card begins with the sizes and names of %s', async (name, layout, output) => {
  expect(await draftOf(name)).toEqual({
    ...square,
    input: { name: 'pixels', layout, size: 16 },
    output: { name: 'embedding', ...output },
  })
})

it('free sizes are any, and free dimensions are left to the user', () => {
  const port = (name: string, shape: (number | string)[]) => ({ name, type: 'float32', shape })
  const shape = { inputs: [port('x', ['n', 3, 'h', 'w'])], outputs: [port('y', ['n', 'd'])], dataFiles: [] }
  expect(draftCard('x', shape, new Set())).toMatchObject({
    fragment: { targetOverlap: 0.1 },
    input: { size: 'any' },
    output: { name: 'y', pooling: 'none' },
  })
  expect(draftCard('x', shape, new Set()).output).not.toHaveProperty('dimensions')
})

it.each([
  ['My Net (v2)', [], 'my-net-v2'],
  ['net', ['net', 'net-2'], 'net-3'],
  ['---', [], 'network'],
])('the id of %s is free and fit for a card', (name, taken, id) => {
  expect(draftCard(name, { inputs: [], outputs: [], dataFiles: [] }, new Set(taken)).id).toBe(id)
})

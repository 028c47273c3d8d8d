import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FileServer } from './file-server.ts'
import { requestRest } from './request-rest.ts'

const content = Buffer.alloc(300_000, 7)
let server: FileServer
beforeEach(async () => {
  server = await FileServer.start(content)
})
afterEach(() => server.stop())

it('an answer can be read long after it came, whatever was collected meanwhile', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const answer = await requestRest({
    address: `${server.address}/file`,
    start: 0,
    signal: new AbortController().signal,
  })
  if (answer.kind !== 'from-start') throw new Error(`expected the file, got ${answer.kind}`)
  const { body } = answer
  for (let turn = 0; turn < 20; turn++) {
    collectGarbage()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  let byteLength = 0
  for await (const chunk of body) byteLength += chunk.byteLength
  expect(byteLength).toBe(content.byteLength)
})

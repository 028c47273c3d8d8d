import { callEngine, expect, test } from './harness/app.ts'
import { dropLargeFile } from './harness/drop-memory.ts'

test('a large drop streams to disk and is read by its path', async ({ app }) => {
  test.skip(app.door === 'electron', 'in Electron a dropped file is read where it is')
  const { engineGrowth, pageGrowth, spooled } = await dropLargeFile(app, 200e6)
  expect(engineGrowth).toBeLessThan(120e6)
  expect(pageGrowth).toBeLessThan(50e6)
  const [description] = await callEngine(app, 'describeFiles', { paths: [spooled] })
  expect(description).toMatchObject({ file: spooled })
})

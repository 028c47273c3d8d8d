import { callEngine, expect, test } from '../harness/app.ts'
import { dropLargeFile } from '../harness/drop-memory.ts'

test('a drop of 1.4 GB takes less than 300 MB of extra memory and is read by its path', async ({ app }) => {
  test.skip(app.door === 'electron', 'in Electron a dropped file is read where it is')
  const { engineGrowth, pageGrowth, spooled } = await dropLargeFile(app, 1.4e9)
  console.log(
    `1.4 GB dropped: engine +${(engineGrowth / 1e6).toFixed(0)} MB, page +${(pageGrowth / 1e6).toFixed(0)} MB`,
  )
  expect(engineGrowth + pageGrowth).toBeLessThan(300e6)
  expect(await callEngine(app, 'describeFiles', { paths: [spooled] })).toMatchObject([{ file: spooled }])
})

// One thread for short work that belongs to no open set: describing files, model cards, made-up imagery.

import { parentPort } from 'node:worker_threads'
import { serveCalls, type ThreadCalls } from '../threads/thread-calls.ts'
import { describeFile } from './describe-file.ts'
import { modelSummaries } from './model-summaries.ts'

const taskCalls = {
  describe: ({ paths }: { paths: readonly string[] }) => Promise.all(paths.map(describeFile)),
  models: ({ folders }: { folders: readonly string[] }) => modelSummaries(folders),
} satisfies ThreadCalls

export type TaskCalls = typeof taskCalls

if (parentPort) serveCalls(parentPort, taskCalls)

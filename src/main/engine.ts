// The engine: parses calls, hands work to threads and processes, reports jobs. No algorithms and no heavy work here.

import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import {
  bulkRoutes,
  type CallName,
  type CallOutput,
  contract,
  type Engine,
  type EngineEvent,
  type ParsedInput,
} from '../shared/contract.ts'
import { EngineError } from '../shared/errors.ts'
import { answerBulk } from './engine/bulk-routes.ts'
import type { EngineHost, EngineOptions } from './engine/engine-host.ts'
import { FileAccess } from './engine/file-access.ts'
import { OpenSets } from './engine/open-sets.ts'
import { parseInput } from './engine/parse-input.ts'
import { RecentFiles } from './engine/recent-files.ts'
import { createGrid } from './grid/grid.ts'
import { JobList } from './jobs/job-list.ts'

export type { EngineHost, EngineOptions } from './engine/engine-host.ts'

const SAMPLE_PLANET = 'sample-planet'

/** One function a call, after its input has been parsed. */
type Handlers = { readonly [C in CallName]: (input: ParsedInput<C>) => Promise<CallOutput<C>> }

/** Builds an engine for one door; nothing is read before the first call. */
export function createEngine(options: EngineOptions): EngineHost {
  const listeners = new Set<(event: EngineEvent) => void>()
  const emit = (event: EngineEvent) => {
    for (const listener of listeners) listener(event)
  }
  const folders = options.folders ?? []
  const samplePath = join(options.resourcesDir, 'sample', 'sample-planet.parquet')
  const recent = new RecentFiles(options.userDataDir)
  const jobs = new JobList((job) => emit({ type: 'job', job }))
  const sets = new OpenSets({
    opened: (set) => emit({ type: 'set-opened', set }),
    closed: (setId) => emit({ type: 'set-closed', setId }),
  })
  const access = new FileAccess({
    isLimited: options.door === 'browser',
    folders,
    ownFolders: [options.userDataDir],
    wasOpened: (path) => recent.has(path),
  })
  const grid = createGrid()
  const opening = new Map<string, string>()

  async function openSet(path: string): Promise<{ jobId: string }> {
    const real = path === SAMPLE_PLANET ? samplePath : await access.readable(path)
    const running = opening.get(real)
    if (running !== undefined) return { jobId: running }
    const { jobId, ended } = jobs.start(
      { kind: 'open', title: `Opening ${basename(real)}`, unit: 'rows' },
      async (context) => {
        const open = sets.ofPath(real)
        if (open) return open.summary
        const summary = await sets.open(real, context)
        await recent.add({ path: real, name: summary.name, openedAt: new Date().toISOString(), count: summary.count })
        return summary
      },
    )
    opening.set(real, jobId)
    void ended.then(() => opening.delete(real))
    return { jobId }
  }

  function thumbnailUrl(setId: string, row: number): { thumbnailUrl?: string } {
    return sets.get(setId).summary.hasThumbnails ? { thumbnailUrl: bulkRoutes.thumbnail(setId, row) } : {}
  }

  const notYet = async (): Promise<never> => {
    throw new EngineError('unsupported-format', 'this call: expected a build that has it, this one does not yet')
  }

  const handlers: Handlers = {
    status: async () => ({
      version: options.version,
      door: options.door,
      provider: { name: 'CPU' },
      threads: availableParallelism(),
      memoryBytes: process.memoryUsage.rss(),
      folders: [...folders],
      samplePlanet: {
        available: existsSync(samplePath),
        path: samplePath,
        byteLength: (await stat(samplePath).catch(() => undefined))?.size ?? 0,
      },
    }),
    jobs: async () => jobs.list(),
    cancelJob: async ({ jobId }) => {
      jobs.cancel(jobId)
      return {}
    },
    recentFiles: () => recent.list(),
    forgetRecent: async ({ path }) => {
      await recent.forget(path)
      return {}
    },
    listFolder: ({ path }) => access.list(path),
    announceDrop: notYet,
    describeFiles: notYet,
    openSet: ({ path }) => openSet(path),
    closeSet: async ({ setId }) => {
      await sets.close(setId)
      return {}
    },
    openSets: async () => sets.list(),
    setMap: async ({ setId }) => (await sets.map(setId)).map,
    cellRows: async ({ setId, ...query }) => {
      const found = await sets.get(setId).link.call('cellRows', query)
      return found && { ...found, rows: found.rows.map((row) => ({ ...row, ...thumbnailUrl(setId, row.row) })) }
    },
    row: async ({ setId, row }) => {
      return { ...(await sets.get(setId).link.call('row', { row })), ...thumbnailUrl(setId, row) }
    },
    locate: async ({ lat, lon }) => grid.cellAt(lat, lon),
    findCell: async ({ gridCell }) => grid.cellNamed(gridCell),
    search: async (query) => {
      const answer = await sets.get(query.setId).link.call('search', query)
      return { ...answer, hits: answer.hits.map((hit) => ({ ...hit, ...thumbnailUrl(query.setId, hit.row) })) }
    },
    exportRows: notYet,
    models: async () => [],
    planEmbed: notYet,
    embed: notYet,
  }

  return {
    engine: engineOf(handlers),
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    handleBulk: (request) =>
      answerBulk(request, {
        async map(setId) {
          const { rgba, etag } = await sets.map(setId)
          return { bytes: rgba, etag }
        },
        async thumbnail(setId, row) {
          const bytes = await sets.get(setId).link.call('thumbnail', { row })
          return bytes && { bytes, type: imageType(bytes) }
        },
        drop: notYet,
        download: notYet,
      }),
    async dispose() {
      await jobs.dispose()
      await sets.dispose()
      listeners.clear()
    },
  }
}

function engineOf(handlers: Handlers): Engine {
  const calls = Object.keys(contract).map((name) => {
    const handler = handlers[name as CallName] as (input: unknown) => Promise<unknown>
    return [name, async (input: unknown) => handler(parseInput(name as CallName, input))]
  })
  return Object.fromEntries(calls) as Engine
}

function imageType(bytes: Uint8Array): string {
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return 'image/png'
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'image/jpeg'
  return 'application/octet-stream'
}

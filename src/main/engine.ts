// The engine: parses calls, hands work to threads and processes, reports jobs. No algorithms and no heavy work here.

import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import {
  bulkRoutes,
  type CallName,
  type CallOutput,
  contract,
  type Engine,
  type EngineEvent,
  embedRequest,
  type FileDescription,
  type ParsedInput,
  type SearchHit,
} from '../shared/contract.ts'
import { EngineError } from '../shared/errors.ts'
import { runtimeEnvironment } from './cuda/runtime-environment.ts'
import { answerBulk, type BulkHandlers } from './engine/bulk-routes.ts'
import { ColumnChoiceFile } from './engine/column-choices.ts'
import { CudaLibraries } from './engine/cuda-libraries.ts'
import { Downloads } from './engine/downloads.ts'
import { DroppedNames } from './engine/dropped-names.ts'
import { Drops } from './engine/drops.ts'
import { EmbeddingJobs } from './engine/embedding-jobs.ts'
import type { EngineHost, EngineOptions } from './engine/engine-host.ts'
import { EvaluationJobs } from './engine/evaluation-jobs.ts'
import { startExport } from './engine/export-job.ts'
import { FileAccess, isBelow } from './engine/file-access.ts'
import { ModelLibrary } from './engine/model-library.ts'
import { OpenSets } from './engine/open-sets.ts'
import { parseInput } from './engine/parse-input.ts'
import { ProjectFiles } from './engine/project-files.ts'
import { ProviderStatus } from './engine/provider-status.ts'
import { RecentFiles } from './engine/recent-files.ts'
import { isSamplePlanet, requireSamplePlanet, samplePlanetStatus } from './engine/sample-planet.ts'
import { SetOpener } from './engine/set-opener.ts'
import { createSpoolFolder } from './engine/spool-folder.ts'
import { EvaluationThread, TaskThread } from './engine/task-thread.ts'
import { ThumbnailCache } from './engine/thumbnails.ts'
import { createGrid } from './grid/grid.ts'
import { JobList } from './jobs/job-list.ts'
import { defaultEndpoint } from './models/library/weights-source.ts'
import type { ParsedEmbedRequest, ParsedVerifyRequest } from './pipeline/pipeline-calls.ts'
import { PipelineHost } from './pipeline/pipeline-host.ts'
import { requireEnding } from './products/export-pixels.ts'

export type { EngineHost, EngineOptions } from './engine/engine-host.ts'

/** One function a call, after its input has been parsed. */
type Handlers = { readonly [C in CallName]: (input: ParsedInput<C>) => Promise<CallOutput<C>> }

/** Builds an engine for one door. Threads and processes start with the first call that needs them. */
export function createEngine(options: EngineOptions): EngineHost {
  const parts = createParts(options)
  const { jobs, sets, spool, tasks, pictures, fetching, building, evaluating, pipeline, listeners, dropped } = parts
  return {
    engine: engineOf(createHandlers(options, parts), dropped),
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    handleBulk: (request) => answerBulk(request, createBulkHandlers(parts)),
    async dispose() {
      await jobs.dispose()
      pipeline.dispose()
      await Promise.all([sets, tasks, pictures, fetching, building, evaluating].map((part) => part.dispose()))
      await rm(spool, { recursive: true, force: true })
      listeners.clear()
    },
  }
}

type Parts = ReturnType<typeof createParts>

function createParts(options: EngineOptions) {
  const listeners = new Set<(event: EngineEvent) => void>()
  const emit = (event: EngineEvent) => {
    for (const listener of listeners) listener(event)
  }
  const { userDataDir, resourcesDir, door, version, startProcess } = options
  const spool = createSpoolFolder(userDataDir)
  const outputFolder = join(userDataDir, 'embeddings')
  const dropped = new DroppedNames(spool)
  const modelsFolder = join(userDataDir, 'models')
  const modelFolders = [modelsFolder, join(resourcesDir, 'models')]
  const modelPlaces = { modelsFolder, endpoint: options.weightsEndpoint ?? defaultEndpoint }
  /** threads of their own, which may be busy for hours and for minutes */
  const [fetching, building] = [new TaskThread(), new TaskThread()]
  const evaluating = new EvaluationThread()
  const jobs = new JobList((job) => emit({ type: 'job', job: dropped.in(job) }))
  const recent = new RecentFiles(userDataDir)
  const cudaFolder = join(userDataDir, 'cuda')
  const pipelineOptions = { startProcess, environment: () => runtimeEnvironment(cudaFolder) }
  const pipeline = new PipelineHost(pipelineOptions)
  const provider = new ProviderStatus(() => pipeline.call('provider', { device: 'auto' }))
  const cudaRequest = { cudaFolder, mirror: options.packageMirror, wheels: options.cudaWheels }
  const sets = new OpenSets({
    opened: (set) => emit({ type: 'set-opened', set: dropped.in(set) }),
    closed: (setId) => emit({ type: 'set-closed', setId }),
  })
  const access = new FileAccess({
    isLimited: door === 'browser',
    folders: options.folders ?? [],
    ownFolders: [spool, outputFolder, join(resourcesDir, 'sample')],
    wasOpened: (path) => recent.has(path),
  })
  return {
    listeners,
    emit,
    spool,
    dropped,
    jobs,
    recent,
    sets,
    access,
    pipeline,
    modelPlaces: { folders: modelFolders, ...modelPlaces },
    library: new ModelLibrary({ jobs, fetching, building, modelFolders, ...modelPlaces }),
    fetching,
    building,
    evaluating,
    tasks: new TaskThread(),
    /** a thread of its own, so that a gallery being drawn keeps nobody waiting */
    pictures: new TaskThread(),
    thumbnails: new ThumbnailCache(),
    drops: new Drops({ folder: join(spool, 'drops'), jobs }),
    downloads: new Downloads(join(spool, 'exports')),
    provider,
    cuda: new CudaLibraries({ jobs, fetching, pipeline, pipelineOptions, provider, request: cudaRequest }),
    opener: new SetOpener({
      jobs,
      sets,
      recent,
      choices: new ColumnChoiceFile(userDataDir),
      isRemembered: (path) => door !== 'cli' && !isBelow(spool, path),
    }),
    embedding: new EmbeddingJobs({ jobs, pipeline, context: { modelFolders, version }, outputFolder }),
    evaluation: new EvaluationJobs({ jobs, thread: evaluating }),
  }
}

function createHandlers(options: EngineOptions, parts: Parts): Handlers {
  const { jobs, recent, sets, access, drops, tasks, pictures, opener, embedding, evaluation, library, modelPlaces } =
    parts
  const grid = createGrid()
  const projects = new ProjectFiles({ userDataDir: options.userDataDir, appVersion: options.version })
  /** a path or the id of a dropped file, as a real path that this door may read */
  const readable = async (path: string) => (await drops.completePath(path)) ?? (await access.readable(path))
  const readableIfAny = async (path: string | undefined) => (path === undefined ? undefined : readable(path))
  const readableSet = async (path: string) =>
    isSamplePlanet(path) ? requireSamplePlanet(options.resourcesDir) : readable(path)
  /** an id of a known model stays as it is */
  const readableModel = (model: string) => (/\.(onnx|json)$/i.test(model) ? readable(model) : model)
  const permitted = async (request: ParsedEmbedRequest): Promise<ParsedEmbedRequest> => ({
    ...request,
    inputs: await Promise.all(request.inputs.map(readable)),
    model: await readableModel(request.model),
    ...(request.card === undefined ? {} : { card: await readableModel(request.card) }),
    ...(request.extend === undefined ? {} : { extend: await readable(request.extend) }),
    ...(request.out === undefined ? {} : { out: await access.writable(request.out) }),
  })
  const readableParts = async (request: ParsedVerifyRequest): Promise<ParsedVerifyRequest> => ({
    ...request,
    published: await readable(request.published),
    images: await Promise.all(request.images.map(readable)),
    ...(request.weights === undefined ? {} : { weights: await readable(request.weights) }),
    model: await readableModel(request.model),
    ...(request.card === undefined ? {} : { card: await readableModel(request.card) }),
  })
  const thumbnailUrl = (setId: string, row: number) =>
    sets.get(setId).summary.hasThumbnails ? { thumbnailUrl: bulkRoutes.thumbnail(setId, row) } : {}
  const withPictures = (setId: string, hits: readonly SearchHit[]) =>
    hits.map((hit) => ({ ...hit, ...thumbnailUrl(setId, hit.row) }))

  return {
    status: async () => ({
      version: options.version,
      door: options.door,
      provider: parts.provider.current(),
      threads: availableParallelism(),
      memoryBytes: process.memoryUsage.rss(),
      folders: [...(options.folders ?? [])],
      samplePlanet: await samplePlanetStatus(options.resourcesDir),
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
    announceDrop: ({ name, byteLength, group }) => drops.announce(name, byteLength, group),
    describeFiles: ({ paths }) =>
      Promise.all(
        paths.map(async (path) => {
          const place = await readable(path).catch((error: unknown) => missingFile(path, error))
          return typeof place === 'string' ? tasks.link().call('describe', { path: place }) : place
        }),
      ),
    exportPixels: async (request) => {
      requireEnding(request)
      const allowed = { ...request, path: await readable(request.path), out: await access.writable(request.out) }
      const title = `Exporting pixels of ${basename(request.path)}`
      const { jobId } = jobs.start({ kind: 'export', title, unit: 'rows' }, (job) =>
        tasks.link().call('exportPixels', { ...allowed, appVersion: options.version }, job),
      )
      return { jobId }
    },
    openSet: async ({ path, columns }) => opener.start(await readableSet(path), columns),
    closeSet: async ({ setId }) => {
      await sets.close(setId)
      return {}
    },
    openSets: async () => sets.list(),
    setMap: async ({ setId }) => {
      const { map } = await sets.map(setId)
      // a window that has its map asks for pictures next, and by now nobody waits for the cores
      if (options.door !== 'cli' && sets.get(setId).summary.synthetic) preparePictures(pictures)
      return map
    },
    cellRows: async ({ setId, ...query }) => {
      const found = await sets.get(setId).link.call('cellRows', query)
      return found && { ...found, rows: found.rows.map((row) => ({ ...row, ...thumbnailUrl(setId, row.row) })) }
    },
    row: async ({ setId, row }) => {
      return { ...(await sets.get(setId).link.call('row', { row })), ...thumbnailUrl(setId, row) }
    },
    rowNeighbours: async ({ setId, row }) => {
      const { dates, near, alike } = await sets.get(setId).link.call('rowNeighbours', { row })
      const pictured = <Place extends { row: number }>(place: Place) => ({
        ...place,
        ...thumbnailUrl(setId, place.row),
      })
      return { dates: dates.map(pictured), near: near.map(pictured), alike: alike.map(pictured) }
    },
    locate: async ({ lat, lon }) => grid.cellAt(lat, lon),
    findCell: async ({ gridCell }) => grid.cellNamed(gridCell),
    search: async (query) => {
      const { setId, watch } = query
      const answer = await sets.get(setId).link.call('search', query, {
        onProgress: ({ done, total = done, partial }) => {
          const hits = withPictures(setId, partial as readonly SearchHit[])
          if (watch !== undefined) parts.emit({ type: 'search-partial', partial: { watch, hits, done, total } })
        },
      })
      return { ...answer, hits: withPictures(setId, answer.hits) }
    },
    setFaults: ({ setId }) => sets.get(setId).link.call('setFaults', {}),
    columnLayer: async ({ setId, ...request }) => {
      const made = await sets.get(setId).link.call('columnLayer', request)
      return { ...made, url: bulkRoutes.layer(setId, made.layerId) }
    },
    scoreField: async (request) => {
      const { setId } = request.query
      const { link, summary } = sets.get(setId)
      const title = `Similarity of all of ${summary.name}`
      const { jobId } = jobs.start({ kind: 'field', title, unit: 'rows' }, async (context) => {
        const made = await link.call('scoreField', request, context)
        return { ...made, layer: { ...made.layer, url: bulkRoutes.layer(setId, made.layer.layerId) } }
      })
      return { jobId }
    },
    resultBalance: ({ setId, rows }) => sets.get(setId).link.call('resultBalance', { rows }),
    fieldMatches: ({ setId, ...request }) => sets.get(setId).link.call('fieldMatches', request),
    labelProbe: async ({ setId, ...request }) => {
      const made = await sets.get(setId).link.call('labelProbe', request)
      return { ...made, layer: { ...made.layer, url: bulkRoutes.layer(setId, made.layer.layerId) } }
    },
    classAreas: async ({ setId, ...request }) => ({
      areasKm2: await sets.get(setId).link.call('classAreas', request),
    }),
    labelsOfColumn: ({ setId, ...request }) => sets.get(setId).link.call('labelsOfColumn', request),
    selectRows: async ({ setId, ...request }) => {
      const made = await sets.get(setId).link.call('selectRows', request)
      return { setId, ...made, placesUrl: bulkRoutes.selection(setId, made.selectionId) }
    },
    selectedRows: async ({ setId, ...page }) => {
      const rows = await sets.get(setId).link.call('selectedRows', page)
      return rows.map((row) => ({ ...row, ...thumbnailUrl(setId, row.row) }))
    },
    checkSearch: async ({ query, hits }) => {
      const { link, summary } = sets.get(query.setId)
      const title = `Checking a search of ${summary.name}`
      const { jobId } = jobs.start({ kind: 'check', title, unit: 'rows' }, async (context) => {
        const found = await link.call('checkSearch', { query, hits }, context)
        return { ...found, missed: withPictures(query.setId, found.missed) }
      })
      return { jobId }
    },
    saveProject: async ({ path, project }) =>
      projects.save(project, path === undefined ? undefined : await access.writable(path)),
    openProject: async ({ path }) => projects.open(await readableIfAny(path)),
    exportRows: async (request) => startExport(request, { ...parts, ...options }),
    models: () => tasks.link().call('models', modelPlaces),
    fetchModel: async ({ model, file, acceptChange }) =>
      library.fetch({ model: await readableModel(model), file: await readableIfAny(file), acceptChange }),
    buildModel: async ({ model, file, statistics, out, ...request }) =>
      library.build({
        ...request,
        model: await readableModel(model),
        file: await readableIfAny(file),
        statistics: await readableIfAny(statistics),
        out: out === undefined ? undefined : await access.writable(out),
      }),
    describeNetwork: async ({ path }) =>
      tasks.link().call('describeNetwork', { path: await readable(path), folders: modelPlaces.folders }),
    checkCard: async ({ card, network }) =>
      tasks.link().call('checkCard', { ...modelPlaces, card, network: await readable(network) }),
    addModel: async ({ card, network }) => library.add({ card, network: await readable(network) }),
    removeModel: async ({ model, card }) => library.remove({ model: await readableModel(model), card }),
    cudaStatus: ({ mirror }) => parts.cuda.status(mirror),
    fetchCuda: async ({ mirror }) => parts.cuda.fetch(mirror),
    removeCuda: () => parts.cuda.remove(),
    planEmbed: async (request) => embedding.plan(await permitted(request)),
    embed: async (request) => embedding.embed(await permitted(request)),
    embedImage: async ({ setId, image, ...settings }) => {
      const request = embedRequest.parse({ ...settings, inputs: [image] })
      return embedding.embedImage({ ...(await permitted(request)), extend: sets.get(setId).summary.path })
    },
    resumeEmbed: async ({ jobId }) => embedding.resume(jobId),
    verify: async (request) => embedding.verify(await readableParts(request)),
    compare: async ({ a, b, ...settings }) =>
      evaluation.compare({ ...settings, a: await readableSet(a), b: await readableSet(b) }),
    change: async ({ set, truth, ...settings }) =>
      evaluation.change({
        ...settings,
        set: await readableSet(set),
        ...(truth === undefined ? {} : { truth: { ...truth, table: await readable(truth.table) } }),
      }),
    evaluateProbe: async ({ set, labels, ...settings }) =>
      evaluation.probe({
        ...settings,
        set: await readableSet(set),
        labels: { ...labels, ...(labels.table === undefined ? {} : { table: await readable(labels.table) }) },
      }),
    evaluateNeuco: async (request) =>
      evaluation.neuco({
        ...request,
        submission: await readable(request.submission),
        labels: await readable(request.labels),
        ...(request.exclude === undefined ? {} : { exclude: await readable(request.exclude) }),
        ...(request.out === undefined ? {} : { out: await access.writable(request.out) }),
      }),
  }
}

function createBulkHandlers({ sets, drops, downloads, thumbnails, pictures }: Parts): BulkHandlers {
  return {
    async map(setId) {
      const { rgba, etag } = await sets.map(setId)
      return { bytes: rgba, etag }
    },
    selection: (setId, selectionId) => sets.get(setId).link.call('selectionMarks', { selectionId }),
    layer: (setId, layerId) => sets.get(setId).link.call('layerTexels', { layerId }),
    thumbnail(setId, row) {
      const { link } = sets.get(setId)
      return thumbnails.get(`${setId}/${row}`, async () => {
        const stored = await link.call('thumbnail', { row })
        const drawn = stored === undefined ? await link.call('sampleRow', { row }) : undefined
        return drawn === undefined ? stored : pictures.link().call('sampleThumbnail', drawn)
      })
    },
    drop: (dropId, offset, body) => drops.write(dropId, offset, body),
    download: (exportId) => downloads.open(exportId),
  }
}

/** A failure shows when the first picture is asked for. */
function preparePictures(pictures: TaskThread): void {
  pictures
    .link()
    .call('prepareThumbnails', {})
    .catch(() => {})
}

/** A file that is not there is described as such, so that one does not hide the others; any other failure is thrown. */
function missingFile(file: string, error: unknown): FileDescription {
  if (!(error instanceof EngineError && error.code === 'not-found')) throw error
  return { file, product: 'unknown', kind: 'unknown', problems: [error.message] }
}

function engineOf(handlers: Handlers, dropped: DroppedNames): Engine {
  const calls = Object.keys(contract).map((name) => {
    const handler = handlers[name as CallName] as (input: unknown) => Promise<unknown>
    const call = async (input: unknown) => {
      try {
        return dropped.in(await handler(parseInput(name as CallName, input)))
      } catch (error) {
        throw dropped.error(error)
      }
    }
    return [name, call]
  })
  return Object.fromEntries(calls) as Engine
}

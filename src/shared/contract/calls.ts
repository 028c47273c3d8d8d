import { z } from 'zod'
import { resultBalance } from './balance.ts'
import { cellLayer, columnLayerRequest, fieldMatches, fieldRequest } from './cell-layers.ts'
import { cudaRemoveReport, cudaStatus } from './cuda.ts'
import { builtPrecision, embedRequest, imageQueryRequest } from './embedding.ts'
import { changeRequest, compareRequest, neucoRequest, probeRequest } from './evaluation.ts'
import { setFaults } from './faults.ts'
import { exportRequest, fileDescription, folderEntry, pixelExport, recentFile } from './files.ts'
import { jobStarted, jobState } from './jobs.ts'
import { classAreas, columnLabels, labelProbe, labelProbeRequest } from './labels.ts'
import { cardProblem, modelSummary, networkDescription, removeReport } from './models.ts'
import { rowNeighbours } from './neighbours.ts'
import { openedProject, project } from './projects.ts'
import { searchAnswer, searchCheckRequest, searchQuery } from './search.ts'
import { rowSelection, selectedRow, selectedRowsRequest, selectRowsRequest } from './selection.ts'
import { cellRows, columnChoice, rowDetail, setMap, setSummary } from './sets.ts'
import { engineStatus } from './status.ts'
import { verifyRequest } from './verification.ts'

const nothing = z.object({})

export const contract = {
  status: { input: nothing, output: engineStatus },

  jobs: { input: nothing, output: z.array(jobState) },
  cancelJob: { input: z.object({ jobId: z.string() }), output: nothing },

  recentFiles: { input: nothing, output: z.array(recentFile) },
  forgetRecent: { input: z.object({ path: z.string() }), output: nothing },
  /** browser door only; without `path` the folders named at start */
  listFolder: {
    input: z.object({ path: z.string().optional() }),
    output: z.object({ path: z.string().optional(), parent: z.string().optional(), entries: z.array(folderEntry) }),
  },
  /** announces a dropped file; its bytes follow in slices as `PUT /drop/<dropId>?offset=N` (see docs/bulk.md) */
  announceDrop: {
    input: z.object({
      /** name of the file, with its folders when it lies in a dropped one: `scene/B02.tif` */
      name: z.string(),
      byteLength: z.number(),
      /** from the answer for the first file of a drop: files of one group lie in one folder, as they did where they come from */
      group: z.string().optional(),
    }),
    output: z.object({
      dropId: z.string(),
      group: z.string(),
      /** of kind `spool`: runs until the last byte is there */
      jobId: z.string(),
      path: z.string(),
      /** what the user dropped: the outermost folder of `name`, else the file itself */
      top: z.string(),
      sliceBytes: z.number(),
    }),
  },
  describeFiles: { input: z.object({ paths: z.array(z.string()) }), output: z.array(fileDescription) },

  /** job; result: SetSummary. The sample planet is opened with `path: 'sample-planet'` */
  openSet: {
    input: z.object({
      path: z.string(),
      /** remembered for every table with the same columns, and used when one is opened without a choice */
      columns: columnChoice.optional(),
    }),
    output: jobStarted,
  },
  closeSet: { input: z.object({ setId: z.string() }), output: nothing },
  openSets: { input: nothing, output: z.array(setSummary) },
  setMap: { input: z.object({ setId: z.string() }), output: setMap },
  /** rows that are not what they seem, by kind; looked for once */
  setFaults: { input: z.object({ setId: z.string() }), output: setFaults },
  /** a column as one value a grid cell */
  columnLayer: { input: columnLayerRequest, output: cellLayer },
  /** rows of the cell at a place (nearest cell with rows within `withinKm`), or of a named cell */
  cellRows: {
    input: z.object({
      setId: z.string(),
      gridCell: z.string().optional(),
      lat: z.number().optional(),
      lon: z.number().optional(),
      withinKm: z.number().default(15),
    }),
    output: cellRows.optional(),
  },
  row: { input: z.object({ setId: z.string(), row: z.number().int() }), output: rowDetail },
  /** the same ground at other dates, the ground beside it, and what is most like it */
  rowNeighbours: { input: z.object({ setId: z.string(), row: z.number().int() }), output: rowNeighbours },
  locate: {
    input: z.object({ lat: z.number(), lon: z.number() }),
    output: z.object({ gridCell: z.string(), lat: z.number(), lon: z.number(), utmCrs: z.string() }),
  },
  findCell: {
    input: z.object({ gridCell: z.string() }),
    output: z.object({ gridCell: z.string(), lat: z.number(), lon: z.number(), utmCrs: z.string() }).optional(),
  },
  search: { input: searchQuery, output: searchAnswer },
  /** job; result: ScoreField. A newer one of the same set ends an older one */
  scoreField: { input: fieldRequest, output: jobStarted },
  /** where rows lie against where the set has rows */
  resultBalance: {
    input: z.object({ setId: z.string(), rows: z.array(z.number().int()).max(10_000) }),
    output: resultBalance,
  },
  /** what lies at or above a score */
  fieldMatches: {
    input: z.object({ setId: z.string(), layerId: z.string(), least: z.number() }),
    output: fieldMatches,
  },
  /** trains a probe on labels and applies it to every row */
  labelProbe: { input: labelProbeRequest, output: labelProbe },
  classAreas: {
    input: z.object({ setId: z.string(), layerId: z.string(), classCount: z.number().int().min(2).max(255) }),
    output: classAreas,
  },
  labelsOfColumn: { input: z.object({ setId: z.string(), column: z.string() }), output: columnLabels },
  selectRows: { input: selectRowsRequest, output: rowSelection },
  selectedRows: { input: selectedRowsRequest, output: z.array(selectedRow) },
  /** job; result: SearchCheck. Compares every row and says whether an answer lacks any */
  checkSearch: { input: searchCheckRequest, output: jobStarted },

  /** writes a project; without a path the one that is offered at the next start. The browser door writes only that one and gives it back */
  saveProject: {
    input: z.object({ path: z.string().optional(), project: project.pick({ sets: true, current: true, parts: true }) }),
    output: project,
  },
  /** without a path the one that was saved by itself; absent when there is none */
  openProject: { input: z.object({ path: z.string().optional() }), output: openedProject.optional() },

  /** job; result: ExportReport */
  exportRows: { input: exportRequest, output: jobStarted },
  /** job; result: PixelExportReport. In the browser door inside the folders named at start */
  exportPixels: { input: pixelExport, output: jobStarted },

  models: { input: nothing, output: z.array(modelSummary) },
  /** job; result: FetchReport. A fetch that was cancelled or failed goes on from what came */
  fetchModel: {
    input: z.object({
      /** card id */
      model: z.string(),
      /** weights (or the network of a card that names one) that the user has, copied instead of downloaded */
      file: z.string().optional(),
      /** take weights that are not the ones that had this name before */
      acceptChange: z.boolean().default(false),
    }),
    output: jobStarted,
  },
  /** job; result: BuildReport. From the weights that `fetchModel` has brought, the user's file, or random ones */
  buildModel: {
    input: z.object({
      /** card id */
      model: z.string(),
      /** the published weights in a file */
      file: z.string().optional(),
      /** seed; needs `out`, because such a network must not be taken for the real one */
      randomWeights: z
        .number()
        .int()
        .min(0)
        .max(2 ** 32 - 1)
        .optional(),
      /** band statistics, for models whose weights do not hold them */
      statistics: z.string().optional(),
      /** float16: half the size, for GPUs; int8: a quarter, for CPUs. Their names end in it */
      precision: builtPrecision.default('float32'),
      /** folder; absent: where the model is found by its id */
      out: z.string().optional(),
    }),
    output: jobStarted,
  },
  /** what an ONNX file says of itself, as the beginning of a card */
  describeNetwork: { input: z.object({ path: z.string() }), output: networkDescription },
  /** problems of a card and of its network beside it, empty when both fit; the same reader as for card files */
  checkCard: {
    input: z.object({ card: z.record(z.string(), z.unknown()), network: z.string() }),
    output: z.array(cardProblem),
  },
  /** job; result: AddReport. Copies an ONNX file into the user's models and writes its card beside it */
  addModel: {
    input: z.object({ card: z.record(z.string(), z.unknown()), network: z.string() }),
    output: jobStarted,
  },
  /** deletes the network and the weights of a model */
  removeModel: {
    input: z.object({
      model: z.string(),
      /** of the user's own model the card too, with the ONNX file beside it */
      card: z.boolean().default(false),
    }),
    output: removeReport,
  },

  /** what is here of the libraries for NVIDIA GPUs, what a fetch would bring, and under which licences */
  cudaStatus: {
    input: z.object({
      /** as in `fetchCuda` */
      mirror: z.string().optional(),
    }),
    output: cudaStatus,
  },
  /** job; result: CudaReport. A fetch that was cancelled or failed goes on from what came */
  fetchCuda: {
    input: z.object({
      /** that the user has seen the licences of the packages and accepts them */
      acceptLicences: z.literal(true),
      /** stands for NuGet and PyPI: `/v3/index.json` and `/simple/<project>/` below it */
      mirror: z.string().optional(),
    }),
    output: jobStarted,
  },
  /** deletes the libraries of every version, and what is there in part */
  removeCuda: { input: nothing, output: cudaRemoveReport },

  /** job; result: EmbedPlan */
  planEmbed: { input: embedRequest, output: jobStarted },
  /** job; result: EmbedReport */
  embed: { input: embedRequest, output: jobStarted },
  /** job; result: ImageQuery */
  embedImage: { input: imageQueryRequest, output: jobStarted },
  /** Goes on with a failed or cancelled embedding whose job `isResumable`, as a new job. */
  resumeEmbed: { input: z.object({ jobId: z.string() }), output: jobStarted },
  /** job; result: VerifyReport */
  verify: { input: verifyRequest, output: jobStarted },
  /** job; result: NeucoReport */
  evaluateNeuco: { input: neucoRequest, output: jobStarted },
  /** job; result: ProbeReport */
  evaluateProbe: { input: probeRequest, output: jobStarted },
  /** job; result: CompareReport */
  compare: { input: compareRequest, output: jobStarted },
  /** job; result: ChangeReport */
  change: { input: changeRequest, output: jobStarted },
} as const

export type Contract = typeof contract
export type CallName = keyof Contract
export type CallInput<C extends CallName> = z.input<Contract[C]['input']>
export type ParsedInput<C extends CallName> = z.output<Contract[C]['input']>
export type CallOutput<C extends CallName> = z.output<Contract[C]['output']>

/** What every door offers and every client uses. */
export type Engine = { readonly [C in CallName]: (input: CallInput<C>) => Promise<CallOutput<C>> }

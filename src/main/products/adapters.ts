// Every kind of file that we know, and which of them a file is: by its bytes first, by its name only where they leave it open.

import type { FileDescription } from '../../shared/contract.ts'
import { EngineError } from '../../shared/errors.ts'
import { alphaEarth } from './alphaearth.ts'
import { alphaEarthMajorTom } from './alphaearth-major-tom.ts'
import { clayNaip } from './clay-naip.ts'
import { claySentinel2 } from './clay-sentinel2.ts'
import { clayV0 } from './clay-v0.ts'
import { copernicusEmbed } from './copernicus-embed.ts'
import { copernicusEmbedMap } from './copernicus-embed-map.ts'
import { copernicusEmbedTable } from './copernicus-embed-table.ts'
import { coreParquet } from './core-parquet.ts'
import { earthEmbeddings } from './earth-embeddings.ts'
import { earthIndex } from './earth-index.ts'
import { esd } from './esd.ts'
import { genericNpy } from './generic-npy.ts'
import { genericParquet } from './generic-parquet.ts'
import { genericRaster } from './generic-raster.ts'
import { jp2Raster } from './jp2-raster.ts'
import { majorTom } from './major-tom.ts'
import { onnxModel } from './onnx-model.ts'
import type { OpenedFile } from './opened-file.ts'
import type { PatchColumns } from './patch-columns.ts'
import { picture } from './picture.ts'
import type { PixelField } from './pixel-field.ts'
import { presto } from './presto.ts'
import type { AnyAdapter } from './product-adapter.ts'
import { projectFile } from './project-file.ts'
import { tessera } from './tessera.ts'
import { tesseraNpy } from './tessera-npy.ts'
import { tesseraZarr } from './tessera-zarr.ts'

/** Of files that two would take, the first has it. */
const specific: readonly AnyAdapter[] = [
  coreParquet,
  earthEmbeddings,
  majorTom,
  clayV0,
  clayNaip,
  claySentinel2,
  earthIndex,
  copernicusEmbedTable,
  copernicusEmbed,
  copernicusEmbedMap,
  alphaEarth,
  alphaEarthMajorTom,
  tessera,
  tesseraNpy,
  tesseraZarr,
  presto,
  esd,
]

/** One for each container but Zarr, which takes what the specific ones leave. */
const generic: readonly AnyAdapter[] = [
  genericParquet,
  genericRaster,
  genericNpy,
  jp2Raster,
  picture,
  onnxModel,
  projectFile,
]

/** A file and what it is; the calls are those of its adapter. */
export interface RecognisedFile {
  readonly product: string
  /** products whose shape the file has, where neither its bytes nor its name decide */
  readonly candidates: readonly string[]
  describe(signal?: AbortSignal): Promise<FileDescription>
  /** of a table of patches: what its columns are */
  columns(): PatchColumns | undefined
  /** of pixels that are embeddings */
  pixels(signal?: AbortSignal): Promise<PixelField | undefined>
}

export async function recognise(file: OpenedFile, signal?: AbortSignal): Promise<RecognisedFile> {
  const possible: AnyAdapter[] = []
  for (const adapter of specific.filter(({ containers }) => containers.includes(file.container))) {
    // its container was looked up
    const match = await adapter.sniff(file as never, signal)
    if (match === 'certain') return recognised(file, adapter)
    if (match === 'possible') possible.push(adapter)
  }
  const named = possible.find(({ releasedName }) => releasedName?.test(file.name))
  if (named !== undefined) return recognised(file, named)
  const adapter = generic.find(({ containers }) => containers.includes(file.container))
  if (adapter === undefined) {
    throw new EngineError(
      'unsupported-format',
      `${file.name}: expected the Zarr store of TESSERA, got another one; no other is read`,
    )
  }
  return recognised(file, adapter, [...new Set(possible.map(({ product }) => product))])
}

function recognised(file: OpenedFile, adapter: AnyAdapter, candidates: readonly string[] = []): RecognisedFile {
  const own = file as never
  return {
    product: adapter.product,
    candidates,
    async describe(signal) {
      const description = await adapter.describe(own, signal)
      return candidates.length === 0 ? description : { ...description, candidates: [...candidates] }
    },
    columns: () => adapter.columns?.(own),
    pixels: async (signal) => await adapter.pixels?.(own, signal),
  }
}

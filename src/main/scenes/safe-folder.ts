// Sentinel-2 SAFE folders (PSD 14 and later): MTD_MSIL*.xml, and GRANULE/<granule>/IMG_DATA with one JP2 per band.

import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { EngineError } from '../../shared/errors.ts'
import { groupBandFiles, readBandStack } from './band-stack.ts'
import type { ListOptions } from './image-task.ts'
import { formatOf } from './stack.ts'
import type { GroundStack } from './stack-tasks.ts'
import { timestampOf, timestampOfProductName } from './timestamps.ts'

const productXml = /^MTD_MSIL\w+\.xml$/i

/** Whether a folder with these entries is a Sentinel-2 SAFE folder, whatever its name. */
export function isSafeFolder(path: string, entries: readonly string[]): boolean {
  return /\.SAFE$/i.test(path) || entries.some((name) => productXml.test(name)) || entries.includes('GRANULE')
}

/** The image of each granule. @throws EngineError when the folder holds no JP2 bands */
export async function readSafe(folder: string, input: string, options: ListOptions): Promise<GroundStack[]> {
  const metadata = await productMetadata(folder)
  const name = basename(folder)
  const productId = (metadata.get('PRODUCT_URI') ?? name).replace(/\.SAFE$/i, '')
  const granules = await readdir(join(folder, 'GRANULE')).catch(() => [])
  const stacks: GroundStack[] = []
  for (const granule of granules.sort()) {
    const files = await filesBelow(join(folder, 'GRANULE', granule, 'IMG_DATA'))
    const bands = bandsOf(files.filter((path) => formatOf(path) !== undefined))
    if (bands.size === 0) continue
    const description = {
      kind: 'safe',
      input,
      file: folder,
      name: granules.length > 1 ? `${name} ${granule}` : name,
      productId,
      metadata,
      timestamp:
        timestampOfProductName(productId) ??
        timestampOf(metadata.get('DATATAKE_SENSING_START') ?? metadata.get('PRODUCT_START_TIME')),
      // SPECIAL_VALUE NODATA of every Sentinel-2 product; the JP2 files do not say it
      nodata: 0,
    } as const
    stacks.push(await readBandStack(bands, description, options))
  }
  if (stacks.length > 0) return stacks
  throw new EngineError(
    'unsupported-format',
    `${folder}: expected a Sentinel-2 SAFE folder with JP2 bands in GRANULE/*/IMG_DATA, got none; unpack the product again`,
  )
}

/** Level 2A repeats the name of the granule in each resolution folder, so the folders do not part the image. */
function bandsOf(paths: readonly string[]): Map<string, string> {
  const byName = new Map(paths.map((path) => [basename(path), path]))
  const { groups } = groupBandFiles([...byName.keys()])
  const largest = groups.reduce((best, group) => (group.bands.size > best.bands.size ? group : best), {
    bands: new Map<string, string>(),
  } as { bands: ReadonlyMap<string, string> })
  return new Map(
    [...largest.bands]
      .sort(([a], [b]) => (bandOrder(a) < bandOrder(b) ? -1 : 1))
      .map(([band, file]) => [band, byName.get(file) ?? file]),
  )
}

const bandOrder = (band: string) => (band === 'B8A' ? 'B08A' : band)

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** The few elements of the product's XML that we use, first occurrence each. */
async function productMetadata(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder).catch(() => [])
  const file = names.find((name) => productXml.test(name))
  const found = new Map<string, string>()
  if (file === undefined) return found
  const xml = await readFile(join(folder, file), 'utf8')
  for (const element of [
    'PRODUCT_URI',
    'PROCESSING_BASELINE',
    'PRODUCT_START_TIME',
    'DATATAKE_SENSING_START',
    'BOA_ADD_OFFSET',
    'RADIO_ADD_OFFSET',
  ]) {
    const text = new RegExp(`<${element}\\b[^>]*>([^<]*)<`).exec(xml)?.[1]?.trim()
    if (text !== undefined && text !== '') found.set(element, text)
  }
  return found
}

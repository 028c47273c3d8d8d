import { writeFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import type { SetMap } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import { writeOutputFile } from '../../bytes/output-file.ts'
import { encodeGeoTiff } from '../../raster/encode-geotiff.ts'
import { encodePng } from '../../raster/plain-image.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { openSet, withEngine } from './with-engine.ts'

export function addPcaCommand(program: Command, context: CliContext): void {
  jsonOption(program.command('pca'))
    .description('a map whose colours are the three principal components of an embeddings file')
    .argument('<file>', 'embeddings Parquet, or sample-planet')
    .requiredOption('--out <file>', 'map.png, or map.tif with its place on the globe (EPSG:4326)')
    .addHelpText(
      'after',
      '\nPrints {path, width, height, bbox, cellCount, explainedVariance, ranges, percentiles}; one row of pixels a row of grid cells.',
    )
    .action((file: string, { out }: { out: string }, command: Command) =>
      printFinding(command, context, async () => {
        const path = resolve(out)
        const encode = encoderFor(path)
        const { map, rgba } = await withEngine(async (host) => {
          const { setId } = await openSet(host, context, file)
          const map = await host.engine.setMap({ setId })
          const answer = await host.handleBulk(new Request(new URL(map.url, 'http://localhost')))
          if (!answer.ok) throw new EngineError('bug', await answer.text())
          return { map, rgba: new Uint8Array(await answer.arrayBuffer()) }
        })
        await writeOutputFile(path, (target) => writeFile(target, encode(map, rgba)), { signal: context.signal })
        const { url: _url, cellsOfRow: _cellsOfRow, ...report } = map
        const text = [
          ['file', path],
          ['size', `${map.width} x ${map.height}`],
          ['cells', map.cellCount],
          ['variance', map.explainedVariance.map((part) => `${(100 * part).toFixed(1)} %`).join(' ')],
        ] as const
        return { json: { path, ...report }, text: nameValueLines(text) }
      }),
    )
}

type Encode = (map: SetMap, rgba: Uint8Array) => Uint8Array

function encoderFor(path: string): Encode {
  const ending = extname(path).toLowerCase()
  if (ending === '.png') return ({ width, height }, data) => encodePng({ width, height, channels: 4, data })
  if (ending === '.tif' || ending === '.tiff') return encodeMapTiff
  throw new InvalidArgumentError(`--out: expected a file ending in .png or .tif, got "${path}"`)
}

function encodeMapTiff({ width, height, bbox }: SetMap, rgba: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(rgba.length)
  const pixelCount = width * height
  for (let index = 0; index < pixelCount; index++) {
    for (let band = 0; band < 4; band++) pixels[band * pixelCount + index] = rgba[index * 4 + band]!
  }
  return encodeGeoTiff({
    width,
    height,
    pixels,
    crs: 'EPSG:4326',
    bounds: bbox,
    bandNames: ['component 1', 'component 2', 'component 3', 'alpha'],
  })
}

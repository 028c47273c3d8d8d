// Makes src/main/models/rcf-bank-data.ts: patches of the sample planet spread over its land. The result is committed.

import { writeFileSync } from 'node:fs'
import { deflateSync } from 'node:zlib'
import { cellImageBounds } from '../../grid/cell-image-bounds.ts'
import { createGrid } from '../../grid/grid.ts'
import { biomeCode, climateAt, climateFieldCount } from '../climate.ts'
import { random2 } from '../noise.ts'
import { renderImage } from '../render.ts'
import { bandStep, s2Bands } from '../spectra.ts'

const count = 240
const size = 16
const grid = createGrid(10)
const fields = new Float32Array(climateFieldCount)
const chunks: Uint8Array[] = []
const sums = s2Bands.map(() => ({ count: 0, sum: 0, squares: 0 }))

for (let at = 0; chunks.length < count; at++) {
  const lat = (Math.asin(random2(at, 1, 77) * 2 - 1) * 180) / Math.PI
  const lon = random2(at, 2, 77) * 360 - 180
  climateAt(lat, lon, fields)
  // Antarctica would be a tenth of the bank and teach it nothing new.
  if (fields[0]! < 1 || (lat < -62 && random2(at, 3, 77) < 0.7)) continue
  const cell = grid.cellAt(lat, lon)
  const [left, bottom] = cellImageBounds(cell)
  const bounds = [left + 4200, bottom + 4200, left + 4200 + size * 10, bottom + 4200 + size * 10] as const
  const image = renderImage({
    utmCrs: cell.utmCrs,
    bounds,
    width: size,
    height: size,
    timestamp: '20240701T100000',
    bands: s2Bands,
  })
  const isIce = image.truth.biomePixels[biomeCode.ice]! > (size * size) / 2
  chunks.push(packed(image.pixels, !isIce))
}

function packed(pixels: Float32Array, isCounted: boolean): Uint8Array {
  return Uint8Array.from(
    s2Bands.flatMap((_, band) => {
      const step = bandStep[band]!
      const plane = pixels.subarray(band * size * size, (band + 1) * size * size)
      const roots = Array.from(plane, (value) => Math.sqrt(Math.min(1, Math.max(0, value / 1e4))))
      const sum = sums[band]!
      if (isCounted)
        for (const root of roots)
          Object.assign(sum, { count: sum.count + 1, sum: sum.sum + root, squares: sum.squares + root * root })
      return roots
        .filter((_value, at) => Math.floor(at / size) % step === 0 && (at % size) % step === 0)
        .map((root) => Math.round(root * 255))
    }),
  )
}

const data = deflateSync(Buffer.concat(chunks), { level: 9 }).toString('base64')
const means = sums.map((one) => one.sum / one.count)
const stds = sums.map((one, band) => Math.sqrt(one.squares / one.count - means[band]! ** 2))
const text = {
  bands: s2Bands,
  count,
  size,
  bandStep: bandStep.slice(0, s2Bands.length),
  bandMean: means.map((value) => Number(value.toPrecision(6))),
  bandStd: stds.map((value) => Number(value.toPrecision(6))),
}
writeFileSync(
  'src/main/models/rcf-bank-data.ts',
  `// Made by src/main/sample/make/rcf-bank.ts; do not edit.\n\nexport const rcfBankText = {\n` +
    Object.entries(text)
      .map(([key, value]) => `  ${key}: ${JSON.stringify(value)},\n`)
      .join('') +
    `  data: '${data}',\n}\n`,
)
console.log('bank', chunks.length, 'base64', data.length)

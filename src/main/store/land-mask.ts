import { inflateSync } from 'node:zlib'
import { landRasterData } from '../sample/land-raster-data.ts'

const width = 3600
const height = 1800

let mask: Uint8Array | undefined

/** Whether a place is on land, after Natural Earth at 0.1 degrees. */
export function isLand(lat: number, lon: number): boolean {
  mask ??= new Uint8Array(inflateSync(Buffer.from(landRasterData, 'base64')))
  const row = Math.min(height - 1, Math.max(0, Math.floor((90 - lat) * 10)))
  const col = Math.min(width - 1, Math.max(0, Math.floor((lon + 180) * 10)))
  return mask[row * width + col]! > 0
}

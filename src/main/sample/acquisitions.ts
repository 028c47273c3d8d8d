// When a cell of the sample planet was "seen", and what the scene is called: real formats, an invented mission.

import type { GridCell } from '../../shared/terms.ts'
import { hash2 } from './noise.ts'

/** `YYYYMMDDTHHMMSS` in the local summer of 2024, the same for all fragments of a cell. */
export function timestampOf(cell: GridCell): string {
  const random = hash2(cell.gridRowU, cell.gridColR, 907)
  const day = new Date(Date.UTC(2024, cell.lat >= 0 ? 5 : 11, 1 + (random % 85)))
  const date = day.toISOString().slice(0, 10).replaceAll('-', '')
  return `${date}T10${two((random >>> 8) % 60)}${two((random >>> 16) % 60)}`
}

/** Like a Sentinel-2 product name; `SYN`, baseline 00.00 and the orbit number mark it as invented. */
export function productIdOf(cell: GridCell, timestamp: string): string {
  const zone = cell.utmCrs.slice(-2)
  const band = 'CDEFGHJKLMNPQRSTUVWX'[Math.min(19, Math.max(0, Math.floor((cell.lat + 80) / 8)))]
  // Squares of about 100 km, lettered like the military grid but not placed like it.
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
  const square = `${letters[Math.abs(Math.floor(cell.gridColR / 10)) % 24]}${letters[Math.abs(Math.floor(cell.gridRowU / 10)) % 20]}`
  return `SYN_MSIL1C_${timestamp}_N0000_R000_T${zone}${band}${square}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

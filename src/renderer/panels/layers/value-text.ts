import type { CellValues } from '../../../shared/contract.ts'
import { signedText } from '../wording.ts'

const DAY_MS = 86_400_000

/** A value of a cell as it is written. @param span of all values: as many decimals as tell a hundredth of it apart */
export function valueText(kind: Exclude<CellValues['kind'], 'category'>, value: number, span: number): string {
  if (kind === 'date') return new Date(Math.round(value * DAY_MS)).toISOString().slice(0, 10)
  const decimals = span > 0 ? Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(span)))) : 2
  return signedText(value, decimals)
}

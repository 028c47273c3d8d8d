import type { InputUnit } from '../../../shared/terms.ts'

/** Units of pixel values as people write them. */
export const unitNames: Readonly<Record<string, string>> = {
  'reflectance-1e4': 'reflectance × 10,000',
  '0-1': 'reflectance 0 to 1',
  linear: 'linear power',
  db: 'decibel (dB)',
  u8: '8-bit colour, 0 to 255',
} satisfies Record<InputUnit, string>

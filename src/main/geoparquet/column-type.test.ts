import { describe, expect, it } from 'vitest'
import { columnListText } from './column-type.ts'

describe('columnListText', () => {
  it('names a few columns and counts the others, whatever their types are', () => {
    const columns = Array.from({ length: 30 }, (_, i) => ({ name: `c${i}`, type: 'Struct<{a: Utf8}>'.repeat(9) }))
    const text = columnListText(columns)
    expect(text).toMatch(/^the columns c0 \(Struct<.{0,40}…\), c1 .* and 22 more$/)
    expect(text.length).toBeLessThan(500)
  })

  it('says so when there is none', () => {
    expect(columnListText([])).toBe('no columns')
  })
})

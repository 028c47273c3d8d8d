import { expect, it } from 'vitest'
import { shortcuts } from './shortcuts.ts'

it('gives no key twice', () => {
  const keys = shortcuts.flatMap((shortcut) => shortcut.keys)
  expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
})

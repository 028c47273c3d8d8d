import { useEffect } from 'react'
import { useApp } from '../../state/use-app.ts'
import { isUsable, keysOf, shortcuts } from './shortcuts.ts'

/** Listens before the map does, so that the arrows step through results instead of moving the globe. */
export function useShortcuts(): void {
  const app = useApp()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const keys = keysOf(event)
      const shortcut = shortcuts.find((other) => other.keys.includes(keys))
      if (shortcut === undefined || event.altKey || !isUsable(shortcut, app)) return
      const isArrow = keys.startsWith('arrow')
      if (isArrow && app.store.getState().search.answer === undefined) return
      if (isTaken(event.target, keys)) return
      event.preventDefault()
      event.stopPropagation()
      shortcut.run(app)
    }
    window.addEventListener('keydown', onKeyDown, true)
    return () => window.removeEventListener('keydown', onKeyDown, true)
  }, [app])
}

const ownArrows =
  '[role="grid"], [role="listbox"], [role="tablist"], [role="slider"], [role="menu"], [role="separator"], [role="radiogroup"]'

const pressedBySpace =
  'button, a, input, label, summary, [role="button"], [role="radio"], [role="tab"], [role="switch"], [role="columnheader"]'

/** Whether what has the focus uses this key itself. */
function isTaken(target: EventTarget | null, keys: string): boolean {
  if (!(target instanceof Element)) return false
  if (target.closest('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]') !== null) return true
  const isTyping =
    target.closest('input:not([type="range"]):not([type="checkbox"]), textarea, [contenteditable]') !== null
  if (isTyping) return keys !== 'ctrl+k'
  if (keys === ' ' && target.closest(pressedBySpace) !== null) return true
  return keys.startsWith('arrow') && target.closest(ownArrows) !== null
}

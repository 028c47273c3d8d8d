import { Dialog } from '../../controls/Dialog.tsx'
import { useApp } from '../../state/use-app.ts'
import { shortcuts } from './shortcuts.ts'

export function ShortcutSheet() {
  const { view } = useApp()
  const shown = shortcuts.filter(({ isOneOfMany }) => isOneOfMany !== true)
  return (
    <Dialog title="Keyboard shortcuts" widthPx={460} onClose={view.closeDialog}>
      <dl className="shortcut-sheet">
        {shown.map((shortcut) => (
          <div key={shortcut.shown} className="shortcut">
            <dt>{shortcut.does}</dt>
            <dd>
              <kbd>{shortcut.shown}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}

// Every dialog, by its name; one is open at a time.

import type { ComponentType } from 'react'
import { useAppState } from '../../state/use-app.ts'
import type { DialogName } from '../../state/view.ts'
import { CudaDialog } from '../cuda-dialog/CudaDialog.tsx'
import { EmbedDialog } from '../embed-dialog/EmbedDialog.tsx'
import { ExportDialog } from '../export-dialog/ExportDialog.tsx'
import { ModelsDialog } from '../models-dialog/ModelsDialog.tsx'
import { OpenDialog } from '../open-dialog/OpenDialog.tsx'
import { CommandPalette } from '../palette/CommandPalette.tsx'
import { ShortcutSheet } from '../shortcuts/ShortcutSheet.tsx'
import { VerifyDialog } from '../verify-dialog/VerifyDialog.tsx'

const dialogs: Readonly<Record<DialogName, ComponentType>> = {
  open: OpenDialog,
  embed: EmbedDialog,
  export: ExportDialog,
  models: ModelsDialog,
  palette: CommandPalette,
  cuda: CudaDialog,
  verify: VerifyDialog,
  shortcuts: ShortcutSheet,
}

export function Dialogs() {
  const name = useAppState((state) => state.view.dialog)
  if (name === undefined) return null
  const Dialog = dialogs[name]
  return <Dialog />
}

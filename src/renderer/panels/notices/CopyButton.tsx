import { Copy } from 'lucide-react'
import { IconButton } from '../../controls/Button.tsx'
import { useApp } from '../../state/use-app.ts'

/** Puts a sentence on the clipboard. */
export function CopyButton({ text }: { readonly text: string }) {
  const { notices } = useApp()
  return (
    <IconButton label="Copy this message" small onPress={() => navigator.clipboard.writeText(text).catch(notices.fail)}>
      <Copy />
    </IconButton>
  )
}
